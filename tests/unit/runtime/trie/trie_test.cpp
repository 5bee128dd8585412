#include "runtime/trie/trie.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/hex.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/state/memory_store.hpp"
#include "runtime/trie/rlp.hpp"
#include "runtime/trie/state_root.hpp"
#include "tests/unit/runtime/state/fixture.hpp"

namespace zvm::runtime {
namespace {

using Bytes = std::vector<uint8_t>;
using Entries = std::map<Bytes, Bytes>; // keys as nibbles

/// The definition of the Yellow Paper, word by word: a node for entries that agree on `depth`
/// nibbles.
Bytes reference_node(const Entries& entries, size_t depth);

Bytes reference(const Entries& entries, size_t depth) {
  Bytes node = reference_node(entries, depth);
  if (node.size() < 32)
    return node;
  Bytes out;
  RlpWriter{out}.bytes(keccak256(node).bytes);
  return out;
}

Bytes hex_prefix(const Bytes& key, size_t from, size_t to, bool leaf) {
  Bytes nibbles;
  const bool odd = (to - from) % 2 != 0;
  nibbles.push_back(static_cast<uint8_t>((leaf ? 2 : 0) + (odd ? 1 : 0)));
  if (!odd)
    nibbles.push_back(0);
  nibbles.insert(nibbles.end(), key.begin() + static_cast<long>(from),
                 key.begin() + static_cast<long>(to));
  Bytes packed;
  for (size_t i = 0; i < nibbles.size(); i += 2)
    packed.push_back(static_cast<uint8_t>(nibbles[i] << 4 | nibbles[i + 1]));
  return packed;
}

Bytes reference_node(const Entries& entries, size_t depth) {
  Bytes out;
  RlpWriter w{out};
  if (entries.empty()) {
    w.bytes({});
    return out;
  }
  const Bytes& first = entries.begin()->first;
  if (entries.size() == 1) {
    w.bytes(hex_prefix(first, depth, first.size(), true));
    w.bytes(entries.begin()->second);
    w.end_list(0);
    return out;
  }
  const Bytes& last = entries.rbegin()->first;
  size_t common = depth;
  while (first[common] == last[common])
    ++common;
  if (common > depth) {
    w.bytes(hex_prefix(first, depth, common, false));
    w.raw(reference(entries, common));
    w.end_list(0);
    return out;
  }
  for (uint8_t nibble = 0; nibble < 16; ++nibble) {
    Entries below;
    for (const auto& [key, value] : entries) {
      if (key[depth] == nibble)
        below.emplace(key, value);
    }
    if (below.empty()) {
      w.bytes({});
    } else {
      w.raw(reference(below, depth + 1));
    }
  }
  w.bytes({});
  w.end_list(0);
  return out;
}

Bytes nibbles_of(const Bytes32& key) {
  Bytes nibbles;
  for (const uint8_t byte : key.bytes) {
    nibbles.push_back(byte >> 4);
    nibbles.push_back(byte & 15);
  }
  return nibbles;
}

TEST(TrieBuilder, TheEmptyTrie) {
  TrieBuilder builder;
  EXPECT_EQ(builder.root(), kEmptyTrieRoot);
  EXPECT_EQ(keccak256(Bytes{0x80}), kEmptyTrieRoot);
}

TEST(TrieBuilder, AgreesWithTheDefinition) {
  std::mt19937 random{7};
  TrieBuilder builder;
  for (int round = 0; round < 400; ++round) {
    Entries entries;
    const unsigned count = random() % (round % 8 == 0 ? 400 : 40) + 1;
    const unsigned shared = random() % 33; // bytes that all keys have in common
    for (unsigned i = 0; i < count; ++i) {
      Bytes32 key;
      for (unsigned b = shared; b < 32; ++b)
        key.bytes[b] = static_cast<uint8_t>(random() % (round % 2 == 0 ? 3 : 256));
      Bytes value(random() % 50 + 1);
      for (uint8_t& byte : value)
        byte = static_cast<uint8_t>(random());
      if (!entries.emplace(nibbles_of(key), value).second)
        continue;
      builder.add(key, value);
    }
    EXPECT_EQ(builder.root(), keccak256(reference_node(entries, 0)));
    EXPECT_TRUE(builder.empty());
  }
}

TEST(TrieBuilder, ShortKeysAreThoseOfLists) {
  // The keys of a list of transactions: 0x80, 0x01 to 0x7f, 0x81 0x80 and on, 0x82 0x01 0x00 and
  // on.
  TrieBuilder builder;
  for (const uint32_t count : {1, 2, 3, 17, 127, 128, 129, 130, 256, 257, 700}) {
    Entries entries;
    for (uint32_t i = 0; i < count; ++i) {
      Bytes key, nibbles;
      RlpWriter{key}.number(i);
      for (const uint8_t byte : key) {
        nibbles.push_back(byte >> 4);
        nibbles.push_back(byte & 15);
      }
      const Bytes value(1 + i % 40, static_cast<uint8_t>(i));
      entries.emplace(nibbles, value);
      builder.add_short(key, value);
    }
    EXPECT_EQ(builder.root(), keccak256(reference_node(entries, 0))) << count;
  }
}

TEST(TrieBuilder, HashesKeysItself) {
  TrieBuilder builder, hashed;
  for (uint32_t count : {1, 2, 63, 64, 65, 300}) {
    for (uint32_t i = 0; i < count; ++i) {
      const U256 number{i, 7, 0, 0};
      const Bytes32 word = to_bytes32(number);
      const Address address = to_address(number);
      // Keys of 32 and 20 bytes, and one that needs no hashing among them.
      const ByteView key = i % 2 == 0 ? ByteView{word.bytes} : ByteView{address.bytes};
      builder.add(keccak256(key), word.bytes);
      if (i % 5 == 0)
        hashed.add(keccak256(key), word.bytes);
      else
        hashed.add_hashed(key, word.bytes);
    }
    EXPECT_EQ(hashed.root(), builder.root()) << count;
  }
}

TEST(StateRoot, OfMainnetsEmptyAndOfOneAccount) {
  MemoryStore store;
  StateRoot roots;
  Bytes32 root;
  ASSERT_EQ(roots.compute(store, root), ReadStatus::Ok);
  EXPECT_EQ(root, kEmptyTrieRoot);

  // An account by hand: RLP of nonce, balance, storage root, code hash under the hashed address.
  ASSERT_TRUE(store.put_account(testing::address(1), testing::account(2, 1000)));
  ASSERT_TRUE(store.put_slot(testing::address(1), 3, 0x1234));
  Bytes slot_value, record;
  RlpWriter{slot_value}.number(0x1234);
  const Bytes32 slot_key = to_bytes32(3);
  const Entries slots{{nibbles_of(keccak256(slot_key.bytes)), slot_value}};
  RlpWriter w{record};
  w.number(2);
  w.number(1000);
  w.bytes(keccak256(reference_node(slots, 0)).bytes);
  w.bytes(kEmptyCodeHash.bytes);
  w.end_list(0);
  const Entries accounts{{nibbles_of(keccak256(testing::address(1).bytes)), record}};
  ASSERT_EQ(roots.compute(store, root), ReadStatus::Ok);
  EXPECT_EQ(root, keccak256(reference_node(accounts, 0)));
}

TEST(StateRoot, ClearedSlotsAndDeletedAccountsLeaveNoTrace) {
  MemoryStore with, without;
  StateRoot roots;
  for (MemoryStore* store : {&with, &without})
    ASSERT_TRUE(store->put_account(testing::address(1), testing::account(1, 1)));
  ASSERT_TRUE(with.put_slot(testing::address(1), 1, 5));
  ASSERT_TRUE(with.put_slot(testing::address(1), 1, 0));
  Bytes32 a, b;
  ASSERT_EQ(roots.compute(with, a), ReadStatus::Ok);
  ASSERT_EQ(roots.compute(without, b), ReadStatus::Ok);
  EXPECT_EQ(a, b);
}

TEST(LogsHash, OfNoLogsIsThatOfTheEmptyList) {
  Journal journal;
  MemoryStore store;
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  journal.begin(store, schedule);
  EXPECT_EQ(to_hex(logs_hash(journal)),
            "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");
  const std::array<U256, 1> topics{U256{1}};
  ASSERT_OK(journal.add_log(testing::address(7), topics, Bytes{1, 2}));
  Bytes by_hand;
  RlpWriter w{by_hand};
  w.bytes(testing::address(7).bytes);
  const size_t list = w.begin_list();
  w.bytes(to_bytes32(1).bytes);
  w.end_list(list);
  w.bytes(Bytes{1, 2});
  w.end_list(0);
  w.end_list(0);
  EXPECT_EQ(logs_hash(journal), keccak256(by_hand));
}

} // namespace
} // namespace zvm::runtime
