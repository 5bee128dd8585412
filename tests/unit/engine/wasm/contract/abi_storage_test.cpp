// Slots, transient slots and events.
#include <algorithm>

#include "runtime/hash/keccak.hpp"
#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using testing::Called;
using testing::World;

constexpr uint64_t kKey = 0x200, kValue = 0x300, kOut = 0x400, kData = 0x500;

TEST(AbiStorage, SlotsAreThoseOfTheAccount) {
  World world;
  world.put_word(kKey, 1);
  EXPECT_EQ(world.call("storage_load", {kKey, kOut}).gas, 2100);
  EXPECT_EQ(world.word(kOut), U256{0x1111});
  world.put_word(kValue, 0x2222);
  EXPECT_EQ(world.call("storage_store", {kKey, kValue}).gas, 2900);
  EXPECT_EQ(world.call("storage_load", {kKey, kKey}).gas, 100);
  EXPECT_EQ(world.word(kKey), U256{0x2222});
  runtime::Slot* slot = nullptr;
  ASSERT_EQ(world.x.journal.load_slot(*world.frame.account, 1, slot), Status::Success);
  EXPECT_EQ(slot->current, U256{0x2222});
}

/// EIP-2200, 2929 and 3529.
TEST(AbiStorage, PricesAndRefunds) {
  World world;
  world.put_word(kKey, 1);
  world.put_word(kValue, 0);
  EXPECT_EQ(world.call("storage_store", {kKey, kValue}).gas, 2100 + 2900);
  EXPECT_EQ(world.x.journal.refund(), 4800);
  world.put_word(kValue, 0x1111);
  EXPECT_EQ(world.call("storage_store", {kKey, kValue}).gas, 100);
  EXPECT_EQ(world.x.journal.refund(), 2800);
  world.frame.gas = 2300;
  EXPECT_EQ(world.call("storage_store", {kKey, kValue}).status, Status::OutOfGas);
}

TEST(AbiStorage, TransientSlots) {
  World world;
  world.put_word(kKey, 5);
  world.put_word(kValue, ~U256{});
  EXPECT_EQ(world.call("transient_load", {kKey, kOut}).status, Status::Success);
  EXPECT_TRUE(world.word(kOut).is_zero());
  EXPECT_EQ(world.call("transient_store", {kKey, kValue}).status, Status::Success);
  EXPECT_EQ(world.call("transient_load", {kKey, kOut}).status, Status::Success);
  EXPECT_EQ(world.word(kOut), ~U256{});
  EXPECT_EQ(world.call("storage_load", {kKey, kOut}).status, Status::Success);
  EXPECT_TRUE(world.word(kOut).is_zero());
}

TEST(AbiStorage, Events) {
  World world;
  constexpr uint8_t kBytes[] = {1, 2, 3};
  world.put(kData, kBytes);
  for (uint64_t i = 0; i < 4; ++i)
    world.put_word(kKey + 32 * i, i + 10);
  for (uint64_t count = 0; count <= 4; ++count) {
    const Called called = world.call("emit_event", {kKey, count, kData, 3});
    EXPECT_EQ(called.status, Status::Success);
    EXPECT_EQ(called.gas, static_cast<int64_t>(375 + 375 * count + 3 * 8));
    ASSERT_EQ(world.x.journal.log_count(), count + 1);
    const runtime::LogView log = world.x.journal.log(count);
    EXPECT_EQ(log.address, World::self());
    EXPECT_TRUE(std::ranges::equal(log.data, kBytes));
    ASSERT_EQ(log.topics.size(), count);
    for (uint64_t i = 0; i < count; ++i)
      EXPECT_EQ(log.topics[i], U256{i + 10});
  }
  for (const uint64_t count : {uint64_t{5}, uint64_t{0xffffffff}})
    EXPECT_EQ(world.call("emit_event", {kKey, count, kData, 3}).status, Status::InvalidOpcode);
  EXPECT_EQ(world.x.journal.log_count(), 5u);
}

TEST(AbiStorage, NamedEvents) {
  World world;
  constexpr std::string_view kName = "Transfer(address,address,uint256)";
  const ByteView name{reinterpret_cast<const uint8_t*>(kName.data()), kName.size()};
  world.put(kKey, name);
  EXPECT_EQ(world.call("log", {kKey, kName.size(), kData, 2}).status, Status::Success);
  ASSERT_EQ(world.x.journal.log_count(), 1u);
  const runtime::LogView log = world.x.journal.log(0);
  ASSERT_EQ(log.topics.size(), 1u);
  EXPECT_EQ(log.topics[0], to_word(runtime::keccak256(name)));
  EXPECT_EQ(log.data.size(), 2u);
}

} // namespace
} // namespace zvm::engine::wasm
