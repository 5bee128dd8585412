// The scalar field of BN254, whose modulus r is 0.19 * 2^256, in Montgomery form for sums of
// products.
//
// Elements are below 2r, not r. That saves most of the subtractions: a product of two elements over
// 2^256 is below 0.76r, and Montgomery's reduction adds at most r.
#pragma once

#include "base/uint256.hpp"

namespace zvm::runtime {

class Bn254Scalar {
 public:
  static constexpr U256 kModulus{0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d,
                                 0x30644e72e131a029};

  constexpr Bn254Scalar() = default;
  /// Any word; it is taken modulo r.
  [[nodiscard]] static Bn254Scalar from_word(const U256& word) {
    return multiply(Bn254Scalar{word}, Bn254Scalar{kSquareOfRadix});
  }
  /// Below r.
  [[nodiscard]] U256 to_word() const {
    return multiply(*this, Bn254Scalar{U256{1}}).normal().value_;
  }
  /// The same element below r, as factors and addends of `dot` have to be.
  [[nodiscard]] Bn254Scalar normal() const { return reduced(value_, kModulus); }

  [[nodiscard]] friend Bn254Scalar operator+(const Bn254Scalar& a, const Bn254Scalar& b) {
    return reduced(W::add(a.value_, b.value_), kTwice);
  }
  [[nodiscard]] friend Bn254Scalar operator-(const Bn254Scalar& a, const Bn254Scalar& b) {
    return reduced(W::sub(W::add(a.value_, kTwice), b.value_), kTwice);
  }
  [[nodiscard]] friend Bn254Scalar operator*(const Bn254Scalar& a, const Bn254Scalar& b) {
    return multiply(a, b);
  }
  [[nodiscard]] bool is_zero() const { return normal().value_.is_zero(); }
  /// By Fermat; 0 for 0.
  [[nodiscard]] Bn254Scalar inverse() const;

  /// x^5.
  [[nodiscard]] [[gnu::always_inline]] static Bn254Scalar sbox(const Bn254Scalar& x) {
    return multiply(square(square(x)), x);
  }

  /// addend + factors[0] * values[0] + ... of kCount products, reduced once; factors and addend are
  /// normal.
  template <unsigned kCount>
  [[nodiscard]] [[gnu::always_inline]] static Bn254Scalar
  dot(const Bn254Scalar* factors, const Bn254Scalar* values, const Bn254Scalar& addend) {
    if constexpr (kCount > kGroup) {
      return dot(factors, values, kCount, addend);
    } else {
      Sum sum{addend};
      ZVM_UNROLL
      for (unsigned i = 0; i < kCount; ++i)
        sum.add_product(factors[i].value_, values[i].value_);
      return reduced(sum.reduce(), kTwice); // below r + 5 * 0.38r + r
    }
  }
  /// The same for any count.
  [[nodiscard]] static Bn254Scalar dot(const Bn254Scalar* factors, const Bn254Scalar* values,
                                       unsigned count, const Bn254Scalar& addend);

  // What code for a CPU computes the same with.
  static constexpr U256 kTwice = Wide<U256>::shift_left(kModulus, 1);
  /// -1 / r modulo 2^64, by Newton: each step doubles the bits that are right.
  static constexpr uint64_t kNegatedInverse = [] {
    uint64_t inverse = 1;
    for (unsigned i = 0; i < 6; ++i)
      inverse *= 2 - kModulus.limb(0) * inverse;
    return 0 - inverse;
  }();
  /// So many products of 0.38r * 2^256 each fit on top of 2r.
  static constexpr unsigned kGroup = 5;

 private:
  using W = Wide<U256>;
  using L = Limb<64>;

  /// 2^512 modulo r.
  static constexpr U256 kSquareOfRadix = [] {
    U256 power{1};
    for (unsigned i = 0; i < 512; ++i) {
      power = W::shift_left(power, 1);
      if (!W::less(power, kModulus))
        power = W::sub(power, kModulus);
    }
    return power;
  }();

  explicit constexpr Bn254Scalar(const U256& value) : value_(value) {}

  /// `value`, less `amount` if it is not below that.
  [[gnu::always_inline]] static Bn254Scalar reduced(const U256& value, const U256& amount) {
    uint64_t borrow = 0;
    const U256 difference = W::sub(value, amount, borrow);
    return Bn254Scalar{W::select(borrow != 0, value, difference)};
  }

  /// Eight limbs below 2^512.
  struct Sum {
    uint64_t limbs[8];

    Sum() = default;
    explicit Sum(const Bn254Scalar& high)
        : limbs{0,
                0,
                0,
                0,
                high.value_.limbs[0],
                high.value_.limbs[1],
                high.value_.limbs[2],
                high.value_.limbs[3]} {}

    /// Adds a * b << 64 * from to the limbs, up to the limb `end`.
    template <unsigned kFrom, unsigned kEnd>
    [[gnu::always_inline]] void add_row(uint64_t a, const U256& b) {
      uint64_t low[5], high[5];
      ZVM_UNROLL
      for (unsigned j = 0; j < 4; ++j) {
        const auto product = L::mul_add(a, b.limbs[j]);
        low[j] = product.low;
        high[j + 1] = product.high;
      }
      low[4] = 0;
      high[0] = 0;
      uint64_t carry = 0;
      uint64_t row[5];
      ZVM_UNROLL
      for (unsigned j = 0; j < 5; ++j)
        row[j] = L::add(low[j], high[j], carry);
      carry = 0;
      ZVM_UNROLL
      for (unsigned j = kFrom; j < kEnd; ++j)
        limbs[j] = L::add(limbs[j], j < kFrom + 5 ? row[j - kFrom] : 0, carry);
    }
    [[gnu::always_inline]] void set_product(const U256& a, const U256& b) {
      ZVM_UNROLL
      for (unsigned i = 0; i < 8; ++i)
        limbs[i] = 0;
      add_row<0, 5>(a.limbs[0], b);
      add_row<1, 6>(a.limbs[1], b);
      add_row<2, 7>(a.limbs[2], b);
      add_row<3, 8>(a.limbs[3], b);
    }
    [[gnu::always_inline]] void add_product(const U256& a, const U256& b) {
      Sum product;
      product.set_product(a, b);
      uint64_t carry = 0;
      ZVM_UNROLL
      for (unsigned i = 0; i < 8; ++i)
        limbs[i] = L::add(limbs[i], product.limbs[i], carry);
    }
    /// Takes 2r * 2^256 off if that is possible.
    [[gnu::always_inline]] void fold() {
      const U256 high = reduced({limbs[4], limbs[5], limbs[6], limbs[7]}, kTwice).value_;
      ZVM_UNROLL
      for (unsigned i = 0; i < 4; ++i)
        limbs[4 + i] = high.limbs[i];
    }
    /// The sum over 2^256, plus less than r.
    [[gnu::always_inline]] U256 reduce() {
      add_row<0, 8>(limbs[0] * kNegatedInverse, kModulus);
      add_row<1, 8>(limbs[1] * kNegatedInverse, kModulus);
      add_row<2, 8>(limbs[2] * kNegatedInverse, kModulus);
      add_row<3, 8>(limbs[3] * kNegatedInverse, kModulus);
      return {limbs[4], limbs[5], limbs[6], limbs[7]};
    }
  };

  [[gnu::always_inline]] static Bn254Scalar multiply(const Bn254Scalar& a, const Bn254Scalar& b) {
    Sum sum;
    sum.set_product(a.value_, b.value_);
    return Bn254Scalar{sum.reduce()};
  }
  [[gnu::always_inline]] static Bn254Scalar square(const Bn254Scalar& a) { return multiply(a, a); }

  U256 value_; ///< the element times 2^256
};

[[gnu::noinline]] inline Bn254Scalar Bn254Scalar::dot(const Bn254Scalar* factors,
                                                      const Bn254Scalar* values, unsigned count,
                                                      const Bn254Scalar& addend) {
  Sum sum{addend};
  unsigned left = kGroup;
  for (unsigned i = 0; i < count; ++i) {
    if (left == 0) {
      sum.fold();
      left = kGroup;
    }
    sum.add_product(factors[i].value_, values[i].value_);
    --left;
  }
  sum.fold();
  return reduced(sum.reduce(), kTwice);
}

inline Bn254Scalar Bn254Scalar::inverse() const {
  const U256 exponent = W::sub(kModulus, U256{2});
  Bn254Scalar power = from_word(U256{1});
  for (unsigned i = exponent.bit_width(); i-- > 0;) {
    power = power * power;
    if ((exponent.limb(i / 64) >> (i % 64) & 1) != 0)
      power = power * *this;
  }
  return power;
}

} // namespace zvm::runtime
