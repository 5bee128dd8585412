#include "runtime/hash/deferred.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string_view>
#include <vector>

#include "runtime/hash/blake3.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/poseidon/poseidon.hpp"

namespace zvm::runtime {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes32 hash(DeferredAlgorithm algorithm, ByteView data) {
  Bytes32 digest;
  switch (algorithm) {
  case DeferredAlgorithm::Sha256:
    return sha256(data);
  case DeferredAlgorithm::Keccak256:
    return keccak256(data);
  case DeferredAlgorithm::Blake3:
    blake3(data, digest.bytes);
    return digest;
  case DeferredAlgorithm::Poseidon:
    return poseidon_bn254_sponge(data);
  }
  return digest;
}

void append(Bytes& to, uint64_t number, unsigned bytes) {
  for (unsigned i = bytes; i-- > 0;)
    to.push_back(static_cast<uint8_t>(number >> (8 * i)));
}

Bytes32 leaf(const DeferredCommitment& entry) {
  Bytes bytes{0};
  append(bytes, entry.index, 4);
  append(bytes, static_cast<uint8_t>(entry.algorithm), 1);
  append(bytes, entry.length, 8);
  bytes.insert(bytes.end(), entry.digest.bytes.begin(), entry.digest.bytes.end());
  return keccak256(bytes);
}

/// As RFC 9162 defines it: split at the largest power of two below the number of leaves.
Bytes32 root_by_definition(std::span<const DeferredCommitment> entries) {
  if (entries.size() == 1)
    return leaf(entries[0]);
  size_t left = 1;
  while (left * 2 < entries.size())
    left *= 2;
  Bytes bytes{1};
  for (const Bytes32& child :
       {root_by_definition(entries.first(left)), root_by_definition(entries.subspan(left))})
    bytes.insert(bytes.end(), child.bytes.begin(), child.bytes.end());
  return keccak256(bytes);
}

TEST(DeferredRoot, IsThatOfTheDefinition) {
  std::vector<DeferredCommitment> entries;
  EXPECT_FALSE(deferred_root(entries));
  for (uint32_t i = 0; i < 200; ++i) {
    entries.push_back(
        {i, static_cast<DeferredAlgorithm>(i % 4), uint64_t{i} << 33, keccak256(Bytes(i, 1))});
    ASSERT_EQ(deferred_root(entries), root_by_definition(entries)) << i;
  }
}

/// Data of many lengths, more than may wait, and some too long to wait at all.
class Random {
 public:
  DeferredAlgorithm algorithm() { return static_cast<DeferredAlgorithm>(random_() % 4); }
  Bytes data(DeferredAlgorithm algorithm) {
    const bool is_slow = algorithm == DeferredAlgorithm::Poseidon;
    Bytes bytes(random_() % (is_slow ? 100 : random_() % 20 == 0 ? 300'000 : 2'000));
    for (uint8_t& byte : bytes)
      byte = static_cast<uint8_t>(random_());
    return bytes;
  }
  size_t below(size_t bound) { return random_() % bound; }

 private:
  std::mt19937_64 random_{7};
};

TEST(DeferredHashes, CommitToWhatWasRequestedAndNotTakenBack) {
  Random random;
  DeferredHashes deferred;
  std::vector<DeferredCommitment> expected;
  DeferredCommitments found;
  for (unsigned step = 0; step < 1500; ++step) {
    if (random.below(4) == 0) {
      for (size_t i = random.below(10); i > 0 && !expected.empty(); --i) {
        deferred.pop();
        expected.pop_back();
      }
    } else {
      const DeferredAlgorithm algorithm = random.algorithm();
      const Bytes data = random.data(algorithm);
      expected.push_back(
          {static_cast<uint32_t>(deferred.size()), algorithm, data.size(), hash(algorithm, data)});
      ASSERT_TRUE(deferred.request(algorithm, data));
    }
    ASSERT_EQ(deferred.size(), expected.size());
    if (step % 300 != 299)
      continue;
    ASSERT_TRUE(deferred.commit(found));
    ASSERT_EQ(found.entries.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(found.entries[i].index, i);
      EXPECT_EQ(found.entries[i].algorithm, expected[i].algorithm);
      EXPECT_EQ(found.entries[i].length, expected[i].length);
      ASSERT_EQ(found.entries[i].digest, expected[i].digest) << i;
    }
    EXPECT_EQ(found.root, root_by_definition(expected));
  }
  deferred.clear();
  ASSERT_TRUE(deferred.commit(found));
  EXPECT_TRUE(found.entries.empty());
  EXPECT_EQ(found.root, Bytes32{});
}

TEST(DeferredHashes, EqualAreThoseOfOneAlgorithmAndTheSameBytes) {
  const Bytes a{1, 2, 3}, b{1, 2, 4}, c{1, 2, 3, 0};
  DeferredHashes deferred;
  using enum DeferredAlgorithm;
  for (unsigned round = 0; round < 2; ++round) { // queued with queued, hashed with queued
    ASSERT_TRUE(deferred.request(Keccak256, a));
    ASSERT_TRUE(deferred.request(Keccak256, b));
    ASSERT_TRUE(deferred.request(Keccak256, c));
    ASSERT_TRUE(deferred.request(Sha256, a));
    ASSERT_TRUE(deferred.request(Keccak256, a));
    DeferredCommitments ignored;
    ASSERT_TRUE(deferred.commit(ignored));
  }
  const bool expected[] = {true, false, false, false, true};
  for (uint32_t i = 0; i < 5; ++i) {
    EXPECT_EQ(deferred.equal(0, i), expected[i]) << i;
    EXPECT_EQ(deferred.equal(i, 5), expected[i]) << i;
  }
  ASSERT_TRUE(deferred.request(Keccak256, a));
  ASSERT_TRUE(deferred.request(Keccak256, a));
  ASSERT_TRUE(deferred.request(Keccak256, b));
  EXPECT_TRUE(deferred.equal(0, 10));
  EXPECT_TRUE(deferred.equal(10, 11));
  EXPECT_FALSE(deferred.equal(10, 12));
}

TEST(DeferredHashes, HandlesAreOfTransactionAndIndex) {
  constexpr std::string_view kPrefix = "zvm.dh";
  DeferredHashes deferred;
  for (const uint8_t last : {0, 1}) {
    Bytes32 transaction;
    transaction.bytes[31] = last;
    std::vector<Bytes32> handles;
    for (const uint32_t index : {3u, 0u, 40u, 7u, 8u}) {
      Bytes message{kPrefix.begin(), kPrefix.end()};
      message.insert(message.end(), transaction.bytes.begin(), transaction.bytes.end());
      append(message, index, 4);
      Bytes32 handle;
      ASSERT_TRUE(deferred.handle(transaction, index, handle));
      EXPECT_EQ(handle, keccak256(message)) << index;
    }
  }
}

TEST(DeferredHashes, AHandleIsFoundWhileItsRequestIsQueued) {
  DeferredHashes deferred;
  const Bytes32 transaction = keccak256({}), other{};
  Bytes32 handles[20];
  for (uint32_t i = 0; i < 20; ++i)
    ASSERT_TRUE(deferred.handle(transaction, i, handles[i]));
  std::optional<uint32_t> index;
  ASSERT_TRUE(deferred.find(transaction, handles[0], index));
  EXPECT_FALSE(index);
  for (unsigned i = 0; i < 15; ++i)
    ASSERT_TRUE(deferred.request(DeferredAlgorithm::Blake3, Bytes{1}));
  ASSERT_TRUE(deferred.find(transaction, handles[14], index));
  EXPECT_EQ(index, 14u);
  ASSERT_TRUE(deferred.find(transaction, handles[15], index));
  EXPECT_FALSE(index);
  for (unsigned i = 0; i < 5; ++i)
    deferred.pop();
  ASSERT_TRUE(deferred.find(transaction, handles[14], index));
  EXPECT_FALSE(index);
  ASSERT_TRUE(deferred.find(transaction, handles[9], index));
  EXPECT_EQ(index, 9u);
  ASSERT_TRUE(deferred.find(other, handles[9], index));
  EXPECT_FALSE(index);
}

} // namespace
} // namespace zvm::runtime
