#include "base/float_environment.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "base/float.hpp"

namespace zvm {
namespace {

/// Out of line and of operands nobody knows, so that it runs where it is called.
[[gnu::noinline]] double sum(double a, double b) {
  volatile double x = a, y = b;
  return ieee::add<double>(x, y);
}

TEST(DefaultFloatEnvironment, LastsAsLongAsItLives) {
  constexpr double kLittle = 0x1p-60;
  const double above = 1 + std::numeric_limits<double>::epsilon();
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
  EXPECT_EQ(sum(1, kLittle), above);
  {
    const DefaultFloatEnvironment environment;
    EXPECT_EQ(sum(1, kLittle), 1);
    EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  }
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  EXPECT_EQ(sum(1, kLittle), above);
  ASSERT_EQ(std::fesetround(FE_TONEAREST), 0);
}

#if defined(__SSE2__)
TEST(DefaultFloatEnvironment, KeepsSubnormals) {
  constexpr double kLeast = std::numeric_limits<double>::denorm_min();
  constexpr unsigned kFlushToZero = 1 << 15, kSubnormalsAreZero = 1 << 6;
  const unsigned before = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(before | kFlushToZero | kSubnormalsAreZero);
  const double flushed = sum(kLeast, kLeast);
  double kept = 0;
  {
    const DefaultFloatEnvironment environment;
    kept = sum(kLeast, kLeast);
  }
  const unsigned after = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(before);
  EXPECT_EQ(flushed, 0);
  EXPECT_EQ(kept, 2 * kLeast);
  EXPECT_EQ(after & kFlushToZero, kFlushToZero);
}
#endif

} // namespace
} // namespace zvm
