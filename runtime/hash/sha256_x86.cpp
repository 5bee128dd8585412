// SHA-256 with the SHA extensions: a chain of SHA256RNDS2 that waits for itself, so that two
// messages at a time take little more than one.
#include "runtime/hash/generator_x86.hpp"
#include "runtime/hash/sha256.hpp"

#if defined(__x86_64__) && !defined(_WIN32)

namespace zvm::runtime {
namespace {

using Xbyak::Label;
using Xbyak::Reg64;
using Xbyak::Xmm;

class ShaNi {
 public:
  ShaNi(GeneratorX86& g, unsigned messages) : g_(g), messages_(messages) {}

  const void* generate() {
    Label loop, end;
    g_.align(64);
    g_.L(constants_);
    for (const uint32_t constant : kSha256Constants)
      g_.dd(constant);
    g_.L(byte_order_);
    for (unsigned i = 0; i < 16; ++i)
      g_.db(i ^ 3);

    const void* entry = g_.begin();
    g_.test(g_.rdx, g_.rdx);
    g_.jz(end, GeneratorX86::T_NEAR);
    if (messages_ == 2) {
      g_.mov(data(1), g_.ptr[g_.rsi + 8]);
      g_.mov(data(0), g_.ptr[g_.rsi]);
    }
    g_.lea(g_.rax, g_.ptr[g_.rip + constants_]);
    g_.movdqa(byte_order(), g_.ptr[g_.rip + byte_order_]);
    each([this](unsigned m) { load_state(m); });
    g_.align(32);
    g_.L(loop);
    block();
    g_.dec(g_.rdx);
    g_.jnz(loop, GeneratorX86::T_NEAR);
    each([this](unsigned m) { store_state(m); });
    g_.L(end);
    g_.ret();
    return entry;
  }

 private:
  // Registers: xmm0 is an operand that SHA256RNDS2 does not name; seven for each message.
  static Xmm addend() { return Xmm(0); }
  static Xmm abef(unsigned m) { return Xmm(static_cast<int>(1 + 7 * m)); }
  static Xmm cdgh(unsigned m) { return Xmm(static_cast<int>(2 + 7 * m)); }
  static Xmm words(unsigned m, unsigned i) { return Xmm(static_cast<int>(3 + 7 * m + i % 4)); }
  static Xmm scratch(unsigned m) { return Xmm(static_cast<int>(7 + 7 * m)); }
  static Xmm byte_order() { return Xmm(15); }
  static Reg64 data(unsigned m) { return m == 0 ? Xbyak::util::rsi : Xbyak::util::r8; }
  /// The state before a block, below the stack pointer, where nobody else writes (System V ABI,
  /// 3.2.2).
  [[nodiscard]] Xbyak::Address saved(unsigned m, unsigned half) const {
    return g_.ptr[g_.rsp - 16 * static_cast<int>(1 + 2 * m + half)];
  }

  void each(auto step) {
    for (unsigned m = 0; m < messages_; ++m)
      step(m);
  }

  void load_state(unsigned m) {
    g_.movdqu(scratch(m), g_.ptr[g_.rdi + 32 * m]);
    g_.movdqu(cdgh(m), g_.ptr[g_.rdi + 32 * m + 16]);
    g_.pshufd(scratch(m), scratch(m), 0xb1);
    g_.pshufd(cdgh(m), cdgh(m), 0x1b);
    g_.movdqa(abef(m), scratch(m));
    g_.palignr(abef(m), cdgh(m), 8);
    g_.pblendw(cdgh(m), scratch(m), 0xf0);
  }

  void store_state(unsigned m) {
    g_.pshufd(scratch(m), abef(m), 0x1b);
    g_.pshufd(cdgh(m), cdgh(m), 0xb1);
    g_.movdqa(abef(m), scratch(m));
    g_.pblendw(abef(m), cdgh(m), 0xf0);
    g_.palignr(cdgh(m), scratch(m), 8);
    g_.movdqu(g_.ptr[g_.rdi + 32 * m], abef(m));
    g_.movdqu(g_.ptr[g_.rdi + 32 * m + 16], cdgh(m));
  }

  /// 64 steps, four at a time.
  void block() {
    each([this](unsigned m) {
      g_.movdqu(saved(m, 0), abef(m));
      g_.movdqu(saved(m, 1), cdgh(m));
    });
    for (unsigned i = 0; i < 16; ++i) {
      each([this, i](unsigned m) {
        if (i < 4) {
          g_.movdqu(words(m, i), g_.ptr[data(m) + 16 * i]);
          g_.pshufb(words(m, i), byte_order());
        }
        g_.movdqa(addend(), words(m, i));
        g_.paddd(addend(), g_.ptr[g_.rax + 16 * i]);
        g_.sha256rnds2(cdgh(m), abef(m));
        g_.pshufd(addend(), addend(), 0x0e);
        g_.sha256rnds2(abef(m), cdgh(m));
      });
      each([this, i](unsigned m) {
        // Words 4 * (i + 1) and up, whose first half of the sum was made two steps before.
        if (i >= 3 && i < 15) {
          g_.movdqa(scratch(m), words(m, i));
          g_.palignr(scratch(m), words(m, i + 3), 4);
          g_.paddd(words(m, i + 1), scratch(m));
          g_.sha256msg2(words(m, i + 1), words(m, i));
        }
        if (i >= 1 && i < 13)
          g_.sha256msg1(words(m, i + 3), words(m, i));
      });
    }
    each([this](unsigned m) {
      g_.movdqu(scratch(m), saved(m, 0));
      g_.paddd(abef(m), scratch(m));
      g_.movdqu(scratch(m), saved(m, 1));
      g_.paddd(cdgh(m), scratch(m));
      g_.add(data(m), 64);
    });
  }

  GeneratorX86& g_;
  unsigned messages_;
  Label constants_, byte_order_;
};

} // namespace

const void* generate_sha256_blocks_sha(GeneratorX86& g, unsigned messages) {
  return ShaNi{g, messages}.generate();
}

} // namespace zvm::runtime

#endif
