// ssa: what it costs, and what it refuses. What it makes of small functions stands in
// tests/golden/passes/ssa.txt.
#include <gtest/gtest.h>

#include "ir/builder.hpp"
#include "ir/passes/passes.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"

namespace zvm::ir {
namespace {

/// Loops in each other, with variables that are set in the innermost and read in it.
Function nest(uint32_t deep, uint32_t variables) {
  Function f;
  f.has_states = false;
  Builder b{f};
  const ValueId flag = f.make_constant(Type::I32, 1);
  for (uint32_t v = 0; v < variables; ++v)
    EXPECT_TRUE(f.variables.try_push(Type::I32));
  for (uint32_t i = 0; i < 2 * deep + 2; ++i)
    f.make_block();
  for (uint32_t i = 0; i <= deep; ++i) {
    b.set_block(i);
    f.blocks[i].poll = true;
    for (uint32_t v = 0; v < variables && i == deep; ++v)
      b.emit(Op::VarSet, Type::I32, {b.emit(Op::VarGet, Type::I32, {}, v)}, v);
    for (uint32_t v = 0; v < variables && i == deep; ++v)
      b.emit(Op::VarSet, Type::I32, {f.make_constant(Type::I32, v)}, v);
    b.br(i + 1);
  }
  for (uint32_t i = deep + 1; i <= 2 * deep; ++i) {
    b.set_block(i);
    b.br_if(flag, 2 * deep + 1 - i, i + 1);
  }
  b.set_block(2 * deep + 1);
  b.return_({});
  return f;
}

TEST(IrSsa, ParametersOfANestOfLoops) {
  PassContext context;
  Function f = nest(5, 2);
  ASSERT_TRUE(verify(f));
  ASSERT_TRUE(ssa(f, context));
  ASSERT_TRUE(verify(f)) << print(f);
  EXPECT_TRUE(f.variables.empty());
  for (BlockId b = 1; b <= 5; ++b) // each head of a loop
    EXPECT_EQ(f.blocks[b].params.count, 2u);
  for (BlockId b = 6; b < 12; ++b)
    EXPECT_EQ(f.blocks[b].params.count, 0u);
}

TEST(IrSsa, TooManyParametersAreRefused) {
  PassContext context;
  Function f = nest(300, 300);
  const std::string before = print(f);
  ASSERT_TRUE(ssa(f, context));
  EXPECT_EQ(f.variables.size(), 300u);
  EXPECT_EQ(print(f), before);
  // What came before does not matter.
  Function small = nest(5, 2);
  ASSERT_TRUE(ssa(small, context));
  EXPECT_TRUE(small.variables.empty());
}

/// Variables that live everywhere cost nothing where nothing meets.
TEST(IrSsa, LongLivesAreFree) {
  constexpr uint32_t kMany = 20000;
  Function f;
  f.has_states = false;
  Builder b{f};
  const ValueId flag = f.make_constant(Type::I32, 1);
  for (uint32_t v = 0; v < kMany; ++v)
    ASSERT_TRUE(f.variables.try_push(Type::I32));
  b.begin_block(0);
  for (uint32_t v = 0; v < kMany; ++v)
    b.emit(Op::VarSet, Type::I32, {f.make_constant(Type::I32, v)}, v);
  b.br(1);
  for (uint32_t i = 0; i < kMany; ++i) { // two ways that meet, each time
    b.begin_block(i);
    b.br_if(flag, 2 * i + 2, 2 * i + 3);
    b.begin_block(i);
    b.br(2 * i + 3);
  }
  b.begin_block(0);
  for (uint32_t v = 0; v < kMany; ++v)
    b.emit(Op::GlobalSet, Type::I32, {b.emit(Op::VarGet, Type::I32, {}, v)}, 0);
  b.return_({});
  ASSERT_TRUE(verify(f)) << verify(f).error().message();
  PassContext context;
  ASSERT_TRUE(ssa(f, context));
  EXPECT_TRUE(f.variables.empty());
  for (const BlockId block : layout(f))
    EXPECT_EQ(f.blocks[block].params.count, 0u);
  EXPECT_TRUE(verify(f));
}

} // namespace
} // namespace zvm::ir
