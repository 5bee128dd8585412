#include "runtime/state/memory_store.hpp"

#include <array>
#include <map>
#include <random>
#include <vector>

#include "tests/unit/runtime/state/fixture.hpp"

namespace zvm::runtime {
namespace {

using namespace testing;

/// The whole state as a value, for comparison.
struct Contents final : StateVisitor {
  struct Entry {
    AccountRecord record;
    std::map<U256, U256> slots;
    std::map<Bytes, Bytes> kv;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::map<Address, Entry> accounts;
  Address last;

  bool begin_account(const Address& where, const AccountRecord& record) override {
    EXPECT_FALSE(accounts.contains(where));
    last = where;
    accounts[where].record = record;
    return true;
  }
  bool slot(const U256& key, const U256& value) override {
    EXPECT_FALSE(value.is_zero());
    EXPECT_TRUE(accounts[last].slots.emplace(key, value).second);
    return true;
  }
  bool kv(ByteView key, ByteView value) override {
    EXPECT_TRUE(accounts[last].kv.emplace(bytes_of(key), bytes_of(value)).second);
    return true;
  }
  bool end_account() override { return true; }
};

auto contents(StateStore& store) {
  Contents all;
  EXPECT_EQ(store.visit(all), ReadStatus::Ok);
  return all.accounts;
}

StateDiff deletion(const Address& where) {
  StateDiff diff;
  AccountChange change;
  change.address = where;
  change.deleted = true;
  EXPECT_TRUE(diff.accounts.try_push(change));
  return diff;
}

TEST(MemoryStore, KeepsAccountsSlotsAndCode) {
  MemoryStore store;
  const std::array<uint8_t, 3> code{1, 2, 3};
  ASSERT_TRUE(store.put_account(address(1), account(1, 2), code));
  ASSERT_TRUE(store.put_slot(address(1), 5, 50));
  const AccountRecord record = read(store, address(1));
  EXPECT_EQ(record.nonce, 1u);
  ByteView stored;
  ASSERT_EQ(store.read_code(address(1), record.code_hash, stored), ReadStatus::Ok);
  EXPECT_EQ(std::vector<uint8_t>(stored.begin(), stored.end()), std::vector<uint8_t>({1, 2, 3}));
  for (size_t i = 0; i < kCodePadding; ++i)
    EXPECT_EQ(stored.data()[3 + i], 0);
  EXPECT_FALSE(exists(store, address(2)));
  EXPECT_TRUE(read_slot(store, address(2), 5).is_zero());
}

TEST(OverlayStore, ReadsFallThroughAndWritesStay) {
  MemoryStore base;
  ASSERT_TRUE(base.put_account(address(1), account(1, 1)));
  ASSERT_TRUE(base.put_slot(address(1), 1, 10));
  ASSERT_TRUE(base.put_slot(address(1), 2, 20));
  OverlayStore layer{&base};
  ASSERT_TRUE(layer.put_slot(address(1), 1, 11));
  ASSERT_TRUE(layer.put_account(address(2), account(2, 2)));
  EXPECT_EQ(read_slot(layer, address(1), 1), U256{11});
  EXPECT_EQ(read_slot(layer, address(1), 2), U256{20});
  EXPECT_EQ(read(layer, address(1)), account(1, 1));
  EXPECT_EQ(read_slot(base, address(1), 1), U256{10});
  EXPECT_FALSE(exists(base, address(2)));
  layer.clear();
  EXPECT_EQ(contents(layer), contents(base));
}

TEST(OverlayStore, DeletionHidesTheBase) {
  MemoryStore base;
  ASSERT_TRUE(base.put_account(address(1), account(1, 1)));
  ASSERT_TRUE(base.put_slot(address(1), 1, 10));
  OverlayStore layer{&base};
  const std::array<uint8_t, 3> key{1, 2, 3};
  ASSERT_TRUE(base.put_kv(address(1), key, key));
  ASSERT_TRUE(layer.apply(deletion(address(1))));
  EXPECT_FALSE(exists(layer, address(1)));
  EXPECT_TRUE(contents(layer).empty());
  ASSERT_TRUE(layer.put_account(address(1), account(0, 7)));
  EXPECT_TRUE(read_slot(layer, address(1), 1).is_zero());
  EXPECT_EQ(read_kv(layer, address(1), key), std::nullopt);
  OverlayStore upper{&layer};
  EXPECT_EQ(contents(upper), contents(layer));
  uint64_t slots = 1;
  ASSERT_EQ(upper.count_slots(address(1), slots), ReadStatus::Ok);
  EXPECT_EQ(slots, 0u);
}

TEST(OverlayStore, CountsSlotsAcrossLayers) {
  MemoryStore base;
  for (uint64_t key = 1; key <= 4; ++key)
    ASSERT_TRUE(base.put_slot(address(1), key, key));
  OverlayStore layer{&base};
  ASSERT_TRUE(layer.put_slot(address(1), 1, 0));
  ASSERT_TRUE(layer.put_slot(address(1), 2, 99));
  ASSERT_TRUE(layer.put_slot(address(1), 9, 9));
  uint64_t slots = 0;
  ASSERT_EQ(layer.count_slots(address(1), slots), ReadStatus::Ok);
  EXPECT_EQ(slots, 4u);
}

/// Of one key, as a transaction would leave it.
StateDiff removal(const Address& where, ByteView key) {
  StateDiff diff;
  AccountChange change;
  change.address = where;
  change.record = account(1, 1);
  change.kv_count = 1;
  EXPECT_TRUE(diff.try_add_kv(key, false, {}));
  EXPECT_TRUE(diff.accounts.try_push(change));
  return diff;
}

/// Random changes to a few accounts, slots and keys.
void shuffle(std::mt19937& random, MemoryStore& store) {
  for (int i = 0; i < 20; ++i) {
    const Address where = address(static_cast<uint8_t>(random() % 5));
    const std::array<uint8_t, 2> bytes{static_cast<uint8_t>(random() % 3), 7};
    switch (random() % 6) {
    case 0:
      ASSERT_TRUE(store.put_account(where, account(random() % 3, random() % 100),
                                    std::array<uint8_t, 1>{static_cast<uint8_t>(random() % 2)}));
      break;
    case 1:
      ASSERT_TRUE(store.apply(deletion(where)));
      break;
    case 2:
      ASSERT_TRUE(store.put_kv(where, ByteView{bytes}.first(random() % 3), bytes));
      break;
    case 3:
      ASSERT_TRUE(store.apply(removal(where, bytes)));
      break;
    default:
      ASSERT_TRUE(store.put_slot(where, random() % 6, random() % 3));
    }
  }
}

TEST(OverlayStore, ItsDiffMakesTheSameOfTheBase) {
  std::mt19937 random{1};
  for (int round = 0; round < 200; ++round) {
    MemoryStore base;
    shuffle(random, base);
    OverlayStore layer{&base};
    shuffle(random, layer);
    OverlayStore upper{&layer};
    shuffle(random, upper);
    const auto expected = contents(upper);
    StateDiff diff;
    ASSERT_TRUE(upper.diff(diff));
    ASSERT_TRUE(layer.apply(diff));
    EXPECT_EQ(contents(layer), expected);
    ASSERT_TRUE(layer.diff(diff));
    ASSERT_TRUE(base.apply(diff));
    EXPECT_EQ(contents(base), expected);
  }
}

TEST(MemoryStore, ApplyIsAllOrNothing) {
  StateDiff diff;
  {
    MemoryStore source;
    for (uint8_t i = 1; i < 30; ++i) {
      ASSERT_TRUE(source.put_account(address(i), account(9, 9), std::array<uint8_t, 1>{i}));
      for (uint64_t key = 0; key < 20; ++key)
        ASSERT_TRUE(source.put_slot(address(i), key, 1));
      for (uint8_t key = 0; key < 20; ++key)
        ASSERT_TRUE(source.put_kv(address(i), std::array{key, key}, std::array{i}));
    }
    ASSERT_TRUE(source.diff(diff));
  }
  for (size_t fails = 0;; ++fails) {
    MemoryStore base;
    ASSERT_TRUE(base.put_account(address(3), account(1, 1)));
    ASSERT_TRUE(base.put_slot(address(3), 4, 44));
    ASSERT_TRUE(base.put_kv(address(3), std::array<uint8_t, 2>{4, 4}, std::array<uint8_t, 1>{44}));
    OverlayStore layer{&base};
    const auto before = contents(layer);
    bool applied = false;
    {
      const FailingAllocation gate{fails};
      applied = layer.apply(diff);
    }
    if (applied) {
      EXPECT_EQ(read(layer, address(29)).nonce, 9u);
      break;
    }
    EXPECT_EQ(contents(layer), before);
  }
}

/// Has slots, but not yet their values.
class LateSlots final : public MemoryStore {
 public:
  ReadStatus read_slot(const Address&, const U256&, U256&) override { return ReadStatus::Pending; }
};

// What is written hides what was there, so nobody has to wait for it.
TEST(OverlayStore, ApplyDoesNotReadTheBase) {
  LateSlots base;
  ASSERT_TRUE(base.put_account(address(1), account(1, 1)));
  StateDiff diff;
  {
    MemoryStore source;
    ASSERT_TRUE(source.put_account(address(1), account(1, 1)));
    ASSERT_TRUE(source.put_slot(address(1), 4, 44));
    ASSERT_TRUE(source.diff(diff));
  }
  OverlayStore layer{&base};
  ASSERT_TRUE(layer.apply(diff));
  U256 value;
  EXPECT_EQ(layer.read_slot(address(1), 4, value), ReadStatus::Ok);
  EXPECT_EQ(value, U256{44});
  EXPECT_EQ(layer.read_slot(address(1), 5, value), ReadStatus::Pending);
}

} // namespace
} // namespace zvm::runtime
