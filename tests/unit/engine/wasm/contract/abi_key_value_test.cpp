// The byte column.
#include <algorithm>
#include <string_view>

#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using testing::Called;
using testing::World;

constexpr uint64_t kKey = 0x200, kValue = 0x1000, kOut = 0x2000;
constexpr uint64_t kAbsent = 0xffffffff;

class AbiKeyValue : public ::testing::Test {
 protected:
  AbiKeyValue() {
    world.put(kKey, std::vector<uint8_t>(300, 'k'));
    world.put(kValue, std::vector<uint8_t>(300, 'v'));
  }

  Called get(uint64_t key, uint64_t capacity = 300) {
    return world.call("kv_get", {kKey, key, kOut, capacity});
  }
  Called set(uint64_t key, uint64_t value) {
    return world.call("kv_set", {kKey, key, kValue, value});
  }
  Called remove(uint64_t key) { return world.call("kv_remove", {kKey, key}); }

  World world;
};

TEST_F(AbiKeyValue, ValuesComeAndGo) {
  EXPECT_EQ(get(4).result, kAbsent);
  EXPECT_EQ(remove(4).result, 0u);
  EXPECT_EQ(set(4, 100).status, Status::Success);
  EXPECT_EQ(get(4).result, 100u);
  EXPECT_TRUE(std::ranges::equal(world.bytes(kOut, 101), [] {
    std::vector<uint8_t> expected(100, 'v');
    expected.push_back(0);
    return expected;
  }()));
  EXPECT_EQ(get(5).result, kAbsent);
  // A value of no bytes is there.
  EXPECT_EQ(set(4, 0).status, Status::Success);
  EXPECT_EQ(get(4).result, 0u);
  EXPECT_EQ(remove(4).result, 1u);
  EXPECT_EQ(get(4).result, kAbsent);
  EXPECT_EQ(remove(4).result, 0u);
}

TEST_F(AbiKeyValue, AValueLongerThanAskedFor) {
  EXPECT_EQ(set(4, 100).status, Status::Success);
  EXPECT_EQ(get(4, 3).result, 100u);
  EXPECT_EQ(world.bytes(kOut, 4)[2], 'v');
  EXPECT_EQ(world.bytes(kOut, 4)[3], 0);
  EXPECT_EQ(get(4, 0).result, 100u);
}

TEST_F(AbiKeyValue, Limits) {
  EXPECT_EQ(set(256, 1).status, Status::Success);
  EXPECT_EQ(set(257, 1).status, Status::OutOfGas);
  EXPECT_EQ(get(257).status, Status::OutOfGas);
  EXPECT_EQ(remove(257).status, Status::OutOfGas);
  world.frame.gas = int64_t{1} << 40;
  EXPECT_EQ(world.call("kv_set", {0, 1, 0, 65536}).status, Status::Success);
  EXPECT_EQ(world.call("kv_get", {0, 1, kOut, 0}).result, 65536u);
}

/// Reading: what the key's words cost, the access, the words of the whole value.
TEST_F(AbiKeyValue, PriceOfReading) {
  EXPECT_EQ(get(33).gas, 2100 + 2 * 6);
  EXPECT_EQ(get(33).gas, 100 + 2 * 6);
  EXPECT_EQ(set(33, 65).status, Status::Success);
  EXPECT_EQ(get(33, 1).gas, 100 + 2 * 6 + 3 * 3);
}

/// Writing: as SSTORE by what is there, and what is longer than a slot as deployed code.
TEST_F(AbiKeyValue, PriceOfWriting) {
  constexpr int64_t kKeyWords = 6;
  EXPECT_EQ(set(4, 32).gas, kKeyWords + 3 + 22100);
  EXPECT_EQ(set(4, 32).gas, kKeyWords + 3 + 100); // nothing changes
  EXPECT_EQ(set(4, 40).gas, kKeyWords + 6 + 100 + 8 * 200);
  EXPECT_EQ(world.x.journal.refund(), 0);
  // What is made and removed again costs an access.
  EXPECT_EQ(remove(4).gas, kKeyWords + 100);
  EXPECT_EQ(world.x.journal.refund(), 20000 - 100);
  EXPECT_EQ(set(40, 1).gas, 2 * kKeyWords + 3 + 22100 + 8 * 200);
}

/// Of a value that the state before had.
TEST_F(AbiKeyValue, RefundsOfAnOldValue) {
  EXPECT_EQ(set(4, 32).status, Status::Success);
  runtime::StateDiff diff;
  ASSERT_EQ(world.x.journal.finish(diff), Status::Success);
  ASSERT_TRUE(world.store.apply(diff));
  world.x.journal.begin(world.store, world.schedule);
  ASSERT_EQ(world.x.journal.load(World::self(), world.frame.account), Status::Success);

  EXPECT_EQ(set(4, 31).gas, 6 + 3 + 5000);
  EXPECT_EQ(world.x.journal.refund(), 0);
  EXPECT_EQ(remove(4).gas, 6 + 100);
  EXPECT_EQ(world.x.journal.refund(), 4800);
  EXPECT_EQ(set(4, 32).gas, 6 + 3 + 100); // as it was
  EXPECT_EQ(world.x.journal.refund(), 2900 - 100);
}

TEST_F(AbiKeyValue, SentryAndRevert) {
  world.frame.gas = 2300 + 6 + 3;
  EXPECT_EQ(set(4, 1).status, Status::OutOfGas);
  world.frame.gas = World::kGas;
  const runtime::Journal::Checkpoint before = world.x.journal.checkpoint();
  EXPECT_EQ(set(4, 1).status, Status::Success);
  world.x.journal.revert_to(before);
  EXPECT_EQ(get(4).gas, 2100 + 6);
  EXPECT_EQ(get(4).result, kAbsent);
}

/// The column and the slots do not meet.
TEST_F(AbiKeyValue, NoSlots) {
  EXPECT_EQ(set(32, 32).status, Status::Success);
  EXPECT_EQ(world.call("storage_load", {kKey, kOut}).gas, 2100);
  EXPECT_TRUE(world.word(kOut).is_zero());
}

} // namespace
} // namespace zvm::engine::wasm
