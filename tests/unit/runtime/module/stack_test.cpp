#include "runtime/module/stack.hpp"

#include <gtest/gtest.h>

#include "runtime/module/instance.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kSlots = kGuestStack / sizeof(uint64_t);

TEST(GuestStack, IsKeptByTheThread) {
  uint64_t* first = take_stack();
  ASSERT_NE(first, nullptr);
  first[0] = first[kSlots - 1] = 1;
  uint64_t* nested = take_stack();
  ASSERT_NE(nested, nullptr);
  EXPECT_NE(nested, first);
  keep_stack(nested);
  keep_stack(first);
  EXPECT_EQ(take_stack(), first);
  keep_stack(first);
}

TEST(GuestStackDeathTest, HasGuardsOnBothSides) {
  volatile uint64_t* stack = take_stack();
  ASSERT_NE(stack, nullptr);
  EXPECT_DEATH(stack[kSlots] = 1, "");
  EXPECT_DEATH(*(stack - 1) = 1, "");
  keep_stack(const_cast<uint64_t*>(stack));
}

} // namespace
} // namespace zvm::runtime
