#include "runtime/module/memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "tests/support/fault_gate.hpp"

namespace zvm::runtime {
namespace {

constexpr uint64_t kLimit = uint64_t{64} << 20;
constexpr uint64_t kNone = UINT64_MAX;

bool is_zero(const LinearMemory& memory) {
  return std::all_of(memory.base, memory.base + memory.size, [](uint8_t b) { return b == 0; });
}

TEST(LinearMemory, LargestIsTheLeastOfTypeAddressAndLimit) {
  EXPECT_EQ(largest_memory({.max = 3}, kLimit), 3 * kPage);
  EXPECT_EQ(largest_memory({}, kLimit), kLimit);
  EXPECT_EQ(largest_memory({}, kLimit + 1), kLimit);
  EXPECT_EQ(largest_memory({}, uint64_t{1} << 40), uint64_t{1} << 32);
  EXPECT_EQ(largest_memory({.is_64 = true}, uint64_t{1} << 40), uint64_t{1} << 40);
  EXPECT_EQ(largest_memory({.max = uint64_t{1} << 48, .is_64 = true}, kLimit), kLimit);
}

TEST(LinearMemory, GivesZeroesAgainWhateverWasThere) {
  Budget budget;
  for (const uint64_t pages : {1, 3, 17, 2, 100, 0, 5}) {
    LinearMemory memory;
    ASSERT_TRUE(open_memory(memory, {.min = pages}, kLimit, Bounds::Explicit, budget));
    ASSERT_EQ(memory.size, pages * kPage);
    EXPECT_TRUE(is_zero(memory)) << pages;
    EXPECT_EQ(grow(memory, 9), pages);
    EXPECT_TRUE(is_zero(memory)) << pages;
    std::memset(memory.base, 0xab, memory.size);
    close_memory(memory);
  }
}

TEST(LinearMemory, ResettingClearsWhatWasTouched) {
  Budget budget;
  LinearMemory memory;
  ASSERT_TRUE(open_memory(memory, {.min = 1}, kLimit, Bounds::Explicit, budget));
  const uint64_t left = budget.left;
  ASSERT_EQ(grow(memory, 2), 1u);
  const auto write = [&](uint64_t at, uint64_t size) {
    touch(memory, memory.base + at, size);
    std::memset(memory.base + at, 0xab, size);
  };
  write(100, 8);
  write(3 * kTouchUnit - 1, 2);  // two units
  write(kPage - 10, kPage + 20); // many
  write(memory.size - 1, 1);     // the last byte
  memory.touched[10] = 1;        // an access that code began at the end of a unit
  std::memset(memory.base + 11 * kTouchUnit - 1, 0xab, kTouchReach);
  std::memset(memory.base + 10 * kTouchUnit - kTouchReach, 0xab, kTouchReach);
  ASSERT_TRUE(reset_memory(memory, 1));
  EXPECT_EQ(memory.size, kPage);
  EXPECT_EQ(budget.left, left);
  EXPECT_TRUE(is_zero(memory));
  ASSERT_EQ(grow(memory, 2), 1u);
  EXPECT_TRUE(is_zero(memory));
  memory.touched[kPage / kTouchUnit - 1] = 1; // one that leaves what is kept
  std::memset(memory.base + kPage - 1, 0xab, kTouchReach);
  ASSERT_TRUE(reset_memory(memory, 1));
  ASSERT_EQ(grow(memory, 2), 1u);
  EXPECT_TRUE(is_zero(memory));
  memory.touched[kPage / kTouchUnit] = 1; // one that reaches what is kept
  std::memset(memory.base + kPage - kTouchReach, 0xab, 2 * kTouchReach);
  ASSERT_TRUE(reset_memory(memory, 1));
  EXPECT_TRUE(is_zero(memory));
  ASSERT_EQ(grow(memory, 2), 1u);
  EXPECT_TRUE(is_zero(memory));
  write(0, 0); // nothing
  EXPECT_EQ(memory.touched[0], 0);
  close_memory(memory);
}

TEST(LinearMemory, IsReusedByTheThread) {
  Budget budget;
  LinearMemory memory;
  ASSERT_TRUE(open_memory(memory, {.min = 1}, kLimit, Bounds::Explicit, budget));
  const uint8_t* base = memory.base;
  close_memory(memory);
  ASSERT_TRUE(open_memory(memory, {.min = 2}, kLimit, Bounds::Explicit, budget));
  EXPECT_EQ(memory.base, base);
  // Closed by another thread it is that thread's, and gone with it.
  std::thread{[&] { close_memory(memory); }}.join();
  EXPECT_EQ(memory.base, nullptr);
}

TEST(LinearMemory, GrowsToItsLimitInPlace) {
  Budget budget;
  LinearMemory memory;
  ASSERT_TRUE(open_memory(memory, {.min = 1, .max = 4}, kLimit, Bounds::Explicit, budget));
  const uint8_t* base = memory.base;
  EXPECT_EQ(grow(memory, 0), 1u);
  EXPECT_EQ(grow(memory, 4), kNone);
  EXPECT_EQ(grow(memory, kNone), kNone);
  EXPECT_EQ(grow(memory, 3), 1u);
  EXPECT_EQ(grow(memory, 1), kNone);
  EXPECT_EQ(grow(memory, 0), 4u);
  EXPECT_EQ(memory.base, base);
  EXPECT_EQ(memory.declared_max, 4u);
  EXPECT_FALSE(budget.has_failed()) << "its own limit is no failure of the host";
  close_memory(memory);
}

TEST(LinearMemory, TakesFromTheBudgetAndGivesBack) {
  Budget budget{.left = 3 * kPage};
  LinearMemory a, b;
  ASSERT_TRUE(open_memory(a, {.min = 1}, kLimit, Bounds::Explicit, budget));
  ASSERT_TRUE(open_memory(b, {.min = 1}, kLimit, Bounds::Explicit, budget));
  EXPECT_EQ(grow(a, 2), kNone);
  EXPECT_TRUE(budget.has_failed());
  EXPECT_EQ(grow(a, 1), 1u);
  EXPECT_EQ(budget.left, 0u);
  close_memory(a);
  close_memory(b);
  EXPECT_EQ(budget.left, 3 * kPage);
}

TEST(LinearMemory, MoreThanItMayHaveIsRefused) {
  Budget budget;
  LinearMemory memory;
  EXPECT_FALSE(open_memory(memory, {.min = kLimit / kPage + 1}, kLimit, Bounds::Explicit, budget));
  EXPECT_FALSE(open_memory(memory, {.min = kNone, .is_64 = true}, kNone, Bounds::Explicit, budget));
  EXPECT_EQ(memory.base, nullptr);
}

TEST(LinearMemory, SurvivesFailedAllocations) {
  Budget budget;
  LinearMemory memory;
  {
    const test::AllocationFault fault{0, 100};
    // A limit of its own: nothing that was kept has the room.
    EXPECT_FALSE(open_memory(memory, {.min = 1}, uint64_t{1} << 40, Bounds::Explicit, budget));
  }
  EXPECT_TRUE(budget.has_failed());
  ASSERT_TRUE(open_memory(memory, {.min = 1}, kLimit, Bounds::Explicit, budget));
  budget = {};
  {
    const test::AllocationFault fault{0, 100};
    EXPECT_EQ(grow(memory, 1), kNone);
  }
  EXPECT_TRUE(budget.has_failed());
  EXPECT_EQ(memory.size, kPage);
  EXPECT_EQ(grow(memory, 1), 1u);
  close_memory(memory);
}

TEST(LinearMemoryDeathTest, WhatIsBehindItsEndCannotBeTouched) {
  Budget budget;
  LinearMemory memory;
  ASSERT_TRUE(open_memory(memory, {.min = 2}, kLimit, Bounds::Explicit, budget));
  memory.base[kPage] = 1;
  close_memory(memory);
  ASSERT_TRUE(open_memory(memory, {.min = 1}, kLimit, Bounds::Explicit, budget));
  auto* past = static_cast<volatile uint8_t*>(memory.base) + kPage;
  EXPECT_DEATH(*past = 1, "");
  close_memory(memory);
}

} // namespace
} // namespace zvm::runtime
