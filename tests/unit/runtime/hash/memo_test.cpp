#include "runtime/hash/memo.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <vector>

#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

/// Pairs in numbers that find most places taken, each asked for three times: unseen, seen,
/// remembered.
TEST(KeccakMemo, SaysWhatKeccakSays) {
  std::mt19937_64 random{11};
  std::vector<U256> keys(50'000);
  for (U256& key : keys)
    key = {random(), random(), random(), random()};
  for (unsigned round = 0; round < 3; ++round) {
    for (size_t i = 0; i + 1 < keys.size(); ++i)
      ASSERT_EQ(keccak256_pair_memo(keys[i], keys[i + 1]), keccak256_pair(keys[i], keys[i + 1]));
  }
}

TEST(KeccakMemo, TellsPairsApartThatDifferInOneLimb) {
  for (unsigned round = 0; round < 3; ++round) {
    for (unsigned limb = 0; limb < 8; ++limb) {
      U256 pair[2];
      pair[limb / 4].limbs[limb % 4] = 1;
      EXPECT_EQ(keccak256_pair_memo(pair[0], pair[1]), keccak256_pair(pair[0], pair[1]));
    }
    EXPECT_EQ(keccak256_pair_memo(0, 0), keccak256_pair(0, 0));
  }
}

TEST(KeccakMemo, EachThreadHasItsOwn) {
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (uint64_t i = 0; i < 3000; ++i)
        EXPECT_EQ(keccak256_pair_memo(i % 100, t), keccak256_pair(i % 100, t));
    });
  }
}

} // namespace
} // namespace zvm::runtime
