// Regions that pay for the ones behind them.
#include "ir/regions.hpp"

#include <gtest/gtest.h>

#include "ir/parse.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"

namespace zvm::ir {
namespace {

std::string merged(const std::string& text) {
  auto f = parse(text);
  EXPECT_TRUE(f) << f.error().message();
  EXPECT_TRUE(merge_regions(*f));
  EXPECT_TRUE(verify(*f)) << verify(*f).error().message();
  return print(*f);
}

TEST(IrRegions, AChainIsPaidAtItsHead) {
  EXPECT_EQ(merged("function final\n"
                   "block0: pc 0 gas 1\n  br block1\n"
                   "block1: pc 1 gas 2\n  br block2\n"
                   "block2: pc 2 gas 4\n  return\n"),
            "function final\n"
            "block0: pc 0 gas 7\n  br block1 paid\n"
            "block1: pc 1 gas 6\n  br block2 paid\n"
            "block2: pc 2 gas 4\n  return\n");
}

TEST(IrRegions, WhatSeesTheCounterPaysForItselfOnly) {
  for (const char* op : {"call[0]", "v0 = linear.grow.i32[0] 0x1", "gas.bytes[3] 0x1:i32"}) {
    const std::string text = "function final\nblock0: pc 0 gas 1\n  " + std::string{op} +
                             "\n  br block1\nblock1: pc 1 gas 2\n  return\n";
    EXPECT_EQ(merged(text), text);
  }
}

TEST(IrRegions, LoopsAndBranchesPayEachTime) {
  const std::string text = "function final\n"
                           "block0: pc 0 gas 1 poll\n  br_if 0x1, block1, block2\n"
                           "block1: pc 1 gas 2 poll\n  br block3\n"
                           "block2: pc 2 gas 4\n  return\n"
                           "block3: pc 3\n  br block1\n";
  EXPECT_EQ(merged(text), text);
}

TEST(IrRegions, MoreThan32BitsAreNotMerged) {
  const auto text = [](const char* gas, const char* paid) {
    return "function final\nblock0: pc 0 gas " + std::string{gas} + "\n  br block1" + paid +
           "\nblock1: pc 1 gas 15\n  return\n";
  };
  EXPECT_EQ(merged(text("4294967280", "")), text("4294967295", " paid"));
  EXPECT_EQ(merged(text("4294967281", "")), text("4294967281", ""));
}

} // namespace
} // namespace zvm::ir
