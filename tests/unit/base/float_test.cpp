// Floating point against numbers that everyone can check, and against arithmetic out of integers.
#include "base/float.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/float_operands.hpp"

namespace zvm::ieee {
namespace {

namespace soft = test::soft;

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = kCanonicalNan<double>;

// Bit by bit, so that zeros have signs, and NaNs are alike only where their payloads are.
template <typename F>
constexpr bool same(F a, F b) {
  return std::bit_cast<Bits<F>>(a) == std::bit_cast<Bits<F>>(b);
}

static_assert(std::bit_cast<uint32_t>(kCanonicalNan<float>) == 0x7fc0'0000);
static_assert(std::bit_cast<uint64_t>(kCanonicalNan<double>) == 0x7ff8'0000'0000'0000);
static_assert(std::bit_cast<uint64_t>(add(0.1, 0.2)) == 0x3fd3'3333'3333'3334);
static_assert(same(min(0.0, -0.0), -0.0) && same(min(-0.0, 0.0), -0.0));
static_assert(same(max(0.0, -0.0), 0.0) && same(max(-0.0, 0.0), 0.0) &&
              same(max(-0.0, -0.0), -0.0));
static_assert(same(min(1.0, kNan), kNan) && same(max(kNan, kInf), kNan));
static_assert(same(pmin(1.0, kNan), 1.0) && same(pmin(0.0, -0.0), 0.0) &&
              same(pmax(-0.0, 0.0), -0.0));
static_assert(same(neg(kNan), std::bit_cast<double>(0xfff8'0000'0000'0000)));
static_assert(trunc_sat<int32_t>(2147483647.9) == 2147483647 &&
              trunc_sat<int32_t>(-1e9f) == -1000000000);
static_assert(trunc_sat<uint32_t>(-0.9) == 0 && trunc_sat<uint64_t>(kInf) == ~uint64_t{0} &&
              trunc_sat<int64_t>(kNan) == 0);
static_assert(same(convert<float>(uint32_t{16777217}), 16777216.0f) &&
              same(convert<float>(int32_t{16777219}), 16777220.0f));

template <typename F>
std::string show(F x) {
  char text[64];
  std::snprintf(text, sizeof(text), "%a (%llx)", static_cast<double>(x),
                static_cast<unsigned long long>(soft::bits(x)));
  return text;
}

template <typename F>
class IeeeFloat : public testing::Test {
 protected:
  /// check(a, b) for all pairs of edges and many random ones.
  template <typename Check>
  void for_pairs(Check check) {
    const auto edges = soft::edges<F>();
    for (const F a : edges) {
      for (const F b : edges)
        check(a, b);
    }
    soft::Operands<F> operands;
    for (int i = 0; i < 200'000 && !HasFailure(); ++i) {
      const F a = operands.next(), b = operands.next();
      check(a, b);
    }
  }
  template <typename Check>
  void for_each(Check check) {
    for (const F a : soft::edges<F>())
      check(a);
    soft::Operands<F> operands;
    for (int i = 0; i < 200'000 && !HasFailure(); ++i)
      check(operands.next());
  }
  static void expect_same(F result, F expected, const char* what, F a, F b = 0) {
    if (!same(result, expected))
      ADD_FAILURE() << what << " of " << show(a) << " and " << show(b) << " is " << show(result)
                    << ", not " << show(expected);
  }
};

using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(IeeeFloat, Types);

#define EXPECT_AS_SOFT(function)                                                                   \
  this->expect_same(function(a, b), soft::function(a, b), #function, a, b)

TYPED_TEST(IeeeFloat, Adds) {
  this->for_pairs([&](TypeParam a, TypeParam b) { EXPECT_AS_SOFT(add); });
}
TYPED_TEST(IeeeFloat, Subtracts) {
  this->for_pairs([&](TypeParam a, TypeParam b) { EXPECT_AS_SOFT(sub); });
}
TYPED_TEST(IeeeFloat, Multiplies) {
  this->for_pairs([&](TypeParam a, TypeParam b) { EXPECT_AS_SOFT(mul); });
}
TYPED_TEST(IeeeFloat, Divides) {
  this->for_pairs([&](TypeParam a, TypeParam b) { EXPECT_AS_SOFT(div); });
}
TYPED_TEST(IeeeFloat, FindsTheLesserAndTheGreater) {
  this->for_pairs([&](TypeParam a, TypeParam b) {
    EXPECT_AS_SOFT(min);
    EXPECT_AS_SOFT(max);
    this->expect_same(pmin(a, b), soft::less(b, a) ? b : a, "pmin", a, b);
    this->expect_same(pmax(a, b), soft::less(a, b) ? b : a, "pmax", a, b);
  });
}
TYPED_TEST(IeeeFloat, TakesRoots) {
  this->for_each([&](TypeParam a) { this->expect_same(sqrt(a), soft::sqrt(a), "sqrt", a); });
}
TYPED_TEST(IeeeFloat, RoundsToIntegers) {
  this->for_each([&](TypeParam a) {
    this->expect_same(ceil(a), soft::to_integral(a, soft::Direction::Up), "ceil", a);
    this->expect_same(floor(a), soft::to_integral(a, soft::Direction::Down), "floor", a);
    this->expect_same(trunc(a), soft::to_integral(a, soft::Direction::Zero), "trunc", a);
    this->expect_same(nearest(a), soft::to_integral(a, soft::Direction::Nearest), "nearest", a);
  });
}
TYPED_TEST(IeeeFloat, TurnsSignsAndNothingElse) {
  this->for_pairs([&](TypeParam a, TypeParam b) {
    this->expect_same(abs(a), soft::abs(a), "abs", a);
    this->expect_same(neg(a), soft::neg(a), "neg", a);
    EXPECT_AS_SOFT(copysign);
  });
}

/// Both conversions to I, and the one back.
template <typename I, typename F>
void check_integer(F a) {
  const I expected = soft::to_saturated<I>(a);
  EXPECT_EQ(trunc_sat<I>(a), expected) << show(a);
  const bool fits = !soft::is_nan(a) && soft::Int128{expected} == soft::to_integer(a);
  I result = 42;
  const Truncation truncation = trunc_to(a, result);
  EXPECT_EQ(truncation, fits              ? Truncation::Ok
                        : soft::is_nan(a) ? Truncation::InvalidConversion
                                          : Truncation::IntegerOverflow)
      << show(a);
  EXPECT_EQ(result, fits ? expected : 42) << show(a);
}
TYPED_TEST(IeeeFloat, BecomesIntegers) {
  this->for_each([&](TypeParam a) {
    check_integer<int32_t>(a);
    check_integer<uint32_t>(a);
    check_integer<int64_t>(a);
    check_integer<uint64_t>(a);
  });
}
TYPED_TEST(IeeeFloat, ComesFromIntegers) {
  std::mt19937_64 random{20}; // NOLINT: the same numbers in every run
  for (int i = 0; i < 200'000 && !this->HasFailure(); ++i) {
    // Few leading bits and few trailing ones: next to ties.
    const uint64_t bits = random(), x = (bits << bits % 64 >> random() % 64) + random() % 3 - 1;
    const auto check = [&](auto integer) {
      this->expect_same(convert<TypeParam>(integer), soft::from_integer<TypeParam>(integer),
                        "convert", 0);
    };
    check(static_cast<int32_t>(x));
    check(static_cast<uint32_t>(x));
    check(static_cast<int64_t>(x));
    check(x);
  }
}

TEST(IeeeFloatWidths, AreChangedWithOneRounding) {
  const auto check = [](double wide) {
    EXPECT_TRUE(same(demote(wide), (soft::resize<float, double>(wide)))) << show(wide);
    const auto narrow = soft::from_bits<float>(soft::bits(wide) >> 29);
    EXPECT_TRUE(same(promote(narrow), (soft::resize<double, float>(narrow)))) << show(narrow);
  };
  soft::Operands<double> operands;
  soft::Operands<float> narrow;
  for (int i = 0; i < 200'000 && !testing::Test::HasFailure(); ++i) {
    check(operands.next());
    // A little beside what float has, or halfway between two of them.
    check(soft::from_bits<double>(soft::bits(static_cast<double>(narrow.next())) +
                                  operands.raw() % 3 - 1 + (operands.raw() % 2 << 28)));
  }
}

// With a fused multiply-add the sum would be 2^-60.
TEST(IeeeFloatBuild, DoesNotContract) {
  volatile double one_and = 1 + 0x1p-30, minus_product = -(1 + 0x1p-29);
  EXPECT_EQ(one_and * one_and + minus_product, 0);
  EXPECT_EQ(add(mul<double>(one_and, one_and), static_cast<double>(minus_product)), 0);
}

} // namespace
} // namespace zvm::ieee
