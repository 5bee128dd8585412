// Functions whose shape is changed behave the same.
#include "ir/edit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "tests/support/ir/random_function.hpp"
#include "tests/support/ir/random_graph.hpp"
#include "tests/support/ir/reference.hpp"

namespace zvm::ir {
namespace {

using test::Choices;

Function read(std::string_view text) {
  auto f = parse(text);
  EXPECT_TRUE(f) << f.error().message();
  return std::move(*f);
}

TEST(IrEdit, ABlockIsSplitBeforeAnInstruction) {
  Function f = read("function pc 0 need 1 growth 0\n"
                    "block0(v0: i256): pc 0 gas 3 state {pc 0 pop 0 [] unused 0}\n"
                    "  v1 = add.i256 v0, 0x1\n"
                    "  leave {pc 9 pop 1 [v1] unused 0}\n");
  const BlockId rest = split_block(f, f.blocks[0].last);
  EXPECT_EQ(f.insts[f.blocks[rest].first].block, rest);
  EXPECT_EQ(print(f), "function pc 0 need 1 growth 0\n"
                      "block0(v0: i256): pc 0 gas 3 state {pc 0 pop 0 [] unused 0}\n"
                      "  v1 = add.i256 v0, 0x1\n"
                      "  br block1\n"
                      "block1: pc 0\n"
                      "  leave {pc 9 pop 1 [v1] unused 0}\n");
}

TEST(IrEdit, AnEdgeIsSplit) {
  Function f = read("function pc 0 need 1 growth 0\n"
                    "block0(v0: i256): pc 0\n"
                    "  br_if 0x1:i32, block1(v0), block1(0x5:i256)\n"
                    "block1(v1: i256): pc 4\n"
                    "  leave {pc 9 pop 1 [v1] unused 0}\n");
  split_edge(f, f.blocks[0].last, 1);
  EXPECT_EQ(print(f), "function pc 0 need 1 growth 0\n"
                      "block0(v0: i256): pc 0\n"
                      "  br_if 0x1, block2(v0), block1\n"
                      "block1: pc 4\n"
                      "  br block2(0x5:i256)\n"
                      "block2(v1: i256): pc 4\n"
                      "  leave {pc 9 pop 1 [v1] unused 0}\n");
}

TEST(IrEdit, ParametersMayBeAddedAtAnyTime) {
  Function f;
  const BlockId a = f.make_block(), b = f.make_block();
  std::vector<ValueId> of_a, of_b;
  for (int round = 0; round < 20; ++round) {
    of_a.push_back(f.add_param(a, Type::I256));
    if (round % 3 == 0)
      of_b.push_back(f.add_param(b, Type::I64));
    (void)f.make_range(of_b); // something else in the pool between them
  }
  const auto list = [&](BlockId block) {
    const auto params = f.values_of(f.blocks[block].params);
    return std::vector<ValueId>{params.begin(), params.end()};
  };
  EXPECT_EQ(list(a), of_a);
  EXPECT_EQ(list(b), of_b);
  for (uint32_t i = 0; i < of_a.size(); ++i)
    EXPECT_EQ(f.values[of_a[i]].index, i);
}

TEST(IrEdit, ACopyIsAFunctionOfItsOwn) {
  Choices choices{5};
  const Function original = test::random_function(choices, {});
  const std::string text = print(original);
  Function copy;
  copy.make_block(); // what it was before is gone
  ASSERT_TRUE(copy.try_copy(original));
  EXPECT_EQ(print(copy), text);
  EXPECT_TRUE(verify(copy));
  for (ValueId v = 0; v < original.values.size(); ++v) {
    if (original.is_constant(v)) {
      EXPECT_EQ(copy.make_constant(original.type(v), original.constant(v)), v);
    }
  }
  copy.remove_block(copy.last_block());
  EXPECT_EQ(print(original), text);
}

TEST(IrEdit, WhatIsPaidStaysPaid) {
  auto f = parse("function final\nblock0: pc 0 gas 7\n  br block1 paid\n"
                 "block1: pc 1 gas 5\n  return\n");
  ASSERT_TRUE(f);
  split_edge(*f, f->blocks[0].last, 0);
  split_block(*f, f->blocks[0].last);
  EXPECT_TRUE(verify(*f));
  EXPECT_EQ(print(*f), "function final\nblock0: pc 0 gas 7\n  br block1 paid\n"
                       "block1: pc 0 gas 5\n  br block2 paid\n"
                       "block2: pc 1 gas 5\n  br block3 paid\n"
                       "block3: pc 1 gas 5\n  return\n");
}

/// Any block but the entry may stand behind any other that defines what it uses; cold ones use what
/// the chain defines. One that goes on would lead back, to a block that does not poll.
void move_cold_blocks(Function& f) {
  for (BlockId b = 0; b < f.blocks.size(); ++b) {
    if (f.is_laid_out(b) && f.blocks[b].cold && targets_of(f, b).empty() && b != f.last_block())
      f.move_block(b, f.last_block());
  }
}

TEST(IrEdit, RandomFunctionsBehaveTheSame) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    Choices choices{seed};
    Function f =
        test::random_function(choices, {.instructions = 10 + static_cast<unsigned>(seed % 60)});
    const auto input = test::random_parameters(choices, f);
    const std::string expected = test::evaluate_function(f, input, {});
    for (unsigned n = 0; n < 8; ++n) {
      const auto i = static_cast<InstId>(choices.below(static_cast<uint32_t>(f.insts.size())));
      if (f.insts[i].targets.count != 0 && choices.one_in(2))
        split_edge(f, i, choices.below(f.insts[i].targets.count));
      else
        split_block(f, i);
      if (n == 4)
        move_cold_blocks(f);
    }
    const auto verified = verify(f);
    ASSERT_TRUE(verified) << "seed " << seed << ": " << verified.error().message() << '\n'
                          << print(f);
    ASSERT_EQ(test::evaluate_function(f, input, {}), expected) << "seed " << seed << '\n'
                                                               << print(f);
  }
}

/// All but block 0, which leads to the copies alone then.
TEST(IrEdit, CopiesOfBlocksBehaveAsTheBlocks) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    Choices choices{seed};
    Function f = test::random_graph(choices, {.blocks = 2 + static_cast<unsigned>(seed % 12),
                                              .is_module = seed % 2 != 0,
                                              .values = seed % 3 != 0,
                                              .effects = 4});
    const std::string text = print(f);
    const auto input = test::random_parameters(choices, f);
    const std::string expected = test::evaluate_function(f, input, {.blocks = 60});
    std::vector<BlockId> originals;
    for (const BlockId b : layout(f)) {
      if (b != 0)
        originals.push_back(b);
    }
    Vec<BlockId> clones;
    ASSERT_TRUE(clone_blocks(f, originals, clones));
    const Range targets = f.insts[f.blocks[0].last].targets;
    for (uint32_t t = targets.begin; t < targets.begin + targets.count; ++t) {
      const auto at = std::ranges::find(originals, f.targets[t].block) - originals.begin();
      f.targets[t].block = clones[static_cast<size_t>(at)];
    }
    for (const BlockId b : originals)
      f.remove_block(b);
    const auto verified = verify(f);
    ASSERT_TRUE(verified) << "seed " << seed << ": " << verified.error().message() << '\n'
                          << text << print(f);
    ASSERT_EQ(test::evaluate_function(f, input, {.blocks = 60}), expected) << "seed " << seed;
    EXPECT_EQ(print(f), text);
  }
}

/// Where only variables go from block to block, any of them may be copied, and any edge may lead to
/// a copy.
TEST(IrEdit, SomeBlocksAreCopied) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    Choices choices{seed};
    Function f = test::random_graph(choices, {.blocks = 10, .values = false, .effects = 4});
    const auto input = test::random_parameters(choices, f);
    const std::string expected = test::evaluate_function(f, input, {.blocks = 60});
    std::vector<BlockId> some;
    for (const BlockId b : layout(f)) {
      if (b != 0 && choices.one_in(2))
        some.push_back(b);
    }
    Vec<BlockId> clones;
    ASSERT_TRUE(clone_blocks(f, some, clones));
    for (Target& t : f.targets) {
      const auto at = std::ranges::find(some, t.block);
      if (at != some.end() && choices.one_in(2))
        t.block = clones[static_cast<size_t>(at - some.begin())];
    }
    ASSERT_EQ(test::evaluate_function(f, input, {.blocks = 60}), expected) << "seed " << seed;
  }
}

} // namespace
} // namespace zvm::ir
