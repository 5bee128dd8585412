#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace zvm {
namespace {

/// Runs of one byte, of all lengths up to a few steps of the hash.
std::vector<std::vector<uint8_t>> runs() {
  std::vector<std::vector<uint8_t>> out;
  for (size_t size = 0; size <= 40; ++size) {
    out.emplace_back(size, uint8_t{0});
    if (size != 0)
      out.emplace_back(size, uint8_t{1});
  }
  return out;
}

TEST(HashBytes, LengthAndContentCount) {
  std::set<uint64_t> hashes;
  const auto all = runs();
  for (const auto& bytes : all) {
    hashes.insert(HashBytes{}({bytes}));
    hashes.insert(HashBytes{}({bytes}, 1));
  }
  EXPECT_EQ(hashes.size(), 2 * all.size());
}

TEST(HashBytes, EveryByteCounts) {
  std::vector<uint8_t> bytes(33, 5);
  const uint64_t before = HashBytes{}({bytes});
  for (uint8_t& byte : bytes) {
    ++byte;
    EXPECT_NE(HashBytes{}({bytes}), before);
    --byte;
  }
}

TEST(BytesKey, IsEqualByContent) {
  const auto one = runs(), other = runs();
  for (size_t i = 0; i < one.size(); ++i) {
    for (size_t j = 0; j < other.size(); ++j)
      EXPECT_EQ(BytesKey{one[i]} == BytesKey{other[j]}, i == j);
  }
}

} // namespace
} // namespace zvm
