#include "base/flat_map.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/hash.hpp"

namespace zvm {
namespace {

using Map = FlatMap<U256, uint64_t, HashWord>;

/// All keys in one probe run, so that collisions are the rule.
struct OneBucket {
  uint64_t operator()(const U256&) const { return 3; }
};

template <typename M>
void expect_equal(const M& map, const std::map<uint64_t, uint64_t>& expected) {
  EXPECT_EQ(map.size(), expected.size());
  for (const auto& [key, value] : expected) {
    const uint64_t* found = map.find(U256{key});
    ASSERT_NE(found, nullptr) << key;
    EXPECT_EQ(*found, value) << key;
  }
}

TEST(FlatMap, FindsWhatWasInserted) {
  Map map;
  std::map<uint64_t, uint64_t> expected;
  std::mt19937_64 random{1};
  for (int i = 0; i < 5000; ++i) {
    const uint64_t key = random() % 3000;
    const auto [value, is_new] = map.try_insert(U256{key}, key + 1);
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(is_new, expected.emplace(key, key + 1).second);
  }
  expect_equal(map, expected);
  EXPECT_EQ(map.find(U256{1, 1, 1, 1}), nullptr);
}

TEST(FlatMap, IteratesInOrderOfInsertion) {
  Map map;
  for (uint64_t key : {9, 3, 7, 1})
    ASSERT_NE(map.try_insert(U256{key}, 0).value, nullptr);
  std::vector<uint64_t> keys;
  for (const auto& entry : map)
    keys.push_back(entry.key.low64());
  EXPECT_EQ(keys, (std::vector<uint64_t>{9, 3, 7, 1}));
}

template <typename M>
void truncate_and_refill() {
  M map;
  for (uint64_t key = 0; key < 100; ++key)
    ASSERT_NE(map.try_insert(U256{key}, key).value, nullptr);
  map.truncate(40);
  std::map<uint64_t, uint64_t> expected;
  for (uint64_t key = 0; key < 40; ++key)
    expected[key] = key;
  expect_equal(map, expected);
  for (uint64_t key = 40; key < 100; ++key)
    EXPECT_EQ(map.find(U256{key}), nullptr);
  ASSERT_TRUE(map.try_insert(U256{77}, 770).is_new);
  expected[77] = 770;
  expect_equal(map, expected);
  map.clear();
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(map.find(U256{5}), nullptr);
}

TEST(FlatMap, TruncatesTheNewest) { truncate_and_refill<Map>(); }
TEST(FlatMap, TruncatesWhereAllKeysCollide) {
  truncate_and_refill<FlatMap<U256, uint64_t, OneBucket>>();
}

TEST(FlatMap, EveryFailingAllocationLeavesItWhole) {
  static int allowed;
  for (int n = 0; n < 12; ++n) {
    Map map;
    std::map<uint64_t, uint64_t> expected;
    allowed = n;
    set_allocation_gate([](size_t) { return allowed-- > 0; });
    for (uint64_t key = 0; key < 200; ++key) {
      if (map.try_insert(U256{key}, key).value != nullptr)
        expected[key] = key;
    }
    set_allocation_gate(nullptr);
    expect_equal(map, expected);
  }
}

} // namespace
} // namespace zvm
