// Every operand there is, at limb widths so small that native integers can check them.
#include "base/uint256_algorithms.hpp"

#include <bit>
#include <cstdint>

#include <gtest/gtest.h>

#include "base/uint256_division.hpp"

namespace zvm {
namespace {

template <unsigned kBitsPerLimb, unsigned kCount>
struct Tiny {
  static constexpr unsigned kLimbBits = kBitsPerLimb;
  static constexpr unsigned kLimbs = kCount;
  uint64_t limbs[kCount];
};

/// Between words and native integers.
template <typename W>
struct Native {
  using A = Wide<W>;
  static constexpr uint64_t kEnd = uint64_t{1} << A::kBits;
  static constexpr uint64_t kMask = kEnd - 1;

  static W word(uint64_t value) {
    W w{};
    for (unsigned i = 0; i < W::kLimbs; ++i)
      w.limbs[i] = value >> (i * W::kLimbBits) & ((uint64_t{1} << W::kLimbBits) - 1);
    return w;
  }
  /// Also proves that no limb has bits above its width.
  static uint64_t value(const W& w) {
    uint64_t v = 0;
    for (unsigned i = 0; i < W::kLimbs; ++i) {
      if (w.limbs[i] >> W::kLimbBits != 0)
        return ~uint64_t{0};
      v |= w.limbs[i] << (i * W::kLimbBits);
    }
    return v;
  }
  static int64_t as_signed(uint64_t v) {
    return static_cast<int64_t>(v) - (v >> (A::kBits - 1) != 0 ? static_cast<int64_t>(kEnd) : 0);
  }
  static uint64_t shifted_arithmetically(uint64_t v, uint64_t count) {
    return static_cast<uint64_t>(as_signed(v) >> (count < 63 ? count : 63)) & kMask;
  }
};

template <typename W>
class EveryOperand : public ::testing::Test {};
using Words =
    ::testing::Types<Tiny<2, 2>, Tiny<2, 3>, Tiny<3, 2>, Tiny<2, 4>, Tiny<4, 2>, Tiny<3, 3>>;
TYPED_TEST_SUITE(EveryOperand, Words);

TYPED_TEST(EveryOperand, OneWord) {
  using T = Native<TypeParam>;
  using A = Wide<TypeParam>;
  for (uint64_t a = 0; a < T::kEnd; ++a) {
    const TypeParam x = T::word(a);
    ASSERT_EQ(T::value(A::negate(x)), (0 - a) & T::kMask);
    ASSERT_EQ(A::bit_width(x), std::bit_width(a));
    ASSERT_EQ(A::is_negative(x), T::as_signed(a) < 0);
    ASSERT_EQ(A::fits_limb(x), a >> TypeParam::kLimbBits == 0);
    for (unsigned count = 0; count < A::kBits; ++count) {
      ASSERT_EQ(T::value(A::shift_left(x, count)), (a << count) & T::kMask);
      ASSERT_EQ(T::value(A::shift_right(x, count)), a >> count);
      const unsigned up = 63 - count;
      const auto extended = static_cast<uint64_t>(static_cast<int64_t>(a << up) >> up) & T::kMask;
      ASSERT_EQ(T::value(A::extend_sign(x, A::sign_mask(count))), extended)
          << a << " from bit " << count;
    }
  }
}

/// What one of the functions of division gives for the words; also where that goes to the first of
/// them.
template <typename W, typename F, typename... Rest>
uint64_t divided(F function, const W& x, const Rest&... rest) {
  W result{}, in_place = x;
  function(x, rest..., result);
  function(in_place, rest..., in_place);
  EXPECT_EQ(Native<W>::value(result), Native<W>::value(in_place));
  return Native<W>::value(result);
}

TYPED_TEST(EveryOperand, TwoWords) {
  using T = Native<TypeParam>;
  using A = Wide<TypeParam>;
  using D = WideDivision<TypeParam>;
  for (uint64_t a = 0; a < T::kEnd; ++a) {
    const TypeParam x = T::word(a);
    uint64_t power = 1;
    for (uint64_t b = 0; b < T::kEnd; ++b, power = power * a & T::kMask) {
      const TypeParam y = T::word(b);
      uint64_t carry = 0, borrow = 0;
      ASSERT_EQ(T::value(A::add(x, y, carry)), (a + b) & T::kMask);
      ASSERT_EQ(carry, (a + b) >> A::kBits);
      ASSERT_EQ(T::value(A::sub(x, y, borrow)), (a - b) & T::kMask);
      ASSERT_EQ(borrow, a < b);
      ASSERT_EQ(A::less(x, y), a < b);
      ASSERT_EQ(A::signed_less(x, y), T::as_signed(a) < T::as_signed(b));
      ASSERT_EQ(T::value(A::mul(x, y)), a * b & T::kMask);
      ASSERT_EQ(T::value(A::exp(x, y)), power) << a << " ** " << b;
      ASSERT_EQ(T::value(A::shl(y, x)), b < A::kBits ? (a << b) & T::kMask : 0);
      ASSERT_EQ(T::value(A::shr(y, x)), b < A::kBits ? a >> b : 0);
      ASSERT_EQ(T::value(A::sar(y, x)), T::shifted_arithmetically(a, b)) << a << " >> " << b;

      ASSERT_EQ(divided(D::quotient, x, y), b == 0 ? 0 : a / b) << a << " / " << b;
      ASSERT_EQ(divided(D::remainder, x, y), b == 0 ? 0 : a % b) << a << " % " << b;
      const auto both = D::div_mod(x, y);
      ASSERT_EQ(T::value(both.quotient), b == 0 ? 0 : a / b);
      ASSERT_EQ(T::value(both.remainder), b == 0 ? 0 : a % b);
      const int64_t i = T::as_signed(a), j = T::as_signed(b);
      ASSERT_EQ(divided(D::sdiv, x, y), j == 0 ? 0 : static_cast<uint64_t>(i / j) & T::kMask);
      ASSERT_EQ(divided(D::smod, x, y), j == 0 ? 0 : static_cast<uint64_t>(i % j) & T::kMask);
    }
  }
}

TYPED_TEST(EveryOperand, ModularSumsAndProducts) {
  using T = Native<TypeParam>;
  using D = WideDivision<TypeParam>;
  if (T::A::kBits > 8)
    return; // too many triples
  for (uint64_t m = 0; m < T::kEnd; ++m) {
    const TypeParam z = T::word(m);
    const bool is_full = z.limbs[TypeParam::kLimbs - 1] != 0;
    const auto modulus = is_full ? WideModulus<TypeParam>::make(z) : WideModulus<TypeParam>{};
    for (uint64_t a = 0; a < T::kEnd; ++a) {
      const TypeParam x = T::word(a);
      // The larger words only with the factors in one order.
      for (uint64_t b = T::A::kBits > 6 ? a : 0; b < T::kEnd; ++b) {
        const TypeParam y = T::word(b);
        ASSERT_EQ(divided(D::addmod, x, y, z), m == 0 ? 0 : (a + b) % m);
        ASSERT_EQ(divided(D::mulmod, x, y, z), m == 0 ? 0 : a * b % m)
            << a << " * " << b << " mod " << m;
        if (!is_full)
          continue;
        TypeParam product = x;
        modulus.mulmod(product, y, product);
        ASSERT_EQ(T::value(product), a * b % m) << a << " * " << b << " mod " << m;
      }
    }
  }
}

/// The divisions of two and three limbs by a normalized divisor, at a limb width of 4 bits.
TEST(LimbDivision, EveryOperand) {
  using D = LimbDivision<4>;
  constexpr uint64_t kBase = 16;
  for (uint64_t d1 = kBase / 2; d1 < kBase; ++d1) {
    const uint64_t v = D::reciprocal(d1);
    ASSERT_EQ(v, (kBase * kBase - 1) / d1 - kBase);
    for (uint64_t u = 0; u < d1 * kBase; ++u) {
      const auto digit = D::divide_2by1(u / kBase, u % kBase, d1, v);
      ASSERT_EQ(digit.quotient, u / d1);
      ASSERT_EQ(digit.remainder, u % d1);
    }
    for (uint64_t d0 = 0; d0 < kBase; ++d0) {
      const uint64_t d = d1 * kBase + d0;
      const uint64_t w = D::reciprocal_2(d1, d0);
      ASSERT_EQ(w, (kBase * kBase * kBase - 1) / d - kBase);
      for (uint64_t u = 0; u < d * kBase; ++u) {
        const auto digit =
            D::divide_3by2(u / kBase / kBase, u / kBase % kBase, u % kBase, d1, d0, w);
        ASSERT_EQ(digit.quotient, u / d);
        ASSERT_EQ(digit.remainder1 * kBase + digit.remainder0, u % d);
      }
    }
  }
}

TEST(LimbDivision, ReciprocalAtFullWidth) {
  const auto expected = [](uint64_t d) {
    return static_cast<uint64_t>(~static_cast<unsigned __int128>(0) / d -
                                 (static_cast<unsigned __int128>(1) << 64));
  };
  for (uint64_t i = 0; i < 256; ++i) {
    for (uint64_t below = 0; below < 4; ++below) {
      // Both ends of each row of the table of first approximations.
      const uint64_t low = (256 + i) << 55;
      const uint64_t high = low + (uint64_t{1} << 55) - 1;
      ASSERT_EQ(LimbDivision<64>::reciprocal(low + below), expected(low + below));
      ASSERT_EQ(LimbDivision<64>::reciprocal(high - below), expected(high - below));
    }
  }
  uint64_t d = 1;
  for (int i = 0; i < 100'000; ++i) {
    d = d * 6364136223846793005u + 1442695040888963407u;
    const uint64_t normalized = d | uint64_t{1} << 63;
    ASSERT_EQ(LimbDivision<64>::reciprocal(normalized), expected(normalized));
  }
}

} // namespace
} // namespace zvm
