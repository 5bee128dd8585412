#include "base/vec.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace zvm {
namespace {

/// Lets the first `g_allowed` allocations pass.
int g_allowed = 0;
bool gate(size_t) { return g_allowed-- > 0; }

class Gate {
 public:
  explicit Gate(int allowed) {
    g_allowed = allowed;
    set_allocation_gate(gate);
  }
  ~Gate() { set_allocation_gate(nullptr); }
};

TEST(Vec, GrowsAndKeepsItsItems) {
  Vec<uint32_t> v;
  std::vector<uint32_t> expected;
  for (uint32_t i = 0; i < 1000; ++i) {
    ASSERT_TRUE(v.try_push(i * 7));
    expected.push_back(i * 7);
  }
  EXPECT_EQ(std::vector<uint32_t>(v.begin(), v.end()), expected);
  EXPECT_EQ(v.back(), 999u * 7);
}

TEST(Vec, PushTakesAnItemOfItsOwn) {
  Vec<uint64_t> v;
  ASSERT_TRUE(v.try_push(42));
  while (v.size() < v.capacity())
    ASSERT_TRUE(v.try_push(1));
  ASSERT_TRUE(v.try_push(v[0])); // reallocates under the reference
  EXPECT_EQ(v.back(), 42u);
}

TEST(Vec, ResizeZeroesWhatIsNew) {
  Buffer b;
  ASSERT_TRUE(b.try_resize(4));
  b[3] = 9;
  b.truncate(2);
  ASSERT_TRUE(b.try_resize(6));
  EXPECT_EQ(std::vector<uint8_t>(b.begin(), b.end()), (std::vector<uint8_t>{0, 0, 0, 0, 0, 0}));
}

TEST(Vec, ExtendsByItemsThatAreWrittenLater) {
  Vec<uint32_t> v;
  ASSERT_TRUE(v.try_push(1));
  for (uint32_t i = 0; i < 100; ++i) {
    uint32_t* two = v.try_extend(2);
    ASSERT_NE(two, nullptr);
    two[0] = two[1] = i;
  }
  EXPECT_EQ(v.size(), 201u);
  EXPECT_EQ(v[0], 1u);
  EXPECT_EQ(v[199], 99u);
  const Gate closed{0};
  EXPECT_EQ(v.try_extend(1 << 20), nullptr);
  EXPECT_EQ(v.size(), 201u);
}

TEST(Vec, AFailedAllocationChangesNothing) {
  Buffer b;
  const uint8_t bytes[] = {1, 2, 3};
  ASSERT_TRUE(b.try_append(bytes));
  const Gate closed{0};
  EXPECT_FALSE(b.try_reserve(1 << 20));
  EXPECT_FALSE(b.try_resize(1 << 20));
  EXPECT_FALSE(b.try_assign(bytes));
  EXPECT_EQ(std::vector<uint8_t>(b.begin(), b.end()), (std::vector<uint8_t>{1, 2, 3}));
}

TEST(Vec, ASizeThatCannotBeIsRefused) {
  Vec<uint64_t> v;
  EXPECT_FALSE(v.try_reserve(SIZE_MAX / 4));
  EXPECT_TRUE(v.empty());
}

TEST(Vec, MovesLeaveNothingBehind) {
  Buffer a;
  ASSERT_TRUE(a.try_push(5));
  Buffer b{std::move(a)};
  EXPECT_EQ(b.size(), 1u);
  a = std::move(b);
  EXPECT_EQ(a.size(), 1u);
}

} // namespace
} // namespace zvm
