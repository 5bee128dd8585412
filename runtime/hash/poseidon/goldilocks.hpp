// The field of the prime p = 2^64 - 2^32 + 1, where 2^64 = 2^32 - 1 and 2^96 = -1.
// An element is any 64-bit number, so that two stand for the same element where one is p more.
#pragma once

#include <cstdint>

#include "base/uint256_algorithms.hpp"

namespace zvm::runtime {

class Goldilocks {
 public:
  static constexpr uint64_t kModulus = 0xffffffff00000001;

  constexpr Goldilocks() = default;
  [[nodiscard]] static constexpr Goldilocks from_word(uint64_t word) { return Goldilocks{word}; }
  /// Below p.
  [[nodiscard]] uint64_t to_word() const { return value_ >= kModulus ? value_ - kModulus : value_; }
  [[nodiscard]] Goldilocks normal() const { return Goldilocks{to_word()}; }

  [[nodiscard]] friend Goldilocks operator+(Goldilocks a, Goldilocks b) {
    uint64_t carry = 0;
    const uint64_t low = L::add(a.value_, b.value_, carry);
    return reduce(low, carry);
  }
  [[nodiscard]] friend Goldilocks operator-(Goldilocks a, Goldilocks b) {
    return a + Goldilocks{kModulus - b.to_word()};
  }
  [[nodiscard]] friend Goldilocks operator*(Goldilocks a, Goldilocks b) {
    const auto product = L::mul_add(a.value_, b.value_);
    return reduce(product.low, product.high);
  }
  [[nodiscard]] bool is_zero() const { return to_word() == 0; }
  /// By Fermat; 0 for 0.
  [[nodiscard]] Goldilocks inverse() const {
    Goldilocks power{1};
    for (unsigned i = 64; i-- > 0;) {
      power = power * power;
      if (((kModulus - 2) >> i & 1) != 0)
        power = power * *this;
    }
    return power;
  }

  /// x^7.
  [[nodiscard]] [[gnu::always_inline]] static Goldilocks sbox(Goldilocks x) {
    const Goldilocks square = x * x;
    return square * square * (square * x);
  }

  /// addend + factors[0] * values[0] + ... of `count` products, reduced once.
  [[nodiscard]] [[gnu::always_inline]] static Goldilocks
  dot(const Goldilocks* factors, const Goldilocks* values, unsigned count, Goldilocks addend) {
    uint64_t low = addend.value_, high = 0, over = 0;
    for (unsigned i = 0; i < count; ++i) {
      const auto product = L::mul_add(factors[i].value_, values[i].value_);
      uint64_t carry = 0;
      low = L::add(low, product.low, carry);
      high = L::add(high, product.high, carry);
      over += carry;
    }
    // 2^128 = -2^32.
    return subtract(reduce(low, high), over << 32);
  }
  template <unsigned kCount>
  [[nodiscard]] [[gnu::always_inline]] static Goldilocks
  dot(const Goldilocks* factors, const Goldilocks* values, Goldilocks addend) {
    return dot(factors, values, kCount, addend);
  }

 private:
  using L = Limb<64>;
  static constexpr uint64_t kEpsilon = 0xffffffff; ///< 2^64 modulo p

  explicit constexpr Goldilocks(uint64_t value) : value_(value) {}

  /// 2^64 modulo p for a carry of 1, 0 for 0. Carries of such sums are as good as random; behind
  /// the barrier no compiler makes a branch of one.
  [[gnu::always_inline]] static uint64_t epsilon_if(uint64_t carry) {
    uint64_t mask = 0 - carry;
    asm("" : "+r"(mask));
    return mask >> 32;
  }
  [[gnu::always_inline]] static Goldilocks add(uint64_t a, uint64_t b) {
    uint64_t carry = 0;
    const uint64_t sum = L::add(a, b, carry);
    return Goldilocks{sum + epsilon_if(carry)};
  }
  [[gnu::always_inline]] static Goldilocks subtract(Goldilocks a, uint64_t b) {
    uint64_t borrow = 0;
    const uint64_t difference = L::sub(a.value_, b, borrow);
    return Goldilocks{difference - epsilon_if(borrow)};
  }
  /// Of low + high * 2^64.
  [[gnu::always_inline]] static Goldilocks reduce(uint64_t low, uint64_t high) {
    const Goldilocks rest = subtract(Goldilocks{low}, high >> 32);
    return add(rest.value_, (high & kEpsilon) * kEpsilon);
  }

  uint64_t value_ = 0;
};

} // namespace zvm::runtime
