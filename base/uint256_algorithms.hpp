// Algorithms of fixed-width unsigned words that need no division: carries, products, shifts, signs.
//
// Wide<W> works on any word type W with `kLimbBits`, `kLimbs` and an array `limbs` of uint64_t, least
// significant limb first, each limb below 2^kLimbBits. The engine uses one such type, U256 (64 x 4);
// the tests use tiny ones (2 to 4 bits x 2 to 4 limbs) and so check every operand there is.
// Division is in uint256_division.hpp.
#pragma once

#include <bit>
#include <cstdint>

#if defined(__clang__)
#define ZVM_UNROLL _Pragma("clang loop unroll(full)")
#define ZVM_NO_UNROLL _Pragma("clang loop unroll(disable)")
#define ZVM_UNPREDICTABLE(condition) __builtin_unpredictable(condition)
#else
#define ZVM_UNROLL _Pragma("GCC unroll 32")
#define ZVM_NO_UNROLL _Pragma("GCC unroll 1")
#define ZVM_UNPREDICTABLE(condition) __builtin_expect_with_probability(condition, 1, 0.5)
#endif

namespace zvm {

/// Arithmetic of one limb of kBits bits, kept in a uint64_t whose other bits are 0.
template <unsigned kBits>
struct Limb {
  static_assert((kBits >= 1 && kBits <= 32) || kBits == 64);
  static constexpr uint64_t kMask = ~uint64_t{0} >> (64 - kBits);
  struct Pair {
    uint64_t low;
    uint64_t high;
  };

  /// a + b + carry; carry (0 or 1) goes in and comes out.
  [[gnu::always_inline]] static constexpr uint64_t add(uint64_t a, uint64_t b, uint64_t& carry) {
    if constexpr (kBits == 64) {
#if __has_builtin(__builtin_addcll)
      if !consteval {
        unsigned long long out = 0;
        const uint64_t sum = __builtin_addcll(a, b, carry, &out);
        carry = out;
        return sum;
      }
#endif
      const auto sum = static_cast<unsigned __int128>(a) + b + carry;
      carry = static_cast<uint64_t>(sum >> 64);
      return static_cast<uint64_t>(sum);
    } else {
      const uint64_t sum = a + b + carry;
      carry = sum >> kBits;
      return sum & kMask;
    }
  }

  /// a - b - borrow; borrow (0 or 1) goes in and comes out.
  [[gnu::always_inline]] static constexpr uint64_t sub(uint64_t a, uint64_t b, uint64_t& borrow) {
    if constexpr (kBits == 64) {
#if __has_builtin(__builtin_subcll)
      if !consteval {
        unsigned long long out = 0;
        const uint64_t difference = __builtin_subcll(a, b, borrow, &out);
        borrow = out;
        return difference;
      }
#endif
      const auto difference = static_cast<unsigned __int128>(a) - b - borrow;
      borrow = static_cast<uint64_t>(difference >> 64) & 1;
      return static_cast<uint64_t>(difference);
    } else {
      const uint64_t difference = a - b - borrow;
      borrow = (difference >> kBits) & 1;
      return difference & kMask;
    }
  }

  /// a * b + c + d, which always fits in two limbs.
  [[gnu::always_inline]] static constexpr Pair mul_add(uint64_t a, uint64_t b, uint64_t c = 0,
                                                       uint64_t d = 0) {
    if constexpr (kBits == 64) {
      const auto product = static_cast<unsigned __int128>(a) * b + c + d;
      return {static_cast<uint64_t>(product), static_cast<uint64_t>(product >> 64)};
    } else {
      const uint64_t product = a * b + c + d;
      return {product & kMask, product >> kBits};
    }
  }

  /// Leading zero bits of the limb, kBits for 0.
  [[gnu::always_inline]] static constexpr unsigned clz(uint64_t a) {
    return static_cast<unsigned>(std::countl_zero(a)) - (64 - kBits);
  }

  // The two parts of a funnel have no bit in common. They are added because compilers make one SHLD or SHRD of what is
  // joined by OR: microcode on AMD's CPUs, and on Intel's no faster than these four instructions.

  /// The upper limb of (high, low) << count, for count < kBits.
  [[gnu::always_inline]] static constexpr uint64_t funnel_left(uint64_t high, uint64_t low,
                                                               unsigned count) {
    return ((high << count) + ((low >> 1) >> (kBits - 1 - count))) & kMask;
  }
  /// The lower limb of (high, low) >> count, for count < kBits.
  [[gnu::always_inline]] static constexpr uint64_t funnel_right(uint64_t high, uint64_t low,
                                                                unsigned count) {
    return (((high << 1) << (kBits - 1 - count)) + (low >> count)) & kMask;
  }
};

template <typename W>
struct Wide {
  static constexpr unsigned kLimbBits = W::kLimbBits;
  static constexpr unsigned kLimbs = W::kLimbs;
  static constexpr unsigned kBits = kLimbBits * kLimbs;
  using L = Limb<kLimbBits>;

  [[gnu::always_inline]] static constexpr W add(const W& a, const W& b, uint64_t& carry) {
    W sum{};
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i)
      sum.limbs[i] = L::add(a.limbs[i], b.limbs[i], carry);
    return sum;
  }
  [[gnu::always_inline]] static constexpr W sub(const W& a, const W& b, uint64_t& borrow) {
    W difference{};
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i)
      difference.limbs[i] = L::sub(a.limbs[i], b.limbs[i], borrow);
    return difference;
  }
  [[gnu::always_inline]] static constexpr W add(const W& a, const W& b) {
    uint64_t carry = 0;
    return add(a, b, carry);
  }
  [[gnu::always_inline]] static constexpr W sub(const W& a, const W& b) {
    uint64_t borrow = 0;
    return sub(a, b, borrow);
  }
  [[gnu::always_inline]] static constexpr W negate(const W& a) { return sub(W{}, a); }

  /// `when` ? a : b without a branch, for conditions that nothing predicts.
  [[gnu::always_inline]] static constexpr W select(bool when, const W& a, const W& b) {
    W chosen{};
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i)
      chosen.limbs[i] = ZVM_UNPREDICTABLE(when) ? a.limbs[i] : b.limbs[i];
    return chosen;
  }

  [[gnu::always_inline]] static constexpr bool less(const W& a, const W& b) {
#if defined(__clang__)
    // clang turns a chain of borrows whose differences are unused into single comparisons; this it does not. For
    // AArch64 it has no such integers yet.
    if constexpr (kLimbBits == 64 && kBits <= __BITINT_MAXWIDTH__) {
      __extension__ typedef unsigned _BitInt(kBits) Bits;
      Bits x = 0, y = 0;
      for (unsigned i = 0; i < kLimbs; ++i) {
        x |= static_cast<Bits>(a.limbs[i]) << (i * kLimbBits);
        y |= static_cast<Bits>(b.limbs[i]) << (i * kLimbBits);
      }
      return x < y;
    }
#endif
    uint64_t borrow = 0;
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i)
      (void)L::sub(a.limbs[i], b.limbs[i], borrow);
    return borrow != 0;
  }
  [[gnu::always_inline]] static constexpr bool is_negative(const W& a) {
    return (a.limbs[kLimbs - 1] >> (kLimbBits - 1)) != 0;
  }
  /// Two's complement order: flipping the sign bits maps it to the unsigned order.
  [[gnu::always_inline]] static constexpr bool signed_less(const W& a, const W& b) {
    constexpr uint64_t kSign = uint64_t{1} << (kLimbBits - 1);
    W x = a, y = b;
    x.limbs[kLimbs - 1] ^= kSign;
    y.limbs[kLimbs - 1] ^= kSign;
    return less(x, y);
  }

  /// Low half of the product.
  [[gnu::always_inline]] static constexpr W mul(const W& a, const W& b) {
    W product{};
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i) {
      uint64_t row[kLimbs];
      uint64_t high = 0, carry = 0;
      ZVM_UNROLL
      for (unsigned j = 0; j + i < kLimbs; ++j) {
        if (j + i + 1 == kLimbs) {
          row[j] = (a.limbs[i] * b.limbs[j] + high + carry) & L::kMask;
          break;
        }
        const auto p = L::mul_add(a.limbs[i], b.limbs[j]);
        row[j] = j == 0 ? p.low : L::add(p.low, high, carry);
        high = p.high;
      }
      carry = 0;
      ZVM_UNROLL
      for (unsigned j = 0; j + i < kLimbs; ++j)
        product.limbs[i + j] = i == 0 ? row[j] : L::add(product.limbs[i + j], row[j], carry);
    }
    return product;
  }
  /// The whole product. Row by row: the products of a row are added to each other, then to what is
  /// there, in one chain of carries each.
  [[gnu::always_inline]] static constexpr void mul_full(const W& a, const W& b,
                                                        uint64_t (&product)[2 * kLimbs]) {
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i) {
      uint64_t row[kLimbs + 1];
      uint64_t high = 0, carry = 0;
      ZVM_UNROLL
      for (unsigned j = 0; j < kLimbs; ++j) {
        const auto p = L::mul_add(a.limbs[i], b.limbs[j]);
        row[j] = j == 0 ? p.low : L::add(p.low, high, carry);
        high = p.high;
      }
      row[kLimbs] = high + carry;
      carry = 0;
      ZVM_UNROLL
      for (unsigned j = 0; j < kLimbs; ++j)
        product[i + j] = i == 0 ? row[j] : L::add(product[i + j], row[j], carry);
      product[i + kLimbs] = row[kLimbs] + carry;
    }
  }

  /// Shifts by count < kBits. Whole limbs move in steps of powers of two, so that the limbs stay in
  /// registers; an indexed copy would go through memory.
  [[gnu::always_inline]] static constexpr W shift_left(const W& a, unsigned count) {
    const unsigned whole = count / kLimbBits;
    W x = a;
    ZVM_UNROLL
    for (unsigned step = std::bit_floor(kLimbs - 1); step != 0; step /= 2) {
      const W y = x;
      ZVM_UNROLL
      for (unsigned i = 0; i < kLimbs; ++i)
        x.limbs[i] = (whole & step) == 0 ? y.limbs[i] : i < step ? 0 : y.limbs[i - step];
    }
    return shift_left_from<0>(x, count % kLimbBits);
  }
  /// Shifts by kWhole limbs and `rest` < kLimbBits bits.
  template <unsigned kWhole>
  [[gnu::always_inline]] static constexpr W shift_left_from(const W& a, unsigned rest) {
    W shifted{};
    shifted.limbs[kWhole] = (a.limbs[0] << rest) & L::kMask;
    ZVM_UNROLL
    for (unsigned i = kWhole + 1; i < kLimbs; ++i)
      shifted.limbs[i] = L::funnel_left(a.limbs[i - kWhole], a.limbs[i - kWhole - 1], rest);
    return shifted;
  }
  /// `fill` (0 or all ones) is the limb that comes in from above.
  [[gnu::always_inline]] static constexpr W shift_right(const W& a, unsigned count,
                                                        uint64_t fill = 0) {
    const unsigned whole = count / kLimbBits;
    W x = a;
    ZVM_UNROLL
    for (unsigned step = std::bit_floor(kLimbs - 1); step != 0; step /= 2) {
      const W y = x;
      ZVM_UNROLL
      for (unsigned i = 0; i < kLimbs; ++i)
        x.limbs[i] = (whole & step) == 0 ? y.limbs[i]
                     : i + step < kLimbs ? y.limbs[i + step]
                                         : fill;
    }
    return shift_right_from<0>(x, count % kLimbBits, fill);
  }
  template <unsigned kWhole>
  [[gnu::always_inline]] static constexpr W shift_right_from(const W& a, unsigned rest,
                                                             uint64_t fill = 0) {
    W shifted{};
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i) {
      const unsigned from = i + kWhole;
      const uint64_t above = from + 1 < kLimbs ? a.limbs[from + 1] : fill;
      shifted.limbs[i] = from < kLimbs ? L::funnel_right(above, a.limbs[from], rest) : fill;
    }
    return shifted;
  }

  /// True where the word is below 2^kLimbBits.
  [[gnu::always_inline]] static constexpr bool fits_limb(const W& a) {
    uint64_t upper = 0;
    ZVM_UNROLL
    for (unsigned i = 1; i < kLimbs; ++i)
      upper |= a.limbs[i];
    return upper == 0;
  }
  /// Limbs up to the highest one that is not zero.
  [[gnu::always_inline]] static constexpr unsigned used_limbs(const W& a) {
    unsigned used = kLimbs;
    while (used > 0 && a.limbs[used - 1] == 0)
      --used;
    return used;
  }
  [[gnu::always_inline]] static constexpr unsigned bit_width(const W& a) {
    for (unsigned i = kLimbs; i-- > 0;)
      if (a.limbs[i] != 0)
        return (i + 1) * kLimbBits - L::clz(a.limbs[i]);
    return 0;
  }

  // Shifts whose count is a word: from kBits on nothing but the fill is left.
  [[gnu::always_inline]] static constexpr bool in_shift_range(const W& count) {
    if constexpr (kBits <= L::kMask)
      return fits_limb(count) && count.limbs[0] < kBits;
    else
      return bit_width(count) <= std::bit_width(kBits) && low_bits(count) < kBits;
  }
  [[gnu::always_inline]] static constexpr W shl(const W& count, const W& a) {
    return in_shift_range(count) ? shift_left(a, low_bits(count)) : W{};
  }
  [[gnu::always_inline]] static constexpr W shr(const W& count, const W& a) {
    return in_shift_range(count) ? shift_right(a, low_bits(count)) : W{};
  }
  [[gnu::always_inline]] static constexpr W sar(const W& count, const W& a) {
    const uint64_t fill = is_negative(a) ? L::kMask : 0;
    if (in_shift_range(count))
      return shift_right(a, low_bits(count), fill);
    W filled{};
    for (uint64_t& limb : filled.limbs)
      limb = fill;
    return filled;
  }

  /// A sign bit, its negative, and all bits up to it.
  struct SignMask {
    W low;
    W sign;
    W minus_sign;
  };
  [[nodiscard]] static constexpr SignMask sign_mask(unsigned bit) {
    W one{};
    one.limbs[0] = 1;
    const W sign = shift_left(one, bit);
    W low = sub(sign, one);
    for (unsigned i = 0; i < kLimbs; ++i)
      low.limbs[i] |= sign.limbs[i];
    return {low, sign, negate(sign)};
  }
  /// Copies the sign bit into all bits above it: what is left of the word, as a number from -sign to sign - 1.
  [[gnu::always_inline]] static constexpr W extend_sign(const W& a, const SignMask& mask) {
    W biased{};
    ZVM_UNROLL
    for (unsigned i = 0; i < kLimbs; ++i)
      biased.limbs[i] = (a.limbs[i] & mask.low.limbs[i]) ^ mask.sign.limbs[i];
    return add(biased, mask.minus_sign);
  }

  /// `base` to the power of `exponent`, modulo 2^kBits.
  static constexpr W exp(const W& base, const W& exponent) {
    W one{};
    one.limbs[0] = 1;
    const unsigned width = bit_width(exponent);
    if (width == 0)
      return one;
    uint64_t borrow = 0;
    const W below = sub(base, one, borrow);
    uint64_t common = borrow;
    for (unsigned i = 0; i < kLimbs; ++i)
      common |= base.limbs[i] & below.limbs[i];
    if (common == 0) {
      // A power of two, as in the 256**n that moves bytes.
      const unsigned log2 = bit_width(base) - 1;
      if (log2 == 0)
        return one;
      if (!in_shift_range(exponent) || low_bits(exponent) * log2 >= kBits)
        return W{};
      return shift_left(one, low_bits(exponent) * log2);
    }
    W power = base;
    for (unsigned i = width - 1; i-- > 0;) {
      power = mul(power, power);
      if ((exponent.limbs[i / kLimbBits] >> (i % kLimbBits)) & 1)
        power = mul(power, base);
    }
    return power;
  }

 private:
  /// The low 32 bits or so of a word whose upper bits are zero.
  [[gnu::always_inline]] static constexpr unsigned low_bits(const W& a) {
    uint64_t low = a.limbs[0];
    if constexpr (kLimbBits < 16)
      ZVM_UNROLL
    for (unsigned i = 1; i < kLimbs; ++i)
      low |= a.limbs[i] << (i * kLimbBits);
    return static_cast<unsigned>(low);
  }
};

} // namespace zvm
