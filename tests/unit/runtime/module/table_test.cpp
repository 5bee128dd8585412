#include "runtime/module/table.hpp"

#include <gtest/gtest.h>

#include "tests/support/fault_gate.hpp"

namespace zvm::runtime {
namespace {

constexpr uint64_t kLimit = 1000;
constexpr uint64_t kNone = UINT64_MAX;

TEST(Table, BeginsWithNullsAndGrowsWithTheValue) {
  Budget budget;
  Table table;
  ASSERT_TRUE(open_table(table, ValueType::ExternRef, {.min = 2}, kLimit, budget));
  EXPECT_EQ(table.items[0], 0u);
  EXPECT_EQ(table.items[1], 0u);
  for (uint64_t i = 0; i < 100; ++i)
    EXPECT_EQ(grow(table, 1, 7 + i), 2 + i);
  EXPECT_EQ(table.items[1], 0u);
  for (uint64_t i = 0; i < 100; ++i)
    EXPECT_EQ(table.items[2 + i], 7 + i);
  close_table(table);
  EXPECT_EQ(budget.left, kNone);
}

TEST(Table, GrowsToItsLimit) {
  Budget budget;
  Table table;
  ASSERT_TRUE(open_table(table, ValueType::FuncRef, {.min = 0, .max = 5}, kLimit, budget));
  EXPECT_EQ(grow(table, 0, 0), 0u);
  EXPECT_EQ(grow(table, 6, 0), kNone);
  EXPECT_EQ(grow(table, kNone, 0), kNone);
  EXPECT_EQ(grow(table, 5, 0), 0u);
  EXPECT_EQ(grow(table, 1, 0), kNone);
  EXPECT_FALSE(budget.has_failed());
  close_table(table);
  ASSERT_TRUE(open_table(table, ValueType::FuncRef, {}, kLimit, budget));
  EXPECT_EQ(grow(table, kLimit + 1, 0), kNone);
  close_table(table);
  EXPECT_FALSE(open_table(table, ValueType::FuncRef, {.min = kLimit + 1}, kLimit, budget));
  close_table(table);
  EXPECT_EQ(largest_table({.is_64 = false}, kNone), UINT32_MAX);
  EXPECT_FALSE(open_table(table, ValueType::FuncRef, {.min = kNone, .is_64 = true}, kNone, budget));
  close_table(table);
}

TEST(Table, TakesFromTheBudgetAndMayFindNoMemory) {
  Budget budget{.left = 4 * sizeof(Reference)};
  Table table;
  ASSERT_TRUE(open_table(table, ValueType::FuncRef, {.min = 3}, kLimit, budget));
  EXPECT_EQ(grow(table, 2, 0), kNone);
  EXPECT_TRUE(budget.has_failed());
  EXPECT_EQ(grow(table, 1, 0), 3u);
  close_table(table);

  budget = {};
  ASSERT_TRUE(open_table(table, ValueType::FuncRef, {.min = 3}, kLimit, budget));
  {
    const test::AllocationFault fault{0, 100};
    EXPECT_EQ(grow(table, 500, 1), kNone);
  }
  EXPECT_TRUE(budget.has_failed());
  EXPECT_EQ(table.size, 3u);
  EXPECT_EQ(table.items[2], 0u);
  close_table(table);
}

} // namespace
} // namespace zvm::runtime
