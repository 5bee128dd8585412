#include "runtime/trie/bloom.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <vector>

#include "base/hex.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

unsigned set_bits(const Bloom& bloom) {
  unsigned count = 0;
  for (const uint8_t byte : bloom)
    count += static_cast<unsigned>(std::popcount(byte));
  return count;
}

TEST(Bloom, OfNothingIsZero) { EXPECT_EQ(BloomBuilder{}.finish(), Bloom{}); }

/// Keccak-256 of 20 zero bytes begins with 5380 c7b7 ae81: bits 0x380, 0x7b7 and 0x681.
TEST(Bloom, KnownBits) {
  ASSERT_TRUE(to_hex(keccak256(Address{}.bytes)).starts_with("0x5380c7b7ae81"));
  BloomBuilder builder;
  builder.add({Address{}, {}, {}});
  Bloom expected{};
  for (const unsigned bit : {0x380u, 0x7b7u, 0x681u})
    expected[255 - bit / 8] |= static_cast<uint8_t>(1u << (bit % 8));
  EXPECT_EQ(builder.finish(), expected);
  EXPECT_EQ(builder.finish(), Bloom{});
}

/// The filter of many logs has the bits of each, and no others.
TEST(Bloom, ManyLogsAreTheUnionOfEach) {
  BloomBuilder all;
  Bloom expected{};
  std::vector<U256> topics;
  for (uint64_t i = 0; i < 60; ++i) {
    topics.assign(i % 5, U256{i});
    const LogView log{to_address(U256{i / 2}), topics, {}};
    all.add(log);
    BloomBuilder one;
    one.add(log);
    const Bloom bloom = one.finish();
    EXPECT_LE(set_bits(bloom), 6u);
    EXPECT_NE(bloom, Bloom{});
    for (size_t byte = 0; byte < bloom.size(); ++byte)
      expected[byte] |= bloom[byte];
  }
  EXPECT_EQ(all.finish(), expected);
}

} // namespace
} // namespace zvm::runtime
