// The rounds of BLAKE2b's F for x86-64: a row of the state in each of four registers, bound by the
// latency of one step after another. Words of the message are gathered off that path.
#include "runtime/hash/blake2_constants.hpp"
#include "runtime/hash/generator_x86.hpp"

#if defined(__x86_64__) && !defined(_WIN32)

namespace zvm::runtime {
namespace {

using Xbyak::Address;
using Xbyak::Label;
using Xbyak::Ymm;

constexpr unsigned kCycle = 10; ///< permutations of the message

class Blake2bRows {
 public:
  Blake2bRows(GeneratorX86& g, bool has_avx512) : g_(g), has_avx512_(has_avx512) {}

  /// void(uint64_t (&state)[16], const uint64_t (&message)[16], uint32_t next, uint32_t rounds)
  const void* generate() {
    Label rounds[kCycle], end;
    g_.align(64);
    emit_byte_rotation(rotations_[0], 24);
    emit_byte_rotation(rotations_[1], 16);
    const void* entry = g_.begin();
    g_.test(g_.ecx, g_.ecx);
    g_.jz(end, GeneratorX86::T_NEAR);
    for (unsigned row = 0; row < 3; ++row)
      g_.vmovdqu(Ymm(static_cast<int>(row)), g_.ptr[g_.rdi + 32 * row]);
    // The last row word by word: just written so, it could not be forwarded as a whole.
    gather(d(), [this](unsigned i) -> Address { return g_.ptr[g_.rdi + (96 + 8 * i)]; });
    for (unsigned i = 1; i < kCycle; ++i) {
      g_.cmp(g_.edx, i);
      g_.je(rounds[i], GeneratorX86::T_NEAR);
    }
    Label done;
    g_.align(64);
    for (unsigned i = 0; i < kCycle; ++i) {
      g_.L(rounds[i]);
      round(kBlake2bSigma[i]);
      g_.dec(g_.ecx);
      if (i < kCycle - 1)
        g_.jz(done, GeneratorX86::T_NEAR);
      else
        g_.jnz(rounds[0], GeneratorX86::T_NEAR);
    }
    g_.L(done);
    for (unsigned row = 0; row < 4; ++row)
      g_.vmovdqu(g_.ptr[g_.rdi + 32 * row], Ymm(static_cast<int>(row)));
    g_.vzeroupper();
    g_.L(end);
    g_.ret();
    return entry;
  }

 private:
  static Ymm a() { return Ymm(0); }
  static Ymm b() { return Ymm(1); }
  static Ymm c() { return Ymm(2); }
  static Ymm d() { return Ymm(3); }
  static Ymm scratch() { return Ymm(4); }
  static Ymm addend(unsigned i) { return Ymm(static_cast<int>(5 + i)); }

  /// The operand of VPSHUFB that rotates words right by whole bytes.
  void emit_byte_rotation(Label& label, unsigned bits) {
    g_.L(label);
    for (unsigned i = 0; i < 32; ++i)
      g_.db(i % 16 / 8 * 8 + (i + bits / 8) % 8);
  }

  /// Four words, by loads and blends, since the one port for shuffles has enough to do.
  void gather(const Ymm& to, auto word) {
    g_.vpbroadcastq(to, word(0));
    for (unsigned i = 1; i < 4; ++i) {
      g_.vpbroadcastq(scratch(), word(i));
      g_.vpblendd(to, to, scratch(), static_cast<uint8_t>(3 << (2 * i)));
    }
  }
  /// Those of the message that a half of the columns or of the diagonals takes.
  void gather_message(const Ymm& to, const uint8_t (&order)[16], unsigned step) {
    gather(to, [&](unsigned column) -> Address {
      // Diagonals stand where their b is, which is what a round waits for last: column 0 has the
      // last of them.
      const unsigned quarter = step < 2 ? column : 4 + (column + 3) % 4;
      return g_.ptr[g_.rsi + 8 * order[2 * quarter + step % 2]];
    });
  }

  void rotate(const Ymm& reg, unsigned bits) {
    if (has_avx512_) {
      g_.vprorq(reg, reg, static_cast<uint8_t>(bits));
    } else if (bits == 32) {
      g_.vpshufd(reg, reg, 0xb1);
    } else if (bits == 63) {
      g_.vpsrlq(scratch(), reg, 63);
      g_.vpaddq(reg, reg, reg);
      g_.vpor(reg, reg, scratch());
    } else {
      g_.vpshufb(reg, reg, g_.ptr[g_.rip + rotations_[bits == 24 ? 0 : 1]]);
    }
  }

  void round(const uint8_t (&order)[16]) {
    for (unsigned step = 0; step < 4; ++step)
      gather_message(addend(step), order, step);
    for (unsigned step = 0; step < 4; ++step) {
      if (step == 2)
        turn(0x93, 0x4e, 0x39);
      g_.vpaddq(a(), a(), addend(step));
      g_.vpaddq(a(), a(), b());
      g_.vpxor(d(), d(), a());
      rotate(d(), step % 2 == 0 ? 32 : 16);
      g_.vpaddq(c(), c(), d());
      g_.vpxor(b(), b(), c());
      rotate(b(), step % 2 == 0 ? 24 : 63);
    }
    turn(0x39, 0x4e, 0x93);
  }

  /// Diagonals become columns, or back.
  void turn(uint8_t of_a, uint8_t of_d, uint8_t of_c) {
    g_.vpermq(a(), a(), of_a);
    g_.vpermq(d(), d(), of_d);
    g_.vpermq(c(), c(), of_c);
  }

  GeneratorX86& g_;
  bool has_avx512_;
  Label rotations_[2];
};

} // namespace

const void* generate_blake2b_mix(GeneratorX86& g, bool has_avx512) {
  return Blake2bRows{g, has_avx512}.generate();
}

} // namespace zvm::runtime

#endif
