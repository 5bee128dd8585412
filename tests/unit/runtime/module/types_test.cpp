#include "runtime/module/types.hpp"

#include <gtest/gtest.h>

namespace zvm::runtime {
namespace {

constexpr ValueType kTypes[] = {ValueType::I32, ValueType::I64, ValueType::F32};

TEST(Signature, IsSameInWhicheverModule) {
  const ValueType copy[] = {ValueType::I32, ValueType::I64, ValueType::F32};
  const Signature a{.types = kTypes, .parameter_count = 2, .result_count = 1};
  const Signature b{.types = copy, .parameter_count = 2, .result_count = 1};
  EXPECT_TRUE(is_same(a, a));
  EXPECT_TRUE(is_same(a, b));
}

TEST(Signature, DiffersWhereParametersEnd) {
  const Signature a{.types = kTypes, .parameter_count = 2, .result_count = 1};
  const Signature b{.types = kTypes, .parameter_count = 1, .result_count = 2};
  const Signature c{.types = kTypes, .parameter_count = 2};
  EXPECT_FALSE(is_same(a, b));
  EXPECT_FALSE(is_same(a, c));
  EXPECT_FALSE(is_same(c, a));
}

} // namespace
} // namespace zvm::runtime
