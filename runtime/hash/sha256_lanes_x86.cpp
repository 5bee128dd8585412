// SHA-256 of 8 or 16 messages for x86-64, each word in a register with a lane for each message:
// bound by how many operations the CPU does at a time.
#include "runtime/hash/lanes_x86.hpp"
#include "runtime/hash/sha256.hpp"

#if defined(__x86_64__) && !defined(_WIN32)

namespace zvm::runtime {
namespace {

using Xbyak::Address;
using Xbyak::Label;
using Xbyak::Reg64;
using Xbyak::RegExp;
using Xbyak::Ymm;
using Xbyak::Zmm;

/// The exclusive or of a word rotated right by these (FIPS 180-4, 4.1.2).
struct Sum {
  unsigned counts[3];
  bool last_is_shift;
};
constexpr Sum kOfA{{2, 13, 22}, false}, kOfE{{6, 11, 25}, false};
constexpr Sum kSchedule0{{7, 18, 3}, true}, kSchedule1{{17, 19, 10}, true};

// Functions of three operands for VPTERNLOGD.
constexpr uint8_t kXor3 = 0x96;
constexpr uint8_t kChoice =
    0xca; ///< of the second operand where the first is 1, of the third elsewhere
constexpr uint8_t kMajority = 0xe8;

/// With AVX-512 state and message schedule are in registers; with AVX2 the schedule is in memory.
template <typename Register>
class Sha256Lanes {
 public:
  Sha256Lanes(GeneratorX86& g, bool has_avx512)
      : g_(g), lanes_(g, has_avx512), has_avx512_(has_avx512) {}

  const void* generate() {
    Label loop, end;
    constants();
    const void* entry = g_.begin();
    const Reg64 &states = g_.rdi, &blocks = g_.rdx;
    g_.test(blocks, blocks);
    g_.jz(end, GeneratorX86::T_NEAR);
    g_.mov(g_.r11, g_.rsp);
    g_.sub(g_.rsp, kFrame);
    g_.and_(g_.rsp, -64);
    for (unsigned half = 0; half < 2; ++half) {
      lanes_.transpose_in(4 * half, [&](unsigned message) -> RegExp {
        return states + (32 * message + 16 * half);
      });
    }
    g_.xor_(offset(), offset());
    g_.align(32);
    g_.L(loop);
    block();
    g_.add(offset(), 64);
    g_.dec(blocks);
    g_.jnz(loop, GeneratorX86::T_NEAR);
    for (unsigned half = 0; half < 2; ++half)
      lanes_.transpose_out(4 * half, states + 16 * half);
    g_.mov(g_.rsp, g_.r11);
    g_.vzeroupper();
    g_.L(end);
    g_.ret();
    return entry;
  }

 private:
  // Registers: the state is v0 to v7, the message v16 to v31 where there are as many.
  static Register v(unsigned i) { return LanesX86<Register>::v(i); }
  static Register a_xor_b(unsigned step) { return v(8 + step % 2); } ///< with AVX2
  static Register t(unsigned i) { return v(10 + i); }
  static Register word(unsigned i) { return v(16 + i % 16); }
  static const Reg64& offset() { return Xbyak::util::r8; }
  static const Reg64& constant() { return Xbyak::util::rcx; }

  // On the stack.
  static constexpr unsigned kWidth = 4 * LanesX86<Register>::kLanes;
  static constexpr unsigned kWords = 8 * kWidth; ///< behind the state before a block
  static constexpr unsigned kFrame = kWords + 16 * kWidth;
  [[nodiscard]] Address saved(unsigned i) const { return g_.ptr[g_.rsp + kWidth * i]; }
  [[nodiscard]] Address stored(unsigned i) const {
    return g_.ptr[g_.rsp + (kWords + kWidth * (i % 16))];
  }

  void constants() {
    g_.align(64);
    g_.L(byte_order_);
    for (unsigned i = 0; i < kWidth; ++i)
      g_.db(i % 16 ^ 3);
    g_.L(constants_);
    for (const uint32_t constant : kSha256Constants)
      g_.dd(constant);
  }

  void block() {
    Label next;
    for (unsigned i = 0; i < 8; ++i)
      lanes_.store(saved(i), v(i));
    for (unsigned quarter = 0; quarter < 4; ++quarter)
      load_words(quarter);
    if (!has_avx512_)
      g_.vpxor(a_xor_b(15), v(1), v(2));
    g_.lea(constant(), g_.ptr[g_.rip + constants_]);
    for (unsigned i = 0; i < 16; ++i)
      step(i);
    // The names of the registers are where they were after each 16 steps.
    g_.mov(g_.eax, 3);
    g_.align(32);
    g_.L(next);
    g_.add(constant(), 64);
    for (unsigned i = 0; i < 16; ++i) {
      schedule(i);
      step(i);
    }
    g_.dec(g_.eax);
    g_.jnz(next, GeneratorX86::T_NEAR);
    for (unsigned i = 0; i < 8; ++i)
      g_.vpaddd(v(i), v(i), saved(i));
  }

  /// Four words of the block of each message.
  void load_words(unsigned quarter) {
    const unsigned first = has_avx512_ ? 16 + 4 * quarter : 8;
    lanes_.transpose_in(first, [&](unsigned message) -> RegExp {
      g_.mov(g_.rax, g_.ptr[g_.rsi + 8 * message]);
      return g_.rax + offset() + 16 * quarter;
    });
    for (unsigned i = 0; i < 4; ++i) {
      g_.vpshufb(v(first + i), v(first + i), g_.ptr[g_.rip + byte_order_]);
      if (!has_avx512_)
        lanes_.store(stored(4 * quarter + i), v(first + i));
    }
  }

  /// t2 (and with AVX2 t1) is overwritten.
  void sum(const Register& to, const Register& from, const Sum& sum) {
    const auto [first, second, third] = sum.counts;
    if (has_avx512_) {
      g_.vprord(to, from, static_cast<uint8_t>(first));
      g_.vprord(t(1), from, static_cast<uint8_t>(second));
      if (sum.last_is_shift)
        g_.vpsrld(t(2), from, static_cast<uint8_t>(third));
      else
        g_.vprord(t(2), from, static_cast<uint8_t>(third));
      g_.vpternlogd(to, t(1), t(2), kXor3);
      return;
    }
    g_.vpsrld(to, from, static_cast<uint8_t>(first));
    const auto add_shifted = [&](unsigned count, bool to_left) {
      if (to_left)
        g_.vpslld(t(2), from, static_cast<uint8_t>(32 - count));
      else
        g_.vpsrld(t(2), from, static_cast<uint8_t>(count));
      g_.vpxor(to, to, t(2));
    };
    add_shifted(first, true);
    add_shifted(second, false);
    add_shifted(second, true);
    add_shifted(third, false);
    if (!sum.last_is_shift)
      add_shifted(third, true);
  }

  /// Word 16 + i of the message schedule in the place of word i, and with AVX2 in t3.
  void schedule(unsigned i) {
    if (has_avx512_) {
      sum(t(0), word(i + 1), kSchedule0);
      g_.vpaddd(word(i), word(i), word(i + 9));
      g_.vpaddd(word(i), word(i), t(0));
      sum(t(0), word(i + 14), kSchedule1);
      g_.vpaddd(word(i), word(i), t(0));
      return;
    }
    g_.vmovdqa(t(1), stored(i + 1));
    sum(t(3), t(1), kSchedule0);
    g_.vmovdqa(t(1), stored(i + 14));
    g_.vpaddd(t(3), t(3), stored(i));
    sum(t(0), t(1), kSchedule1);
    g_.vpaddd(t(3), t(3), stored(i + 9));
    g_.vpaddd(t(3), t(3), t(0));
    g_.vmovdqa(stored(i), t(3));
  }

  /// A step of each message. The names of the eight variables rotate instead of their values.
  void step(unsigned i) {
    const auto name = [i](unsigned letter) { return v((letter + 16 - i) % 8); };
    const Register a = name(0), b = name(1), c = name(2), d = name(3), e = name(4), f = name(5),
                   g = name(6), h = name(7);
    if (has_avx512_) {
      g_.vpaddd(t(0), word(i), g_.ptr_b[constant() + 4 * i]);
      g_.vpaddd(h, h, t(0));
      g_.vmovdqa32(t(3), e);
      g_.vpternlogd(t(3), f, g, kChoice);
      g_.vpaddd(h, h, t(3));
    } else {
      g_.vpbroadcastd(t(0), g_.ptr[constant() + 4 * i]);
      g_.vpaddd(t(0), t(0), stored(i));
      g_.vpaddd(h, h, t(0));
      g_.vpxor(t(3), f, g);
      g_.vpand(t(3), t(3), e);
      g_.vpxor(t(3), t(3), g);
      g_.vpaddd(h, h, t(3));
    }
    sum(t(0), e, kOfE);
    g_.vpaddd(h, h, t(0));
    g_.vpaddd(d, d, h);
    if (has_avx512_) {
      g_.vmovdqa32(t(3), a);
      g_.vpternlogd(t(3), b, c, kMajority);
      g_.vpaddd(h, h, t(3));
    } else {
      // The majority is b unless both a and c differ from it; b ^ c was a ^ b.
      g_.vpxor(a_xor_b(i), a, b);
      g_.vpand(a_xor_b(i + 1), a_xor_b(i + 1), a_xor_b(i));
      g_.vpxor(a_xor_b(i + 1), a_xor_b(i + 1), b);
      g_.vpaddd(h, h, a_xor_b(i + 1));
    }
    sum(t(0), a, kOfA);
    g_.vpaddd(h, h, t(0));
  }

  GeneratorX86& g_;
  LanesX86<Register> lanes_;
  bool has_avx512_;
  Label byte_order_, constants_;
};

} // namespace

const void* generate_sha256_blocks_lanes(GeneratorX86& g, unsigned messages, bool has_avx512) {
  if (messages == 16)
    return Sha256Lanes<Zmm>{g, has_avx512}.generate();
  return Sha256Lanes<Ymm>{g, has_avx512}.generate();
}

} // namespace zvm::runtime

#endif
