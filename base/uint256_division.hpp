// Division of fixed-width unsigned words, and what is made of it: remainders, signs, modular sums
// and products. Templates on the word type, as in uint256_algorithms.hpp; only uint256.cpp and
// tests include it.
//
// Schoolbook division (Knuth, TAOCP 4.3.1, D) whose quotient limbs come from multiplication with a
// reciprocal of the divisor's top one or two limbs (Möller and Granlund, "Improved division by
// invariant integers", IEEE ToC 2011; the algorithm numbers below are theirs). Where the machine
// divides two limbs by one, divisors of one limb need no reciprocal.
//
// Results go by reference and limb by limb, to where they are wanted in the end: who copies a word
// whose limbs have just been stored waits for all four stores. They may go to an operand.
#pragma once

#include <array>
#include <type_traits>

#include "base/uint256_algorithms.hpp"

namespace zvm {

/// Division of two or three limbs by a normalized divisor (top bit set) and its reciprocal.
template <unsigned kBits>
struct LimbDivision {
  using L = Limb<kBits>;

  /// floor((B^2 - 1) / d) - B for normalized d, where B = 2^kBits.
  [[gnu::always_inline]] static constexpr uint64_t reciprocal(uint64_t d) {
    if constexpr (kBits == 64) {
      return reciprocal_64(d);
    } else {
      constexpr uint64_t kAllOnes = (L::kMask << kBits) | L::kMask;
      return kAllOnes / d - (L::kMask + 1);
    }
  }

  struct Digit {
    uint64_t quotient;
    uint64_t remainder;
  };
  /// (u1, u0) / d for u1 < d (algorithm 4).
  [[gnu::always_inline]] static constexpr Digit divide_2by1(uint64_t u1, uint64_t u0, uint64_t d,
                                                            uint64_t v) {
    auto q = L::mul_add(v, u1, u0);
    q.high = (q.high + u1) & L::kMask;
    // The remainders of q.high and of q.high + 1.
    const uint64_t s = (u0 - q.high * d) & L::kMask;
    uint64_t r = (s - d) & L::kMask;
    const bool is_over = r > q.low;
    q.high = ZVM_UNPREDICTABLE(is_over) ? q.high : (q.high + 1) & L::kMask;
    r = ZVM_UNPREDICTABLE(is_over) ? s : r;
    if (r >= d) [[unlikely]] {
      q.high = (q.high + 1) & L::kMask;
      r -= d;
    }
    return {q.high, r};
  }

  static constexpr bool kHasDivider =
#if defined(__x86_64__)
      kBits == 64;
#else
      false;
#endif
  /// (u1, u0) / d for u1 < d by the machine's divider.
  [[gnu::always_inline]] static Digit machine_2by1(uint64_t u1, uint64_t u0,
                                                   [[maybe_unused]] uint64_t d) {
    Digit digit{u0, u1};
#if defined(__x86_64__)
    asm("divq %[d]" : "+a"(digit.quotient), "+d"(digit.remainder) : [d] "r"(d) : "cc");
#endif
    return digit;
  }

  /// floor((B^3 - 1) / (d1, d0)) - B for normalized d1 (algorithm 6).
  [[gnu::always_inline]] static constexpr uint64_t reciprocal_2(uint64_t d1, uint64_t d0) {
    uint64_t v = reciprocal(d1);
    uint64_t p = (d1 * v + d0) & L::kMask;
    if (p < d0) {
      v = (v - 1) & L::kMask;
      if (p >= d1) {
        v = (v - 1) & L::kMask;
        p -= d1;
      }
      p = (p - d1) & L::kMask;
    }
    const auto t = L::mul_add(v, d0);
    p = (p + t.high) & L::kMask;
    if (p < t.high) {
      v = (v - 1) & L::kMask;
      if (p > d1 || (p == d1 && t.low >= d0))
        v = (v - 1) & L::kMask;
    }
    return v;
  }

  struct Digit2 {
    uint64_t quotient;
    uint64_t remainder0;
    uint64_t remainder1;
  };
  /// (u2, u1, u0) / (d1, d0) for (u2, u1) < (d1, d0) (algorithm 5).
  [[gnu::always_inline]] static constexpr Digit2 divide_3by2(uint64_t u2, uint64_t u1, uint64_t u0,
                                                             uint64_t d1, uint64_t d0, uint64_t v) {
    auto q = L::mul_add(v, u2, u1);
    q.high = (q.high + u2) & L::kMask;
    const auto t = L::mul_add(d0, q.high);
    // The remainders of q.high and of q.high + 1.
    uint64_t borrow = 0;
    const uint64_t s0 = L::sub(u0, t.low, borrow);
    const uint64_t s1 = L::sub((u1 - q.high * d1) & L::kMask, t.high, borrow);
    borrow = 0;
    uint64_t r0 = L::sub(s0, d0, borrow);
    uint64_t r1 = L::sub(s1, d1, borrow);
    const bool is_over = r1 >= q.low;
    q.high = ZVM_UNPREDICTABLE(is_over) ? q.high : (q.high + 1) & L::kMask;
    r0 = ZVM_UNPREDICTABLE(is_over) ? s0 : r0;
    r1 = ZVM_UNPREDICTABLE(is_over) ? s1 : r1;
    if (r1 > d1 || (r1 == d1 && r0 >= d0)) [[unlikely]] {
      q.high = (q.high + 1) & L::kMask;
      borrow = 0;
      r0 = L::sub(r0, d0, borrow);
      r1 = L::sub(r1, d1, borrow);
    }
    return {q.high, r0, r1};
  }

 private:
  /// First approximations of the reciprocal by the divisor's top nine bits.
  static constexpr auto kReciprocalTable = [] {
    std::array<uint16_t, 256> table{};
    for (uint32_t i = 0; i < 256; ++i)
      table[i] = static_cast<uint16_t>(((1u << 19) - 3 * (1u << 8)) / (256 + i));
    return table;
  }();

  /// Algorithm 3: 11, 21, 34 and 65 bits in four steps.
  [[gnu::always_inline]] static constexpr uint64_t reciprocal_64(uint64_t d) {
    const uint64_t d0 = d & 1;
    const uint64_t d40 = (d >> 24) + 1;
    const uint64_t d63 = (d >> 1) + d0;
    const uint64_t v0 = kReciprocalTable[(d >> 55) - 256];
    const uint64_t v1 = (v0 << 11) - (v0 * v0 * d40 >> 40) - 1;
    const uint64_t v2 = (v1 << 13) + (v1 * ((uint64_t{1} << 60) - v1 * d40) >> 47);
    const uint64_t e = ((v2 >> 1) & (0 - d0)) - v2 * d63;
    const uint64_t v3 = (v2 << 31) + (L::mul_add(v2, e).high >> 1);
    return v3 - (L::mul_add(v3, d, d).high + d);
  }
};

template <typename W>
struct WideDivision {
  using A = Wide<W>;
  static constexpr unsigned kLimbBits = W::kLimbBits;
  static constexpr unsigned kLimbs = W::kLimbs;
  using L = Limb<kLimbBits>;
  using D = LimbDivision<kLimbBits>;

  struct Result {
    W quotient;
    W remainder;
  };

  [[gnu::always_inline]] static constexpr void set_limb(W& word, uint64_t limb) {
    word.limbs[0] = limb;
    ZVM_UNROLL
    for (unsigned i = 1; i < kLimbs; ++i)
      word.limbs[i] = 0;
  }
  [[gnu::always_inline]] static constexpr void set(W& word, const W& value) {
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i)
      word.limbs[i] = value.limbs[i];
  }

  /// One limb of the quotient of (r, low) / d for normalized d and r < d; r becomes the remainder.
  /// v is the reciprocal of d's top limb (n = 1) or top two.
  template <unsigned n>
  [[gnu::always_inline]] static constexpr uint64_t divide_step(uint64_t (&r)[n], uint64_t low,
                                                               const uint64_t (&d)[n], uint64_t v) {
    if constexpr (n == 1) {
      const auto digit = D::divide_2by1(r[0], low, d[0], v);
      r[0] = digit.remainder;
      return digit.quotient;
    } else if constexpr (n == 2) {
      const auto digit = D::divide_3by2(r[1], r[0], low, d[1], d[0], v);
      r[0] = digit.remainder0;
      r[1] = digit.remainder1;
      return digit.quotient;
    } else {
      return divide_long_step(r, low, d, v);
    }
  }
  template <unsigned n>
  [[gnu::always_inline]] static constexpr uint64_t
  divide_long_step(uint64_t (&r)[n], uint64_t low, const uint64_t (&d)[n], uint64_t v) {
    uint64_t next[n];
    uint64_t carry = 0;
    uint64_t borrow = 0;
    if (r[n - 1] == d[n - 1] && r[n - 2] == d[n - 2]) [[unlikely]] {
      // The quotient would not fit in divide_3by2; it is B - 1 exactly.
      ZVM_UNROLL
      for (unsigned i = 0; i < n; ++i) {
        const auto p = L::mul_add(L::kMask, d[i], carry);
        next[i] = L::sub(i == 0 ? low : r[i - 1], p.low, borrow);
        carry = p.high;
      }
      ZVM_UNROLL
      for (unsigned i = 0; i < n; ++i)
        r[i] = next[i];
      return L::kMask;
    }
    const auto digit = D::divide_3by2(r[n - 1], r[n - 2], r[n - 3], d[n - 1], d[n - 2], v);
    uint64_t quotient = digit.quotient;
    ZVM_UNROLL
    for (unsigned i = 0; i + 2 < n; ++i) {
      const auto p = L::mul_add(quotient, d[i], carry);
      next[i] = L::sub(i == 0 ? low : r[i - 1], p.low, borrow);
      carry = p.high;
    }
    // carry <= B - 2, as the high limb of such a product is, so adding the borrow does not
    // overflow.
    const uint64_t taken = carry + borrow;
    borrow = 0;
    next[n - 2] = L::sub(digit.remainder0, taken, borrow);
    next[n - 1] = L::sub(digit.remainder1, 0, borrow);
    if (borrow != 0) [[unlikely]] {
      quotient = (quotient - 1) & L::kMask;
      carry = 0;
      ZVM_UNROLL
      for (unsigned i = 0; i < n; ++i)
        next[i] = L::add(next[i], d[i], carry);
    }
    ZVM_UNROLL
    for (unsigned i = 0; i < n; ++i)
      r[i] = next[i];
    return quotient;
  }

  template <unsigned n>
  [[gnu::always_inline]] static constexpr bool is_less(const uint64_t (&a)[n],
                                                       const uint64_t (&b)[n]) {
    uint64_t borrow = 0;
    ZVM_UNROLL
    for (unsigned i = 0; i < n; ++i)
      (void)L::sub(a[i], b[i], borrow);
    return borrow != 0;
  }

  template <unsigned n>
  [[gnu::always_inline]] static constexpr uint64_t reciprocal_of(const uint64_t (&d)[n]) {
    if constexpr (n == 1)
      return D::reciprocal(d[0]);
    else
      return D::reciprocal_2(d[n - 1], d[n - 2]);
  }

  /// Divides a, whose limbs from `size` >= n on are 0, by the n used limbs of b. The quotient's
  /// limbs, kLimbs at least, are stored unless `quotient` is nullptr, when a and b have been read;
  /// beyond kLimbs those that are 0 may be left out.
  template <unsigned n, unsigned kSize>
  [[gnu::always_inline]] static constexpr W divide_by(const uint64_t (&a)[kSize], unsigned size,
                                                      const W& b, uint64_t* quotient) {
    const unsigned shift = L::clz(b.limbs[n - 1]);
    uint64_t d[n];
    d[0] = (b.limbs[0] << shift) & L::kMask;
    ZVM_UNROLL
    for (unsigned i = 1; i < n; ++i)
      d[i] = L::funnel_left(b.limbs[i], b.limbs[i - 1], shift);
    const uint64_t v = reciprocal_of(d);
    uint64_t u[kSize + 1];
    u[kSize] = L::funnel_left(0, a[kSize - 1], shift);
    ZVM_UNROLL
    for (unsigned i = kSize - 1; i > 0; --i)
      u[i] = L::funnel_left(a[i], a[i - 1], shift);
    u[0] = (a[0] << shift) & L::kMask;

    // The numerator's upper limbs are below d, since the highest has lost kLimbBits - shift bits.
    uint64_t r[n];
    ZVM_UNROLL
    for (unsigned i = 0; i < n; ++i)
      r[i] = u[size - n + 1 + i];
    unsigned digits = size - n + 1;
    if constexpr (kSize > kLimbs) {
      // In the product of two reduced factors the quotient's top limb is 0.
      uint64_t next[n];
      ZVM_UNROLL
      for (unsigned i = 0; i < n; ++i)
        next[i] = u[size - n + i];
      if (r[n - 1] == 0 && is_less(next, d)) {
        --digits;
        ZVM_UNROLL
        for (unsigned i = 0; i < n; ++i)
          r[i] = next[i];
      }
    }
    if (quotient != nullptr) {
      ZVM_UNROLL
      for (unsigned i = 0; i < kLimbs; ++i)
        quotient[i] = 0;
    }
    for (unsigned j = digits; j-- > 0;) {
      const uint64_t digit = divide_step(r, u[j], d, v);
      if (quotient != nullptr)
        quotient[j] = digit;
    }
    W remainder{};
    ZVM_UNROLL
    for (unsigned i = 0; i + 1 < n; ++i)
      remainder.limbs[i] = L::funnel_right(r[i + 1], r[i], shift);
    remainder.limbs[n - 1] = r[n - 1] >> shift;
    return remainder;
  }

  /// a / d by the machine's divider, for d != 0.
  [[gnu::always_inline]] static void machine_quotient(const W& a, uint64_t d, W& q) {
    uint64_t r = 0;
    ZVM_UNROLL
    for (unsigned i = kLimbs - 1; i < kLimbs; --i) {
      const uint64_t limb = a.limbs[i];
      q.limbs[i] = 0;
      if (i > 1 && limb == 0 && r == 0)
        continue;
      const auto digit = D::machine_2by1(r, limb, d);
      q.limbs[i] = digit.quotient;
      r = digit.remainder;
    }
  }
  [[gnu::always_inline]] static uint64_t machine_remainder(const W& a, uint64_t d) {
    uint64_t r = 0;
    ZVM_UNROLL
    for (unsigned i = kLimbs - 1; i < kLimbs; --i) {
      if (i <= 1 || a.limbs[i] != 0 || r != 0)
        r = D::machine_2by1(r, a.limbs[i], d).remainder;
    }
    return r;
  }

  /// a / b, 0 where b is.
  [[gnu::always_inline]] static constexpr void quotient(const W& a, const W& b, W& q) {
    if (A::fits_limb(b)) {
      if (b.limbs[0] == 0)
        return set_limb(q, 0);
      if (A::fits_limb(a))
        return set_limb(q, a.limbs[0] / b.limbs[0]);
      if constexpr (D::kHasDivider) {
        if (!std::is_constant_evaluated())
          return machine_quotient(a, b.limbs[0], q);
      }
    }
    if (A::less(a, b))
      return set_limb(q, 0);
    const unsigned size = A::used_limbs(a);
    for_width(A::used_limbs(b), [&]<unsigned n> { quotient_by<n>(a.limbs, size, b, q); });
  }
  /// a mod b, 0 where b is.
  [[gnu::always_inline]] static constexpr void remainder(const W& a, const W& b, W& r) {
    if (A::fits_limb(b)) {
      if (b.limbs[0] == 0)
        return set_limb(r, 0);
      if (A::fits_limb(a))
        return set_limb(r, a.limbs[0] % b.limbs[0]);
      if constexpr (D::kHasDivider) {
        if (!std::is_constant_evaluated())
          return set_limb(r, machine_remainder(a, b.limbs[0]));
      }
    }
    if (A::less(a, b))
      return set(r, a);
    const unsigned size = A::used_limbs(a);
    for_width(A::used_limbs(b), [&]<unsigned n> { remainder_by<n>(a.limbs, size, b, r); });
  }
  /// Both at once.
  [[gnu::always_inline]] static constexpr Result div_mod(const W& a, const W& b) {
    Result result{};
    quotient(a, b, result.quotient);
    if (A::used_limbs(b) != 0)
      result.remainder = A::sub(a, A::mul(result.quotient, b));
    return result;
  }
  /// A sum or product, modulo m.
  [[gnu::always_inline]] static constexpr void reduce(const uint64_t (&a)[2 * kLimbs], const W& m,
                                                      W& r) {
    const unsigned width = A::used_limbs(m);
    if (width == 0)
      return set_limb(r, 0);
    unsigned size = 2 * kLimbs;
    while (size > width && a[size - 1] == 0)
      --size;
    for_width(width, [&]<unsigned n> { remainder_by<n>(a, size, m, r); });
  }

  /// All ones where the word is negative, else 0.
  [[gnu::always_inline]] static constexpr uint64_t sign_of(const W& a) {
    return A::is_negative(a) ? L::kMask : 0;
  }
  /// -a where the sign is all ones, a where it is 0, without a branch: nothing predicts signs.
  [[gnu::always_inline]] static constexpr W negate_if(uint64_t sign, const W& a) {
    W x{};
    uint64_t borrow = 0;
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i)
      x.limbs[i] = L::sub(a.limbs[i] ^ sign, sign, borrow);
    return x;
  }
  /// Two's complement; truncates towards zero.
  [[gnu::always_inline]] static constexpr void sdiv(const W& a, const W& b, W& q) {
    const uint64_t a_sign = sign_of(a), b_sign = sign_of(b);
    W magnitude;
    quotient(negate_if(a_sign, a), negate_if(b_sign, b), magnitude);
    set(q, negate_if(a_sign ^ b_sign, magnitude));
  }
  /// Two's complement; has the sign of a.
  [[gnu::always_inline]] static constexpr void smod(const W& a, const W& b, W& r) {
    const uint64_t sign = sign_of(a);
    W magnitude;
    remainder(negate_if(sign, a), negate_if(sign_of(b), b), magnitude);
    set(r, negate_if(sign, magnitude));
  }

  /// (a + b) mod m of the whole sum.
  [[gnu::always_inline]] static constexpr void addmod(const W& a, const W& b, const W& m, W& r) {
    uint64_t carry = 0, borrow = 0;
    const W sum = A::add(a, b, carry);
    if (A::less(a, m) && A::less(b, m)) [[likely]] {
      const W reduced = A::sub(sum, m, borrow);
      return set(r, A::select(carry >= borrow, reduced, sum));
    }
    uint64_t whole[2 * kLimbs]{};
    for (unsigned i = 0; i < kLimbs; ++i)
      whole[i] = sum.limbs[i];
    whole[kLimbs] = carry;
    reduce(whole, m, r);
  }

  /// Where m = B^kLimbs - c for a c of one limb, the upper half of a product weighs c, and two
  /// small products replace the division. Such are 2^256 - 1 of the full-width multiplication idiom
  /// and the field of secp256k1.
  [[gnu::always_inline]] static constexpr bool is_near_power(const W& m) {
    uint64_t ones = L::kMask;
    ZVM_UNROLL
    for (unsigned i = 1; i < kLimbs; ++i)
      ones &= m.limbs[i];
    return ones == L::kMask && m.limbs[0] != 0;
  }
  static constexpr void reduce_near_power(const uint64_t (&product)[2 * kLimbs], const W& m,
                                          W& result) {
    const uint64_t c = (0 - m.limbs[0]) & L::kMask;
    W r{};
    uint64_t top = 0;
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i) {
      const auto p = L::mul_add(product[kLimbs + i], c, product[i], top);
      r.limbs[i] = p.low;
      top = p.high;
    }
    W folded{};
    const auto p = L::mul_add(top, c);
    folded.limbs[0] = p.low;
    folded.limbs[1] = p.high;
    uint64_t carry = 0;
    r = A::add(r, folded, carry);
    // After a carry r is below B^2 - B: one more c does not carry again.
    W again{};
    again.limbs[0] = carry != 0 ? c : 0;
    r = A::add(r, again);
    uint64_t borrow = 0;
    const W reduced = A::sub(r, m, borrow);
    set(result, A::select(borrow == 0, reduced, r));
  }

  /// (a * b) mod m of the whole product.
  [[gnu::always_inline]] static constexpr void mulmod(const W& a, const W& b, const W& m, W& r) {
    uint64_t product[2 * kLimbs];
    A::mul_full(a, b, product);
    if (is_near_power(m))
      reduce_near_power(product, m, r);
    else
      reduce(product, m, r);
  }

  // The kernels stand apart so that the short ways above need no stack frame.
  template <unsigned n>
  [[gnu::noinline]] static constexpr void quotient_by(const uint64_t (&a)[kLimbs], unsigned size,
                                                      const W& b, W& result) {
    (void)divide_by<n>(a, size, b, result.limbs);
  }
  template <unsigned n, unsigned kSize>
  [[gnu::noinline]] static constexpr void remainder_by(const uint64_t (&a)[kSize], unsigned size,
                                                       const W& b, W& result) {
    set(result, divide_by<n>(a, size, b, nullptr));
  }

 private:
  /// Calls with the width n, 1 <= n <= kLimbs, as a constant.
  template <typename F>
  [[gnu::always_inline]] static constexpr void for_width(unsigned n, F call) {
    static_assert(kLimbs >= 2 && kLimbs <= 4);
    if (n == 1)
      return call.template operator()<1>();
    if constexpr (kLimbs > 2) {
      if (n == 2)
        return call.template operator()<2>();
    }
    if constexpr (kLimbs > 3) {
      if (n == 3)
        return call.template operator()<3>();
    }
    return call.template operator()<kLimbs>();
  }
};

/// A modulus of kLimbs limbs with its reciprocal: products modulo m without division. The reduction is
/// divide_2by1 with whole words in the place of limbs.
template <typename W>
struct WideModulus {
  using A = Wide<W>;
  using D = WideDivision<W>;
  using L = typename A::L;
  static constexpr unsigned kLimbs = W::kLimbs;

  W value;      ///< its highest limb is not 0
  W normalized; ///< value << shift, its top bit set
  W reciprocal; ///< floor((R^2 - 1) / normalized) - R, for R one above the largest word
  unsigned shift;

  static constexpr WideModulus make(const W& m) {
    WideModulus modulus{};
    modulus.value = m;
    modulus.shift = L::clz(m.limbs[kLimbs - 1]);
    modulus.normalized = A::template shift_left_from<0>(m, modulus.shift);
    // (R^2 - 1) - R * normalized, divided by normalized.
    uint64_t numerator[2 * kLimbs];
    for (unsigned i = 0; i < kLimbs; ++i) {
      numerator[i] = L::kMask;
      numerator[kLimbs + i] = ~modulus.normalized.limbs[i] & L::kMask;
    }
    unsigned size = 2 * kLimbs;
    while (numerator[size - 1] == 0)
      --size;
    uint64_t quotient[2 * kLimbs]{};
    (void)D::template divide_by<kLimbs>(numerator, size, modulus.normalized, quotient);
    for (unsigned i = 0; i < kLimbs; ++i)
      modulus.reciprocal.limbs[i] = quotient[i];
    return modulus;
  }

  /// (a * b) mod m.
  [[gnu::always_inline]] constexpr void mulmod(const W& a, const W& b, W& result) const {
    const bool is_reduced = A::less(a, value);
    if (!is_reduced && !A::less(b, value)) [[unlikely]]
      return mulmod_unreduced(a, b, result);
    const W &factor = is_reduced ? a : b, &other = is_reduced ? b : a;
    mulmod_of_reduced(factor, other, result);
  }

 private:
  [[gnu::noinline]] constexpr void mulmod_unreduced(const W& a, const W& b, W& result) const {
    W factor;
    reduce(a, factor);
    mulmod_of_reduced(factor, b, result);
  }
  /// a mod m. The high word is one limb.
  [[gnu::always_inline]] constexpr void reduce(const W& a, W& result) const {
    const W low = A::template shift_left_from<0>(a, shift);
    const uint64_t high = L::funnel_left(0, a.limbs[kLimbs - 1], shift);
    W q_low{};
    uint64_t q_high = 0;
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i) {
      const auto p = L::mul_add(reciprocal.limbs[i], high, low.limbs[i], q_high);
      q_low.limbs[i] = p.low;
      q_high = p.high;
    }
    q_high = (q_high + high + 1) & L::kMask;
    W taken{};
    uint64_t carry = 0;
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i) {
      const auto p = L::mul_add(normalized.limbs[i], q_high, 0, carry);
      taken.limbs[i] = p.low;
      carry = p.high;
    }
    finish(A::sub(low, taken), q_low, result);
  }
  [[gnu::always_inline]] constexpr void mulmod_of_reduced(const W& factor, const W& other,
                                                          W& result) const {
    uint64_t u[2 * kLimbs];
    A::mul_full(A::template shift_left_from<0>(factor, shift), other, u);
    W high{}, low{};
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i) {
      low.limbs[i] = u[i];
      high.limbs[i] = u[kLimbs + i];
    }
    uint64_t product[2 * kLimbs];
    A::mul_full(high, reciprocal, product);
    W q_high{}, q_low{};
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i) {
      q_low.limbs[i] = product[i];
      q_high.limbs[i] = product[kLimbs + i];
    }
    uint64_t carry = 0;
    q_low = A::add(q_low, low, carry);
    q_high = A::add(q_high, high, carry);
    carry = 1;
    q_high = A::add(q_high, W{}, carry);
    finish(A::sub(low, A::mul(q_high, normalized)), q_low, result);
  }
  /// The quotient was one too large where r is above what is left of it, and seldom one too small.
  [[gnu::always_inline]] constexpr void finish(W r, const W& q_low, W& result) const {
    r = A::add(r, A::select(A::less(q_low, r), normalized, W{}));
    if (!A::less(r, normalized)) [[unlikely]]
      r = A::sub(r, normalized);
    D::set(result, A::template shift_right_from<0>(r, shift));
  }
};

} // namespace zvm
