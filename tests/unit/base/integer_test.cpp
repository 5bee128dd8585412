#include "base/integer.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace zvm::integer {
namespace {

/// All operands there are, at 8 bits.
TEST(IntegerDivision, IsThatOfWiderNumbers) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const auto x = static_cast<uint8_t>(a), y = static_cast<uint8_t>(b);
      const int s = static_cast<int8_t>(x), t = static_cast<int8_t>(y);
      ASSERT_EQ(div_u(x, y), b == 0 ? 0 : a / b);
      ASSERT_EQ(rem_u(x, y), b == 0 ? 0 : a % b);
      ASSERT_EQ(div_s(x, y), b == 0 ? 0 : static_cast<uint8_t>(s / t));
      ASSERT_EQ(rem_s(x, y), b == 0 ? 0 : static_cast<uint8_t>(s % t));
      const Status by_zero = b == 0 ? Status::DivisionByZero : Status::Success;
      const bool fits = b == 0 || s / t <= 127;
      ASSERT_EQ(division_trap<false>(x, y), by_zero);
      ASSERT_EQ(division_trap<true>(x, y), fits ? by_zero : Status::IntegerOverflow);
    }
  }
}

TEST(IntegerDivision, HasOneQuotientThatDoesNotFit) {
  constexpr uint64_t kMin = uint64_t{1} << 63;
  EXPECT_EQ(div_s(kMin, ~uint64_t{0}), kMin);
  EXPECT_EQ(rem_s(kMin, ~uint64_t{0}), 0u);
  EXPECT_EQ(division_trap<true>(kMin, ~uint64_t{0}), Status::IntegerOverflow);
  EXPECT_EQ(division_trap<true>(kMin + 1, ~uint64_t{0}), Status::Success);
  EXPECT_EQ(division_trap<true>(uint32_t{1} << 31, ~uint32_t{0}), Status::IntegerOverflow);
  EXPECT_EQ(division_trap<true>(uint64_t{1} << 31, uint64_t{UINT32_MAX}), Status::Success);
}

} // namespace
} // namespace zvm::integer
