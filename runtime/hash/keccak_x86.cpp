// Keccak-f[1600] for x86-64 in two shapes. Where all lanes fit into registers (AVX-512: 32 of them,
// rotations and functions of three operands), rounds stay in them; else (BMI2, AVX2) a round goes
// row by row from one state in memory to another.
#include "runtime/hash/generator_x86.hpp"

#if defined(__x86_64__) && !defined(_WIN32)

#include "base/assert.hpp"
#include "runtime/hash/keccak_constants.hpp"

namespace zvm::runtime {
namespace {

using Xbyak::Address;
using Xbyak::Label;
using Xbyak::Reg64;
using Xbyak::Ymm;
using Xbyak::Zmm;

constexpr unsigned kRounds = 24;

/// The constants of the rounds, so placed that the address after the last is a multiple of 256:
/// where the low byte of an address among them says how many are left.
void emit_constants(GeneratorX86& g, Label& constants) {
  g.align(256);
  for (unsigned i = 0; i < 256 / 8 - kRounds; ++i)
    g.dq(0);
  g.L(constants);
  for (const uint64_t constant : kRoundConstants)
    g.dq(constant);
}

/// The low byte of the address of a round's constant.
constexpr unsigned low_byte(unsigned round) { return (256 - 8 * (kRounds - round)) % 256; }

// --- BMI2: one state in general registers ---

/// Front-end bound: what counts is the number of instructions. Three of theta's parities are
/// gathered while the rows of the round before are made, the others read from memory; two lanes
/// never leave their registers.
class ScalarKeccak {
 public:
  explicit ScalarKeccak(GeneratorX86& g) : g_(g) {}

  /// void(uint64_t (&lanes)[25])
  const void* permutation() {
    const void* entry = prologue();
    const State argument{g_.rdi, 0, 25};
    parities(argument);
    g_.mov(g_.ptr[g_.rsp + kArgument], g_.rdi);
    round(argument, kBuffers[1], [this](const Reg64& e) { g_.xor_(e, 1); });
    middle_rounds();
    const State result{g_.rdi, 0, 25};
    g_.mov(g_.rdi, g_.ptr[g_.rsp + kArgument]);
    round(kBuffers[1], result, [this](const Reg64& e) { g_.xor_(e, last_constant()); }, false);
    epilogue();
    return entry;
  }

  /// void(const uint64_t (&message)[8], uint64_t (&hash)[4]): Keccak-256 of one block of 64 bytes.
  /// The first round knows the padding, the last makes the hash only.
  const void* hash_of_64() {
    const void* entry = prologue();
    const State message{g_.rdi, 0, 8};
    g_.mov(g_.ptr[g_.rsp + kArgument], g_.rsi);
    parities(message);
    round(message, kBuffers[1], [this](const Reg64& e) { g_.xor_(e, 1); });
    middle_rounds();
    const State hash{g_.rdi, 0, 4};
    g_.mov(g_.rdi, g_.ptr[g_.rsp + kArgument]);
    round(kBuffers[1], hash, [this](const Reg64& e) { g_.xor_(e, last_constant()); }, false);
    epilogue();
    return entry;
  }

 private:
  /// Lanes in memory. Those from `known` on are, in a source, the padding of a message in one block
  /// and, in a destination, not wanted.
  struct State {
    Reg64 base;
    unsigned offset;
    unsigned known;
  };
  static constexpr unsigned kPaddingBegin = 8;
  static constexpr unsigned kPaddingEnd = 16;

  const State kBuffers[2] = {{Xbyak::util::rsp, 0, 25}, {Xbyak::util::rsp, 200, 25}};
  static constexpr unsigned kArgument = 400;
  static constexpr unsigned kFrame = 408;

  // Registers. Between rounds parities and held lanes have fixed ones, so that a loop can be
  // closed; the rest, and those while they are idle, serve anything. rdi is a pointer throughout.
  static constexpr Reg64 home_of_parity(unsigned x) { return Reg64(8 + static_cast<int>(x)); }
  static constexpr unsigned kHeld[2] = {24,
                                        22}; ///< lanes that the rows 0 and 1 of the next round take
  static constexpr Reg64 home_of_lane(unsigned lane) { return Reg64(lane == 24 ? 13 : 14); }

  [[nodiscard]] static bool is_held(unsigned lane) { return lane == kHeld[0] || lane == kHeld[1]; }
  [[nodiscard]] static bool is_gathered(unsigned x) { return x == 0 || x == 1 || x == 4; }

  [[nodiscard]] Reg64 take() {
    // The homes come last, those that a round fills first at the very end.
    for (const int index : {0, 1, 2, 3, 5, 6, 15, 10, 11, 13, 14, 9, 12, 8}) {
      if ((free_ >> index & 1) != 0)
        return take(Reg64(index));
    }
    ZVM_UNREACHABLE();
  }
  [[nodiscard]] Reg64 take(const Reg64& reg) {
    ZVM_ASSERT((free_ >> reg.getIdx() & 1) != 0);
    free_ &= ~(1u << reg.getIdx());
    return reg;
  }
  void give(const Reg64& reg) { free_ |= 1u << reg.getIdx(); }

  [[nodiscard]] Address at(const State& state, unsigned lane) const {
    return g_.ptr[state.base + (state.offset + 8 * lane)];
  }
  [[nodiscard]] Address last_constant() {
    return g_.ptr[g_.rip + constants_ + int{8 * (kRounds - 1)}];
  }

  const void* prologue() {
    emit_constants(g_, constants_);
    const void* entry = g_.begin();
    for (const Reg64& reg : kSaved)
      g_.push(reg);
    g_.sub(g_.rsp, kFrame);
    return entry;
  }
  void epilogue() {
    g_.add(g_.rsp, kFrame);
    for (unsigned i = std::size(kSaved); i-- > 0;)
      g_.pop(kSaved[i]);
    g_.ret();
  }

  /// All parities from memory.
  void parities(const State& in) {
    for (unsigned x = 0; x < 5; ++x) {
      parity_[x] = take(home_of_parity(x));
      g_.mov(parity_[x], at(in, x));
      for (unsigned lane = x + 5; lane < 25; lane += 5) {
        if (lane < in.known)
          g_.xor_(parity_[x], at(in, lane));
        else
          pad(parity_[x], lane, 0);
      }
    }
  }
  /// Xors the padding's part of `lane`, rotated left.
  void pad(const Reg64& reg, unsigned lane, unsigned rotation) {
    if (lane == kPaddingBegin)
      g_.btc(reg, static_cast<uint8_t>(rotation));
    if (lane == kPaddingEnd)
      g_.btc(reg, static_cast<uint8_t>((63 + rotation) % 64));
  }

  /// Rounds 1 to 22, from the second buffer to the first and back.
  void middle_rounds() {
    g_.lea(g_.rdi, g_.ptr[g_.rip + constants_ + 8]);
    Label loop;
    g_.align(64);
    g_.L(loop);
    round(kBuffers[1], kBuffers[0], [this](const Reg64& e) { g_.xor_(e, g_.ptr[g_.rdi]); });
    round(kBuffers[0], kBuffers[1], [this](const Reg64& e) { g_.xor_(e, g_.ptr[g_.rdi + 8]); });
    g_.add(g_.rdi, 16);
    g_.cmp(g_.dil, low_byte(kRounds - 1));
    g_.jne(loop, GeneratorX86::T_NEAR);
  }

  /// `goes_on`: another round follows, which wants parities and held lanes.
  void round(const State& in, const State& out, auto iota, bool goes_on = true) {
    Reg64 d[5];
    unsigned uses[5] = {2, 2, 2, 2, 2};
    const auto used = [&](unsigned x) {
      if (--uses[x] == 0)
        give(parity_[x]);
    };
    for (const unsigned x : {1u, 3u, 0u, 2u, 4u}) {
      d[x] = take();
      g_.rorx(d[x], parity_[(x + 1) % 5], 63);
      g_.xor_(d[x], parity_[(x + 4) % 5]);
      used((x + 1) % 5);
      used((x + 4) % 5);
    }
    for (unsigned y = 0; y < 5; ++y) {
      if (5 * y < out.known)
        row(in, out, y, d, iota, goes_on);
    }
  }

  void row(const State& in, const State& out, unsigned y, const Reg64 (&d)[5], auto iota,
           bool goes_on) {
    const bool is_last = y == 4;
    const bool is_whole = out.known == 25;
    Reg64 b[5];
    for (unsigned x = 0; x < 5; ++x)
      b[x] = moved_lane(in, pi_source(x, y), d, is_last);
    if (is_last && goes_on) {
      for (const unsigned x : {2u, 3u}) {
        parity_[x] = take(home_of_parity(x));
        g_.mov(parity_[x], at(out, x));
        for (unsigned lane = x + 5; lane < 20; lane += 5)
          g_.xor_(parity_[x], at(out, lane));
      }
    }
    // In an order that soon frees a register.
    for (const unsigned x : {0u, 4u, 1u, 2u, 3u}) {
      if (!is_whole && x == 4)
        continue;
      const unsigned lane = x + 5 * y;
      const bool is_first_of_parity = goes_on && y == 0 && is_gathered(x);
      const bool stays = goes_on && is_held(lane);
      const Reg64 e = is_first_of_parity ? take(home_of_parity(x))
                      : stays            ? take(home_of_lane(lane))
                                         : take();
      g_.andn(e, b[(x + 1) % 5], b[(x + 2) % 5]);
      g_.xor_(e, b[x]);
      if (lane == 0)
        iota(e);
      if (!stays)
        g_.mov(at(out, lane), e);
      if (is_first_of_parity)
        parity_[x] = e;
      else if (goes_on && (is_gathered(x) || is_last))
        g_.xor_(parity_[x], e);
      if (!is_first_of_parity && !stays)
        give(e);
      if (x == 1 || x == 2)
        give(b[x]);
    }
    for (const unsigned x : {0u, 3u, 4u})
      give(b[x]);
    if (is_last && goes_on) {
      has_held_ = true;
    }
  }

  /// A lane after theta and rho. After the last row of a round theta's words are not needed any
  /// more.
  Reg64 moved_lane(const State& in, unsigned lane, const Reg64 (&d)[5], bool is_last_row) {
    const Reg64& theta = d[lane % 5];
    const unsigned rotation = kRotations[lane];
    const auto right = static_cast<uint8_t>((64 - rotation) % 64);
    Reg64 b;
    if (lane >= in.known) {
      b = is_last_row ? theta : take();
      g_.rorx(b, theta, right);
      pad(b, lane, rotation);
      return b;
    }
    if (has_held_ && is_held(lane)) {
      b = home_of_lane(lane);
      g_.xor_(b, theta);
      if (is_last_row)
        give(theta);
    } else if (is_last_row) {
      b = theta;
      g_.xor_(b, at(in, lane));
    } else {
      b = take();
      g_.mov(b, at(in, lane));
      g_.xor_(b, theta);
    }
    if (rotation != 0)
      g_.rorx(b, b, right);
    return b;
  }

  inline static const Reg64 kSaved[] = {Xbyak::util::rbx, Xbyak::util::rbp, Xbyak::util::r12,
                                        Xbyak::util::r13, Xbyak::util::r14, Xbyak::util::r15};

  GeneratorX86& g_;
  Label constants_;
  unsigned free_ = 0xffff & ~(1u << Xbyak::Operand::RSP) & ~(1u << Xbyak::Operand::RDI);
  Reg64 parity_[5];
  bool has_held_ = false; ///< the round has a predecessor
};

// --- AVX-512: 4 or 8 states, a lane of each in one register ---

/// Immediate operands of VPTERNLOGQ.
constexpr uint8_t kXor3 = 0x96;
constexpr uint8_t kChi = 0xd2; ///< a ^ (~b & c)

template <typename Register>
class RegisterKeccak {
 public:
  explicit RegisterKeccak(GeneratorX86& g) : g_(g) {}

  /// void(uint64_t (&lanes)[25][N])
  const void* permutation() {
    Label constants, loop;
    emit_constants(g_, constants);
    const void* entry = g_.begin();
    g_.lea(g_.rax, g_.ptr[g_.rip + constants]);
    for (unsigned lane = 0; lane < 25; ++lane)
      g_.vmovdqu64(a(lane), at(lane));
    for (unsigned x = 0; x < 5; ++x)
      add_parity(x, 0);
    g_.align(64);
    g_.L(loop);
    round();
    g_.add(g_.rax, 8);
    g_.test(g_.al, g_.al);
    g_.jnz(loop, GeneratorX86::T_NEAR);
    for (unsigned lane = 0; lane < 25; ++lane)
      g_.vmovdqu64(at(lane), a(lane));
    g_.vzeroupper();
    g_.ret();
    return entry;
  }

 private:
  static Register a(unsigned lane) { return Register(static_cast<int>(lane)); }
  static Register free(unsigned i) { return Register(static_cast<int>(25 + i)); }
  static Register parity(unsigned x) { return free(x); }

  [[nodiscard]] Address at(unsigned lane) const {
    return g_.ptr[g_.rdi + lane * static_cast<unsigned>(Register{}.getBit() / 8)];
  }

  /// The parity of a column in two steps, so that the first can be done early.
  void add_parity(unsigned x, unsigned step) {
    if (step == 0) {
      g_.vmovdqa64(parity(x), a(x));
      g_.vpternlogq(parity(x), a(x + 5), a(x + 10), kXor3);
    } else {
      g_.vpternlogq(parity(x), a(x + 15), a(x + 20), kXor3);
    }
  }

  void round() {
    for (unsigned x = 0; x < 5; ++x)
      add_parity(x, 1);
    for (unsigned x = 0; x < 5; ++x) {
      const Register rotated = free(5 + x % 2);
      g_.vprolq(rotated, parity((x + 1) % 5), 1);
      for (unsigned lane = x; lane < 25; lane += 5)
        g_.vpternlogq(a(lane), parity((x + 4) % 5), rotated, kXor3);
    }
    // Pi is one orbit through all lanes but the first; rho goes along it, and puts each lane where
    // pi wants it.
    unsigned to = 1;
    g_.vmovdqa64(free(0), a(to));
    for (unsigned i = 0; i < 24; ++i) {
      const unsigned from = pi_source(to % 5, to / 5);
      g_.vprolq(a(to), i == 23 ? free(0) : a(from), static_cast<uint8_t>(kRotations[from]));
      to = from;
    }
    for (unsigned y = 0; y < 5; ++y) {
      const Register first = free(5), second = free(6);
      g_.vmovdqa64(first, a(5 * y));
      g_.vmovdqa64(second, a(5 * y + 1));
      for (unsigned x = 0; x < 5; ++x) {
        const unsigned lane = 5 * y + x;
        g_.vpternlogq(a(lane), x < 4 ? a(lane + 1) : first,
                      x < 3    ? a(lane + 2)
                      : x == 3 ? first
                               : second,
                      kChi);
        if (lane == 0)
          g_.vpxorq(a(0), a(0), g_.ptr_b[g_.rax]);
        if (y == 2)
          add_parity(x, 0);
      }
    }
  }

  GeneratorX86& g_;
};

// --- AVX2: 4 states at a time, row by row ---

/// As ScalarKeccak, without its refinements: shifts for the rotations are what takes the time.
class Avx2Keccak {
 public:
  explicit Avx2Keccak(GeneratorX86& g) : g_(g) {}

  /// void(uint64_t (&lanes)[25][4]), or [8] as two times four.
  const void* permutation(unsigned states) {
    Label constants, each_four, loop;
    emit_constants(g_, constants);
    g_.L(rotate_by_8_);
    emit_rotation(8);
    g_.L(rotate_by_56_);
    emit_rotation(56);
    const void* entry = g_.begin();
    g_.mov(g_.rdx, g_.rsp);
    g_.sub(g_.rsp, 25 * 32);
    g_.and_(g_.rsp, -32);
    g_.mov(g_.ecx, states / 4);
    g_.L(each_four);
    const Lanes argument{g_.rdi, 8 * states}, other{g_.rsp, 8 * 4};
    g_.lea(g_.rax, g_.ptr[g_.rip + constants]);
    parities(argument);
    g_.align(64);
    g_.L(loop);
    round(argument, other, 0);
    round(other, argument, 8);
    g_.add(g_.rax, 16);
    g_.test(g_.al, g_.al);
    g_.jnz(loop, GeneratorX86::T_NEAR);
    g_.add(g_.rdi, 8 * 4);
    g_.dec(g_.ecx);
    g_.jnz(each_four, GeneratorX86::T_NEAR);
    g_.mov(g_.rsp, g_.rdx);
    g_.vzeroupper();
    g_.ret();
    return entry;
  }

 private:
  /// Four states in memory, their lanes `stride` bytes from one another.
  struct Lanes {
    Reg64 base;
    unsigned stride;
  };
  [[nodiscard]] Address at(const Lanes& lanes, unsigned lane) const {
    return g_.ptr[lanes.base + lanes.stride * lane];
  }

  static Ymm b(unsigned x) { return Ymm(static_cast<int>(x)); }
  static Ymm parity(unsigned x) { return Ymm(static_cast<int>(5 + x)); }
  static Ymm theta(unsigned x) { return Ymm(static_cast<int>(10 + x)); }
  static Ymm scratch() { return Ymm(15); }

  /// The operand of VPSHUFB that rotates lanes left by whole bytes.
  void emit_rotation(unsigned bits) {
    for (unsigned i = 0; i < 32; ++i)
      g_.db(i % 16 / 8 * 8 + (i + 8 - bits / 8) % 8);
  }

  void rotate(const Ymm& reg, unsigned bits) {
    if (bits == 0)
      return;
    if (bits == 8 || bits == 56) {
      g_.vpshufb(reg, reg, g_.ptr[g_.rip + (bits == 8 ? rotate_by_8_ : rotate_by_56_)]);
      return;
    }
    g_.vpsrlq(scratch(), reg, static_cast<uint8_t>(64 - bits));
    g_.vpsllq(reg, reg, static_cast<uint8_t>(bits));
    g_.vpor(reg, reg, scratch());
  }

  void parities(const Lanes& lanes) {
    for (unsigned x = 0; x < 5; ++x) {
      g_.vmovdqu(parity(x), at(lanes, x));
      for (unsigned y = 1; y < 5; ++y)
        g_.vpxor(parity(x), parity(x), at(lanes, x + 5 * y));
    }
  }

  /// Takes the parities of `in`, and leaves those of `out`.
  void round(const Lanes& in, const Lanes& out, unsigned constant) {
    for (unsigned x = 0; x < 5; ++x) {
      const Ymm right = parity((x + 1) % 5);
      g_.vpsrlq(scratch(), right, 63);
      g_.vpaddq(theta(x), right, right);
      g_.vpor(theta(x), theta(x), scratch());
      g_.vpxor(theta(x), theta(x), parity((x + 4) % 5));
    }
    for (unsigned y = 0; y < 5; ++y) {
      for (unsigned x = 0; x < 5; ++x) {
        const unsigned lane = pi_source(x, y);
        g_.vpxor(b(x), theta(lane % 5), at(in, lane));
        rotate(b(x), kRotations[lane]);
      }
      for (unsigned x = 0; x < 5; ++x) {
        const Ymm e = y == 0 ? parity(x) : scratch();
        g_.vpandn(e, b((x + 1) % 5), b((x + 2) % 5));
        g_.vpxor(e, e, b(x));
        if (x == 0 && y == 0) {
          g_.vpbroadcastq(scratch(), g_.ptr[g_.rax + constant]);
          g_.vpxor(e, e, scratch());
        }
        g_.vmovdqu(at(out, x + 5 * y), e);
        if (y != 0)
          g_.vpxor(parity(x), parity(x), e);
      }
    }
  }

  GeneratorX86& g_;
  Label rotate_by_8_, rotate_by_56_;
};

} // namespace

const void* generate_keccak_f1600_bmi2(GeneratorX86& g) { return ScalarKeccak{g}.permutation(); }
const void* generate_keccak256_64_bmi2(GeneratorX86& g) { return ScalarKeccak{g}.hash_of_64(); }
const void* generate_keccak_f1600_avx2(GeneratorX86& g, unsigned states) {
  return Avx2Keccak{g}.permutation(states);
}
const void* generate_keccak_f1600_avx512(GeneratorX86& g, unsigned states) {
  return states == 8 ? RegisterKeccak<Zmm>{g}.permutation() : RegisterKeccak<Ymm>{g}.permutation();
}

} // namespace zvm::runtime

#endif
