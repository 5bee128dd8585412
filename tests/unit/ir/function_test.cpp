#include "ir/function.hpp"

#include <gtest/gtest.h>

namespace zvm::ir {
namespace {

TEST(IrFunction, AConstantIsOneValueHoweverItIsAskedFor) {
  Function f;
  for (int round = 0; round < 2; ++round) {
    // More of them than are remembered, each asked for twice.
    for (const uint64_t value : {0ull, 1ull, 32ull, 33ull, 1ull << 31, ~0ull, 1ull << 32, 5ull}) {
      for (uint64_t i = value; i != value + 40; ++i) {
        const ValueId narrow = f.make_constant(Type::I32, i), wide = f.make_constant(Type::I64, i);
        EXPECT_NE(narrow, wide);
        EXPECT_EQ(f.make_constant(Type::I32, U256{i}), narrow);
        EXPECT_EQ(f.make_constant(Type::I64, U256{i}), wide);
        EXPECT_EQ(f.constant(narrow), U256{i & UINT32_MAX});
        EXPECT_EQ(f.constant(wide), U256{i});
        EXPECT_EQ(f.type(narrow), Type::I32);
      }
    }
    f.clear(); // nothing is remembered
    EXPECT_EQ(f.make_constant(Type::I32, uint64_t{7}), 0u);
    EXPECT_EQ(f.constant(0), U256{7});
  }
}

} // namespace
} // namespace zvm::ir
