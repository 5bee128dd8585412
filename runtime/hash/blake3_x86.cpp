// BLAKE3's compression for x86-64 in two shapes. One message lies in four registers of four words,
// one row of the state each: bound by the latency of one step after another. Of 8 or 16 messages
// each word has a register, a lane for each message: bound by how many operations the CPU does at a
// time.
#include "runtime/hash/blake3_constants.hpp"
#include "runtime/hash/lanes_x86.hpp"

#if defined(__x86_64__) && !defined(_WIN32)

#include <cstddef>

namespace zvm::runtime {
namespace {

using Xbyak::Address;
using Xbyak::Label;
using Xbyak::Reg64;
using Xbyak::RegExp;
using Xbyak::Xmm;
using Xbyak::Ymm;
using Xbyak::Zmm;

/// Operands of VPSHUFB that rotate words right by whole bytes, as wide as a ymm register.
void emit_byte_rotation(GeneratorX86& g, Label& label, unsigned bits) {
  g.L(label);
  for (unsigned i = 0; i < 32; ++i)
    g.db(i % 16 / 4 * 4 + (i + bits / 8) % 4);
}

/// d ^ a and b ^ c are rotated by these.
constexpr unsigned kRotations[2][2] = {{16, 12}, {8, 7}};

// --- one message: a row of the state in each register ---

class Blake3Rows {
 public:
  Blake3Rows(GeneratorX86& g, bool has_avx512) : g_(g), has_avx512_(has_avx512) {}

  /// Blake3Blocks<1>
  const void* generate() {
    Label loop, not_last;
    constants();
    const void* entry = g_.begin();
    const Reg64 &state = g_.rdi, &data = g_.rsi, &blocks = g_.rdx, &tweaks = g_.rcx;
    using Tweaks = Blake3Tweaks<1>;
    g_.mov(data, g_.ptr[data]);
    g_.vmovdqu(a(), g_.ptr[state]);
    g_.vmovdqu(b(), g_.ptr[state + 16]);
    // The counter and the size, word by word: just written so, they could not be forwarded
    // together.
    g_.vmovd(tweak(), g_.ptr[tweaks]);
    for (uint8_t i = 1; i < 3; ++i)
      g_.vpinsrd(tweak(), tweak(), g_.ptr[tweaks + 4 * i], i);
    g_.vmovdqa(initial(), g_.ptr[g_.rip + initial_]);
    g_.mov(g_.eax, g_.ptr[tweaks + offsetof(Tweaks, flags)]);
    g_.mov(g_.r8d, g_.eax);
    g_.or_(g_.eax, g_.ptr[tweaks + offsetof(Tweaks, first)]);
    g_.align(64);
    g_.L(loop);
    g_.cmp(blocks, 1);
    g_.jne(not_last);
    g_.or_(g_.eax, g_.ptr[tweaks + offsetof(Tweaks, last)]);
    g_.L(not_last);
    g_.vmovdqu(message(0), g_.ptr[data]);
    g_.vmovdqu(message(1), g_.ptr[data + 32]);
    g_.vmovdqa(c(), initial());
    g_.vpinsrd(d(), tweak(), g_.eax, 3);
    for (unsigned round = 0; round < kBlake3Rounds; ++round)
      this->round(round);
    g_.vpxor(a(), a(), c());
    g_.vpxor(b(), b(), d());
    g_.mov(g_.eax, g_.r8d);
    g_.add(data, kBlake3Block);
    g_.dec(blocks);
    g_.jnz(loop, GeneratorX86::T_NEAR);
    g_.vmovdqu(g_.ptr[state], a());
    g_.vmovdqu(g_.ptr[state + 16], b());
    g_.vzeroupper();
    g_.ret();
    return entry;
  }

 private:
  static Xmm a() { return Xmm(0); }
  static Xmm b() { return Xmm(1); }
  static Xmm c() { return Xmm(2); }
  static Xmm d() { return Xmm(3); }
  static Xmm tweak() { return Xmm(4); }
  static Xmm initial() { return Xmm(5); }
  static Ymm message(unsigned half) { return Ymm(static_cast<int>(6 + half)); }
  static Xmm scratch() { return Xmm(8); }
  static Xmm addend(unsigned i) { return Xmm(static_cast<int>(9 + i)); }

  /// Words of the message that a half of the columns or of the diagonals takes. Diagonals stand
  /// where their b is, which is what a round waits for last: column 0 has the last of them.
  static unsigned word(unsigned round, unsigned step, unsigned column) {
    const unsigned quarter = step < 2 ? column : 4 + (column + 3) % 4;
    return kBlake3Schedule[round][2 * quarter + step % 2];
  }

  void constants() {
    g_.align(64);
    g_.L(words_);
    for (unsigned round = 0; round < kBlake3Rounds; ++round)
      for (unsigned step = 0; step < 4; ++step)
        for (unsigned column = 0; column < 4; ++column)
          g_.dd(word(round, step, column));
    g_.L(initial_);
    for (unsigned i = 0; i < 4; ++i)
      g_.dd(kBlake3Initial[i]);
    emit_byte_rotation(g_, rotations_[0], 16);
    emit_byte_rotation(g_, rotations_[1], 8);
  }

  /// The message's words for a step, off the path that the state takes.
  void gather(const Xmm& to, unsigned round, unsigned step) {
    const Ymm wide{to.getIdx()}, other{scratch().getIdx()};
    g_.vmovdqa(to, g_.ptr[g_.rip + words_ + static_cast<int>(16 * (4 * round + step))]);
    if (has_avx512_) {
      g_.vpermi2d(wide, message(0), message(1));
      return;
    }
    g_.vpermd(other, wide, message(1));
    g_.vpermd(wide, wide, message(0));
    unsigned upper = 0;
    for (unsigned column = 0; column < 4; ++column)
      upper |= (word(round, step, column) / 8) << column;
    g_.vpblendd(to, to, scratch(), static_cast<uint8_t>(upper));
  }

  void rotate(const Xmm& reg, unsigned bits) {
    if (has_avx512_) {
      g_.vprord(reg, reg, static_cast<uint8_t>(bits));
    } else if (bits % 8 == 0) {
      g_.vpshufb(reg, reg, g_.ptr[g_.rip + rotations_[bits == 16 ? 0 : 1]]);
    } else {
      g_.vpsrld(scratch(), reg, static_cast<uint8_t>(bits));
      g_.vpslld(reg, reg, static_cast<uint8_t>(32 - bits));
      g_.vpor(reg, reg, scratch());
    }
  }

  void round(unsigned round) {
    for (unsigned step = 0; step < 4; ++step)
      gather(addend(step), round, step);
    for (unsigned step = 0; step < 4; ++step) {
      if (step == 2)
        turn(0x93, 0x4e, 0x39);
      g_.vpaddd(a(), a(), addend(step));
      g_.vpaddd(a(), a(), b());
      g_.vpxor(d(), d(), a());
      rotate(d(), kRotations[step % 2][0]);
      g_.vpaddd(c(), c(), d());
      g_.vpxor(b(), b(), c());
      rotate(b(), kRotations[step % 2][1]);
    }
    turn(0x39, 0x4e, 0x93);
  }

  /// Diagonals become columns, or back.
  void turn(uint8_t of_a, uint8_t of_d, uint8_t of_c) {
    g_.vpshufd(a(), a(), of_a);
    g_.vpshufd(d(), d(), of_d);
    g_.vpshufd(c(), c(), of_c);
  }

  GeneratorX86& g_;
  bool has_avx512_;
  Label words_, initial_, rotations_[2];
};

// --- 8 or 16 messages: a word of each in one register ---

/// With AVX-512 state and message fill the 32 registers; with AVX2 the message is in memory, and
/// one word of the state too while its register serves a rotation.
template <typename Register>
class Blake3Lanes {
 public:
  Blake3Lanes(GeneratorX86& g, bool has_avx512)
      : g_(g), lanes_(g, has_avx512), has_avx512_(has_avx512) {}

  /// Blake3Blocks<messages>; as many of them at a time as there are lanes.
  const void* generate(unsigned messages) {
    Label loop, not_last, next, end;
    constants();
    const void* entry = g_.begin();
    const unsigned row = 4 * messages;
    const Reg64 &states = g_.rdi, &data = g_.rsi, &blocks = g_.rdx, &rows = g_.rcx;
    const Reg64 &tweaks = g_.r10, &left = g_.r9, &offset = g_.r8;
    g_.mov(tweaks, rows);
    g_.mov(g_.r11, g_.rsp);
    g_.sub(g_.rsp, kFrame);
    g_.and_(g_.rsp, -64);

    g_.L(next);
    for (unsigned half = 0; half < 2; ++half) {
      lanes_.transpose_in(4 * half, [&](unsigned message) -> RegExp {
        return states + (32 * message + 16 * half);
      });
    }
    g_.mov(left, blocks);
    g_.xor_(offset, offset);
    g_.mov(g_.eax, g_.ptr[tweaks + 3 * row]);
    g_.or_(g_.eax, g_.ptr[tweaks + (3 * row + 4)]);
    g_.align(64);
    g_.L(loop);
    g_.cmp(left, 1);
    g_.jne(not_last);
    g_.or_(g_.eax, g_.ptr[tweaks + (3 * row + 8)]);
    g_.L(not_last);
    g_.mov(g_.ptr[g_.rsp + kFlags], g_.eax);
    for (unsigned quarter = 0; quarter < 4; ++quarter) {
      lanes_.transpose_in(has_avx512_ ? 16 + 4 * quarter : 8, [&](unsigned message) -> RegExp {
        g_.mov(g_.rax, g_.ptr[data + 8 * message]);
        return g_.rax + offset + 16 * quarter;
      });
      for (unsigned i = 0; i < 4 && !has_avx512_; ++i)
        g_.vmovdqa(word(4 * quarter + i), v(8 + i));
    }
    for (unsigned i = 0; i < 4; ++i)
      g_.vpbroadcastd(v(8 + i), g_.ptr[g_.rip + initial_ + static_cast<int>(4 * i)]);
    for (unsigned i = 0; i < 3; ++i)
      lanes_.load(v(12 + i), g_.ptr[rows + row * i]);
    g_.vpbroadcastd(v(15), g_.ptr[g_.rsp + kFlags]);
    for (unsigned round = 0; round < kBlake3Rounds; ++round)
      this->round(round);
    if (is_spilled_)
      g_.vmovdqa(v(kServant), spill());
    is_spilled_ = false;
    for (unsigned i = 0; i < 8; ++i)
      exclusive_or(v(i), v(8 + i));
    g_.mov(g_.eax, g_.ptr[tweaks + 3 * row]);
    g_.add(offset, kBlake3Block);
    g_.dec(left);
    g_.jnz(loop, GeneratorX86::T_NEAR);

    for (unsigned half = 0; half < 2; ++half)
      lanes_.transpose_out(4 * half, states + 16 * half);
    if (messages > kLanes) {
      g_.cmp(rows, tweaks);
      g_.jne(end);
      g_.add(rows, 4 * kLanes);
      g_.add(states, 32 * kLanes);
      g_.add(data, 8 * kLanes);
      g_.jmp(next, GeneratorX86::T_NEAR);
      g_.L(end);
    }
    g_.mov(g_.rsp, g_.r11);
    g_.vzeroupper();
    g_.ret();
    return entry;
  }

 private:
  static constexpr unsigned kLanes = LanesX86<Register>::kLanes;
  // On the stack, of AVX2.
  static constexpr unsigned kSpill = 16 * 32; ///< behind the message
  static constexpr unsigned kFlags = kSpill + 32;
  static constexpr unsigned kFrame = kFlags + 32;

  static Register v(unsigned i) { return LanesX86<Register>::v(i); }
  [[nodiscard]] Address spill() const { return g_.ptr[g_.rsp + kSpill]; }
  [[nodiscard]] Address word(unsigned i) const { return g_.ptr[g_.rsp + 32 * i]; }

  void constants() {
    g_.align(64);
    emit_byte_rotation(g_, rotations_[0], 16);
    emit_byte_rotation(g_, rotations_[1], 8);
    g_.L(initial_);
    for (unsigned i = 0; i < 4; ++i)
      g_.dd(kBlake3Initial[i]);
  }

  void exclusive_or(const Register& to, const Xbyak::Operand& other) {
    if (has_avx512_)
      g_.vpxord(to, to, other);
    else
      g_.vpxor(to, to, other);
  }

  void round(unsigned round) {
    const auto& schedule = kBlake3Schedule[round];
    for (unsigned step = 0; step < 4; ++step) {
      // Column q has its b, c and d `turn` further on the diagonals.
      const unsigned turn = step < 2 ? 0 : 1;
      const auto each = [&](auto operation) {
        for (unsigned q = 0; q < 4; ++q)
          operation(q, 4 + (q + turn) % 4, 8 + (q + 2 * turn) % 4, 12 + (q + 3 * turn) % 4);
      };
      each([&](unsigned a, unsigned, unsigned, unsigned) {
        const unsigned m = schedule[8 * turn + 2 * a + step % 2];
        if (has_avx512_)
          g_.vpaddd(v(a), v(a), v(16 + m));
        else
          g_.vpaddd(v(a), v(a), word(m));
      });
      each([&](unsigned a, unsigned b, unsigned, unsigned) { g_.vpaddd(v(a), v(a), v(b)); });
      each([&](unsigned a, unsigned, unsigned, unsigned d) { exclusive_or(v(d), v(a)); });
      each([&](unsigned, unsigned, unsigned, unsigned d) { rotate(d, kRotations[step % 2][0]); });
      each([&](unsigned, unsigned, unsigned c, unsigned d) {
        if (c == kServant && is_spilled_)
          g_.vpaddd(v(c), v(d), spill());
        else
          g_.vpaddd(v(c), v(c), v(d));
      });
      is_spilled_ = false;
      each([&](unsigned, unsigned b, unsigned c, unsigned) { exclusive_or(v(b), v(c)); });
      if (!has_avx512_) {
        g_.vmovdqa(spill(), v(kServant));
        is_spilled_ = true;
      }
      each([&](unsigned, unsigned b, unsigned, unsigned) { rotate(b, kRotations[step % 2][1]); });
    }
  }

  void rotate(unsigned i, unsigned bits) {
    if (has_avx512_) {
      g_.vprord(v(i), v(i), static_cast<uint8_t>(bits));
    } else if (bits % 8 == 0) {
      g_.vpshufb(v(i), v(i), g_.ptr[g_.rip + rotations_[bits == 16 ? 0 : 1]]);
    } else {
      g_.vpsrld(v(kServant), v(i), static_cast<uint8_t>(bits));
      g_.vpslld(v(i), v(i), static_cast<uint8_t>(32 - bits));
      g_.vpor(v(i), v(i), v(kServant));
    }
  }

  static constexpr unsigned kServant = 8; ///< the word that gives its register to rotations

  GeneratorX86& g_;
  LanesX86<Register> lanes_;
  bool has_avx512_;
  bool is_spilled_ = false; ///< that word is in memory
  Label initial_, rotations_[2];
};

} // namespace

const void* generate_blake3_blocks(GeneratorX86& g, unsigned messages, bool has_avx512) {
  if (messages == 1)
    return Blake3Rows{g, has_avx512}.generate();
  if (messages == 16 && has_avx512)
    return Blake3Lanes<Zmm>{g, has_avx512}.generate(messages);
  return Blake3Lanes<Ymm>{g, has_avx512}.generate(messages);
}

} // namespace zvm::runtime

#endif
