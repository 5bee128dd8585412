// The loops of Poseidon over BN254 for x86-64 with MULX, ADCX and ADOX: two chains of carries at a
// time, sums of products in eight registers. As bn254_scalar.hpp computes them, bit by bit.
#include "runtime/hash/generator_x86.hpp"
#include "runtime/hash/poseidon/bn254_scalar.hpp"

#if defined(__x86_64__) && !defined(_WIN32)

namespace zvm::runtime {
namespace {

using Xbyak::Label;
using Xbyak::Reg64;
using Xbyak::RegExp;

constexpr unsigned kElement = 32; ///< bytes

class Bn254Adx {
 public:
  explicit Bn254Adx(GeneratorX86& g) : g_(g) {}

  /// void(const Bn254Scalar* in, Bn254Scalar* out, size_t count). All squares, then all fourth
  /// powers, then all fifth: neighbours do not wait for each other.
  const void* sboxes() {
    const void* entry = prologue();
    g_.mov(saved(0), g_.rdi);
    g_.mov(saved(1), g_.rsi);
    g_.mov(saved(2), g_.rdx);
    for (unsigned pass = 0; pass < 3; ++pass) {
      Label loop;
      g_.mov(g_.rdi, saved(0));
      g_.mov(g_.rsi, saved(1));
      g_.mov(g_.rbp, saved(2));
      g_.align(32);
      g_.L(loop);
      if (pass == 2)
        multiply(g_.rsi, g_.rdi);
      else
        square(pass == 0 ? g_.rdi : g_.rsi);
      reduce();
      store_high(g_.rsi);
      g_.add(g_.rdi, kElement);
      g_.add(g_.rsi, kElement);
      g_.dec(g_.rbp);
      g_.jnz(loop, GeneratorX86::T_NEAR);
    }
    epilogue();
    return entry;
  }

  /// void(const Bn254Scalar* matrix, const Bn254Scalar* vector, const Bn254Scalar* addends,
  /// Bn254Scalar* out, size_t rows, size_t width)
  const void* products() {
    Label row;
    const void* entry = prologue();
    g_.mov(saved(0), g_.rsi);
    g_.mov(saved(1), g_.rdx);
    g_.mov(saved(2), g_.rcx);
    g_.mov(saved(3), g_.r8);
    g_.mov(saved(4), g_.r9);
    g_.mov(g_.rsi, g_.rdi);
    g_.align(32);
    g_.L(row);
    g_.mov(g_.rdi, saved(1));
    begin_sum(g_.rdi);
    g_.add(saved(1), kElement);
    g_.mov(g_.rdi, saved(0));
    g_.mov(g_.rbp, saved(4));
    add_products();
    finish_sum(saved(4), Bn254Scalar::kGroup);
    g_.mov(g_.rdi, saved(2));
    store_high(g_.rdi);
    g_.add(saved(2), kElement);
    g_.dec(saved(3));
    g_.jnz(row, GeneratorX86::T_NEAR);
    epilogue();
    return entry;
  }

  /// void(Bn254Scalar* line, const Bn254Scalar* factors, const Bn254Scalar* shifts, size_t rest,
  /// size_t rounds). An S-box is three steps in a row, whose latency is filled with products that
  /// do not wait for it.
  const void* recurrence() {
    enum : unsigned { kLine, kFactors, kShifts, kRest, kEnd, kValue };
    Label round;
    const void* entry = prologue();
    g_.mov(saved(kLine), g_.rdi);
    g_.mov(saved(kFactors), g_.rsi);
    g_.mov(saved(kShifts), g_.rdx);
    g_.mov(saved(kRest), g_.rcx);
    g_.shl(g_.rcx, 6);
    g_.lea(g_.rdi, g_.ptr[g_.rdi + g_.rcx - kElement]);
    g_.mov(saved(kValue), g_.rdi); // the last y
    g_.mov(saved(kEnd), g_.r8);

    g_.align(32);
    g_.L(round);
    g_.mov(g_.rbp, saved(kValue));
    square(g_.rbp);
    reduce();
    store_high(power());
    g_.mov(g_.rdi, saved(kShifts));
    begin_sum(g_.rdi);
    g_.add(g_.rdi, kElement);
    g_.mov(saved(kShifts), g_.rdi);
    g_.mov(g_.rsi, saved(kFactors));
    g_.mov(g_.rdi, saved(kLine));
    g_.mov(g_.rbp, saved(kRest));
    add_products();
    store_sum();

    square(power());
    reduce();
    store_high(power());
    load_sum();
    g_.mov(g_.rbp, saved(kRest));
    add_products();
    store_sum();

    g_.mov(g_.rbp, saved(kValue));
    multiply(power(), g_.rbp);
    reduce();
    store_high(g_.rbp + kElement);
    load_sum();
    g_.mov(g_.ebp, 1);
    add_products();
    finish_sum(saved(kRest), Bn254Scalar::kGroup / 2);
    g_.mov(g_.rbp, saved(kValue));
    store_high(g_.rbp + 2 * kElement);
    g_.add(g_.rbp, 2 * kElement);
    g_.mov(saved(kValue), g_.rbp);
    g_.add(saved(kLine), 2 * kElement);
    g_.dec(saved(kEnd));
    g_.jnz(round, GeneratorX86::T_NEAR);
    epilogue();
    return entry;
  }

 private:
  // The stack: a power, a sum, and what a function saves.
  static constexpr unsigned kSum = kElement;
  static constexpr unsigned kSaved = kSum + 64;
  static constexpr unsigned kSavedWords = 8;
  static constexpr unsigned kLeft = kSaved + 8 * kSavedWords; ///< products until the next fold
  static constexpr unsigned kFrame = kLeft + 8;

  [[nodiscard]] RegExp power() const { return g_.rsp + 0; }
  [[nodiscard]] Xbyak::Address saved(unsigned i) const {
    return g_.qword[g_.rsp + (kSaved + 8 * i)];
  }
  [[nodiscard]] Xbyak::Address left() const { return g_.dword[g_.rsp + kLeft]; }

  // Registers: the eight limbs of a sum, the halves of a product, a carry, RDX for MULX. RSI, RDI
  // and RBP are the callers'.
  [[nodiscard]] static Reg64 limb(unsigned i) { return Reg64(static_cast<int>(8 + i)); }
  [[nodiscard]] static Reg64 high() { return Xbyak::util::rax; }
  [[nodiscard]] static Reg64 low() { return Xbyak::util::rcx; }
  [[nodiscard]] static Reg64 carry() { return Xbyak::util::rbx; }

  void clear(const Reg64& reg) { g_.xor_(reg.cvt32(), reg.cvt32()); }

  const void* prologue() {
    g_.align(64);
    g_.L(modulus_);
    for (const uint64_t word : Bn254Scalar::kModulus.limbs)
      g_.dq(word);
    g_.L(twice_);
    for (const uint64_t word : Bn254Scalar::kTwice.limbs)
      g_.dq(word);
    g_.L(negated_inverse_);
    g_.dq(Bn254Scalar::kNegatedInverse);
    const void* entry = g_.begin();
    for (const Reg64& reg : kCalleeSaved)
      g_.push(reg);
    g_.sub(g_.rsp, kFrame);
    return entry;
  }
  void epilogue() {
    g_.add(g_.rsp, kFrame);
    for (unsigned i = std::size(kCalleeSaved); i-- > 0;)
      g_.pop(kCalleeSaved[i]);
    g_.ret();
  }

  /// Adds RDX times four words at limb `from`; `word(j)` is one of them, the last of which is below
  /// 2^63. What is carried out of it stays in carry(), and goes with the next row to where it
  /// belongs.
  void add_row(unsigned from, bool is_first, auto word) {
    if (is_first)
      clear(carry());
    clear(low()); // and both flags
    for (unsigned j = 0; j < 3; ++j) {
      g_.mulx(high(), low(), word(j));
      g_.adcx(limb(from + j), low());
      g_.adox(limb(from + j + 1), high());
    }
    g_.mulx(high(), low(), word(3));
    g_.adcx(limb(from + 3), low());
    g_.adcx(high(), carry());
    g_.adox(limb(from + 4), high());
    if (from != 3) {
      g_.mov(carry().cvt32(), 0); // flags stay
      g_.adox(carry(), carry());
    }
  }

  void add_product(const RegExp& a, const RegExp& b) {
    for (unsigned i = 0; i < 4; ++i) {
      g_.mov(g_.rdx, g_.ptr[a + 8 * i]);
      add_row(i, i == 0, [&](unsigned j) { return g_.ptr[b + 8 * j]; });
    }
  }

  void multiply(const RegExp& a, const RegExp& b) {
    const auto word = [&](unsigned j) { return g_.ptr[b + 8 * j]; };
    g_.mov(g_.rdx, g_.ptr[a]);
    g_.mulx(limb(1), limb(0), word(0));
    g_.mulx(limb(2), low(), word(1));
    g_.add(limb(1), low());
    g_.mulx(limb(3), low(), word(2));
    g_.adc(limb(2), low());
    g_.mulx(limb(4), low(), word(3));
    g_.adc(limb(3), low());
    g_.adc(limb(4), 0);
    for (unsigned i = 1; i < 4; ++i) {
      g_.mov(g_.rdx, g_.ptr[a + 8 * i]);
      clear(limb(i + 4));
      for (unsigned j = 0; j < 3; ++j) {
        g_.mulx(high(), low(), word(j));
        g_.adcx(limb(i + j), low());
        g_.adox(limb(i + j + 1), high());
      }
      g_.mulx(high(), low(), word(3));
      g_.adcx(limb(i + 3), low());
      g_.adox(limb(i + 4), high());
      g_.adc(limb(i + 4), 0);
    }
  }

  /// Products of different limbs once, doubled while the squares are added.
  void square(const RegExp& a) {
    const auto word = [&](unsigned i) { return g_.ptr[a + 8 * i]; };
    g_.mov(g_.rdx, word(0));
    g_.mulx(limb(2), limb(1), word(1));
    g_.mulx(limb(3), low(), word(2));
    g_.add(limb(2), low());
    g_.mulx(limb(4), low(), word(3));
    g_.adc(limb(3), low());
    g_.adc(limb(4), 0);
    g_.mov(g_.rdx, word(1));
    g_.mulx(high(), low(), word(2));
    g_.mulx(limb(5), carry(), word(3));
    g_.add(limb(3), low());
    g_.adc(limb(4), high());
    g_.adc(limb(5), 0);
    g_.mov(g_.rdx, word(2));
    g_.mulx(limb(6), low(), word(3));
    g_.add(limb(4), carry());
    g_.adc(limb(5), low());
    g_.adc(limb(6), 0);
    clear(limb(7));
    for (unsigned i = 0; i < 4; ++i) {
      g_.mov(g_.rdx, word(i));
      g_.mulx(high(), i == 0 ? limb(0) : low(), g_.rdx);
      if (i != 0) {
        g_.adcx(limb(2 * i), limb(2 * i));
        g_.adox(limb(2 * i), low());
      }
      g_.adcx(limb(2 * i + 1), limb(2 * i + 1));
      g_.adox(limb(2 * i + 1), high());
    }
  }

  /// Montgomery's: limbs 4 to 7 are the sum over 2^256, plus less than r.
  void reduce() {
    for (unsigned i = 0; i < 4; ++i) {
      g_.mov(g_.rdx, limb(i));
      g_.imul(g_.rdx, g_.ptr[g_.rip + negated_inverse_]);
      add_row(i, i == 0,
              [&](unsigned j) { return g_.ptr[g_.rip + modulus_ + static_cast<int>(8 * j)]; });
    }
  }

  /// Takes 2r off limbs 4 to 7 if that is possible.
  void fold() {
    const Reg64 difference[4] = {high(), low(), carry(), g_.rdx};
    for (unsigned i = 0; i < 4; ++i) {
      g_.mov(difference[i], limb(4 + i));
      const auto twice = g_.ptr[g_.rip + twice_ + static_cast<int>(8 * i)];
      if (i == 0)
        g_.sub(difference[i], twice);
      else
        g_.sbb(difference[i], twice);
    }
    for (unsigned i = 0; i < 4; ++i)
      g_.cmovnc(limb(4 + i), difference[i]);
  }

  void store_high(const RegExp& to) {
    for (unsigned i = 0; i < 4; ++i)
      g_.mov(g_.ptr[to + 8 * i], limb(4 + i));
  }
  void store_sum() {
    for (unsigned i = 0; i < 8; ++i)
      g_.mov(g_.ptr[g_.rsp + (kSum + 8 * i)], limb(i));
  }
  void load_sum() {
    for (unsigned i = 0; i < 8; ++i)
      g_.mov(limb(i), g_.ptr[g_.rsp + (kSum + 8 * i)]);
  }

  void begin_sum(const RegExp& addend) {
    for (unsigned i = 0; i < 4; ++i) {
      clear(limb(i));
      g_.mov(limb(4 + i), g_.ptr[addend + 8 * i]);
    }
    g_.mov(left(), Bn254Scalar::kGroup);
  }
  /// RBP products, at least one: of the factors from RSI on and the values from RDI on.
  void add_products() {
    Label loop, fits;
    g_.align(32);
    g_.L(loop);
    g_.dec(left());
    g_.jns(fits, GeneratorX86::T_NEAR);
    fold();
    g_.mov(left(), Bn254Scalar::kGroup - 1);
    g_.L(fits);
    add_product(g_.rdi, g_.rsi);
    g_.add(g_.rdi, kElement);
    g_.add(g_.rsi, kElement);
    g_.dec(g_.rbp);
    g_.jnz(loop, GeneratorX86::T_NEAR);
  }
  /// A sum of few products needs no fold; it would change nothing.
  void finish_sum(const Xbyak::Address& products, unsigned few) {
    Label is_short;
    g_.cmp(products, few);
    g_.jbe(is_short);
    fold();
    g_.L(is_short);
    reduce();
    fold();
  }

  inline static const Reg64 kCalleeSaved[] = {Xbyak::util::rbx, Xbyak::util::rbp, Xbyak::util::r12,
                                              Xbyak::util::r13, Xbyak::util::r14, Xbyak::util::r15};

  GeneratorX86& g_;
  Label modulus_, twice_, negated_inverse_;
};

} // namespace

const void* generate_bn254_sboxes(GeneratorX86& g) { return Bn254Adx{g}.sboxes(); }
const void* generate_bn254_products(GeneratorX86& g) { return Bn254Adx{g}.products(); }
const void* generate_bn254_recurrence(GeneratorX86& g) { return Bn254Adx{g}.recurrence(); }

} // namespace zvm::runtime

#endif
