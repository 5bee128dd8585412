// Registers and capabilities, as contracts reach them: what stands in memory, codes, prices.
#include <algorithm>

#include "runtime/resource/register.hpp"
#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using runtime::ResourceCode;
using testing::Called;
using testing::World;

constexpr uint64_t kId = 0x200, kNext = 0x300, kData = 0x1000, kOut = 0x2000, kHolder = 0x400;
constexpr uint64_t kNever = UINT64_MAX;

constexpr uint64_t number(ResourceCode code) { return static_cast<uint64_t>(code); }
/// As functions that answer a number have it.
constexpr uint64_t negative(ResourceCode code) {
  return static_cast<uint32_t>(-static_cast<int32_t>(code));
}

class AbiResource : public ::testing::Test {
 protected:
  AbiResource() {
    for (uint8_t i = 0; i < 100; ++i)
      world.put(kData + i, {&i, 1});
    world.put_address(kHolder, World::other());
  }
  Called create(uint64_t size, uint64_t out = kId) {
    return world.call("res_create", {7, kData, size, out});
  }
  Called read(uint64_t capacity = 100, uint64_t capability = 0) {
    return world.call("res_read", {kId, capability, kOut, capacity});
  }
  Called delegate(uint64_t rights = 31) {
    return world.call("cap_delegate", {kId, 0, rights, kHolder, kNever});
  }
  uint64_t status(uint64_t id) { return world.call("res_status", {id}).result; }
  /// From here on another account runs.
  void run_as_other() {
    ASSERT_EQ(world.x.journal.load(World::other(), world.frame.account), Status::Success);
  }
  void commit() {
    runtime::StateDiff diff;
    ASSERT_EQ(world.x.journal.finish(diff), Status::Success);
    ASSERT_TRUE(world.store.apply(diff));
    world.x.journal.begin(world.store, world.schedule);
    ASSERT_EQ(world.x.journal.load(World::self(), world.frame.account), Status::Success);
  }

  World world;
};

TEST_F(AbiResource, CreatedReadSucceededConsumed) {
  EXPECT_EQ(status(kId), 0u);
  EXPECT_EQ(create(10).result, 0u);
  EXPECT_FALSE(world.word(kId).is_zero());
  EXPECT_EQ(status(kId), 1u);
  EXPECT_EQ(read().result, 10u);
  EXPECT_TRUE(std::ranges::equal(world.bytes(kOut, 10), world.bytes(kData, 10)));

  EXPECT_EQ(world.call("res_update", {kId, 0, kData + 5, 3, kNext}).result, 0u);
  EXPECT_EQ(status(kId), 4u);
  EXPECT_EQ(status(kNext), 1u);
  world.put_word(kId, world.word(kNext));
  EXPECT_EQ(read().result, 3u);
  EXPECT_EQ(world.bytes(kOut, 1)[0], 5);

  EXPECT_EQ(world.call("res_set_status", {kId, 0, 2}).result, 0u);
  EXPECT_EQ(status(kId), 2u);
  EXPECT_EQ(world.call("res_set_status", {kId, 0, 1}).result, 0u);
  EXPECT_EQ(world.call("res_set_status", {kId, 0, 3}).result, 0u);
  EXPECT_EQ(status(kId), 3u);
  EXPECT_EQ(world.call("res_set_status", {kId, 0, 1}).result, 0u);

  EXPECT_EQ(world.call("res_transfer", {kId, 0, kHolder, kNext}).result, 0u);
  world.put_word(kId, world.word(kNext));
  run_as_other();
  EXPECT_EQ(world.call("res_consume", {kId, 0, kOut}).result, 0u);
  EXPECT_EQ(to_bytes32(world.word(kOut)),
            runtime::nullifier_of(to_bytes32(world.word(kId)), world.x.tx.hash));
  EXPECT_EQ(world.call("res_consume", {kId, 0, kOut}).result, 3u);
  EXPECT_EQ(status(kId), 4u);
}

TEST_F(AbiResource, DataLongerThanAskedFor) {
  EXPECT_EQ(create(10).result, 0u);
  EXPECT_EQ(read(3).result, 10u);
  EXPECT_EQ(world.bytes(kOut, 4)[2], 2);
  EXPECT_EQ(world.bytes(kOut, 4)[3], 0);
  EXPECT_EQ(read(0).result, 10u);
  EXPECT_EQ(world.call("res_create", {7, 0, 65537, kId}).status, Status::MemoryViolation);
}

/// Out and data may overlap with the id, and with each other.
TEST_F(AbiResource, OverlappingRanges) {
  EXPECT_EQ(create(10, kData).result, 0u);
  const U256 id = world.word(kData);
  EXPECT_EQ(world.call("res_update", {kData, 0, kData, 32, kData}).result, 0u);
  EXPECT_NE(world.word(kData), id);
  EXPECT_EQ(world.call("res_read", {kData, 0, kData, 32}).result, 32u);
  EXPECT_EQ(world.word(kData), id);
}

/// A code other than 0, and nothing has been written to memory.
TEST_F(AbiResource, Codes) {
  const auto expect = [&](ResourceCode code) {
    const std::vector<uint8_t> memory = world.memory();
    for (const auto& [name, operands] :
         std::initializer_list<std::pair<const char*, std::vector<uint64_t>>>{
             {"res_update", {kId, 0, kData, 3, kOut}},
             {"res_consume", {kId, 0, kOut}},
             {"res_transfer", {kId, 0, kHolder, kOut}},
             {"res_set_status", {kId, 0, 2}}})
      EXPECT_EQ(world.call(name, operands).result, number(code)) << name;
    EXPECT_EQ(read().result, negative(code));
    EXPECT_EQ(delegate().result, negative(code));
    EXPECT_EQ(world.memory(), memory);
  };
  expect(ResourceCode::NotFound);
  EXPECT_EQ(world.call("cap_revoke", {kId, 1}).result, number(ResourceCode::NotFound));
  EXPECT_EQ(create(10).result, 0u);
  run_as_other();
  expect(ResourceCode::AccessDenied);
  EXPECT_EQ(world.call("cap_revoke", {kId, 1}).result, number(ResourceCode::NotFound));
  ASSERT_EQ(world.x.journal.load(World::self(), world.frame.account), Status::Success);
  EXPECT_EQ(world.call("res_consume", {kId, 0, kNext}).result, 0u);
  expect(ResourceCode::InvalidState);
  EXPECT_EQ(world.call("cap_revoke", {kId, 1}).result, number(ResourceCode::InvalidState));
}

TEST_F(AbiResource, TooMany) {
  world.frame.gas = int64_t{1} << 40;
  for (int64_t i = 0; i < runtime::kMaxLiveRegisters; ++i)
    ASSERT_EQ(create(0).result, 0u);
  const U256 last = world.word(kId);
  EXPECT_EQ(create(0).result, 4u);
  EXPECT_EQ(world.word(kId), last);
  EXPECT_EQ(world.call("res_consume", {kId, 0, kOut}).result, 0u);
  EXPECT_EQ(create(0).result, 0u);
}

TEST_F(AbiResource, Capabilities) {
  EXPECT_EQ(create(10).result, 0u);
  EXPECT_EQ(delegate(1 | 8).result, 1u);
  EXPECT_EQ(delegate(1).result, 2u);
  run_as_other();
  EXPECT_EQ(read(100, 1).result, 10u);
  EXPECT_EQ(read(100, 2).result, 10u);
  EXPECT_EQ(read(100, 3).result, negative(ResourceCode::AccessDenied));
  EXPECT_EQ(world.call("res_consume", {kId, 1, kOut}).result, number(ResourceCode::AccessDenied));
  const uint64_t now = world.x.block.timestamp;
  EXPECT_EQ(world.call("cap_delegate", {kId, 1, 31, kHolder, now + 1}).result, 3u);
  EXPECT_EQ(world.call("cap_delegate", {kId, 1, 31, kHolder, now}).result, 4u);
  EXPECT_EQ(world.call("cap_delegate", {kId, 2, 31, kHolder, kNever}).result,
            negative(ResourceCode::AccessDenied));
  EXPECT_EQ(read(100, 3).result, 10u);
  EXPECT_EQ(read(100, 4).result, negative(ResourceCode::AccessDenied));
  ASSERT_EQ(world.x.journal.load(World::self(), world.frame.account), Status::Success);
  EXPECT_EQ(world.call("cap_revoke", {kId, 1}).result, 0u);
  run_as_other();
  EXPECT_EQ(read(100, 1).result, negative(ResourceCode::AccessDenied));
  EXPECT_EQ(read(100, 3).result, negative(ResourceCode::AccessDenied));
  EXPECT_EQ(read(100, 2).result, 10u);
}

// Prices: each record is read as by kv_get, written as by kv_set; abi_test.cpp has each function at
// its first use.

constexpr int64_t kWarmRead = 100 + 6, kDirty = 100 + 6; // with the word of a key
constexpr int64_t kIdHash = 30 + 4 * 6, kNullifierHash = 30 + 3 * 6, kCounting = 200;

TEST_F(AbiResource, PriceOfCreating) {
  constexpr int64_t kSection = 30 + 6;                 // of 4 + 10 bytes
  constexpr int64_t kRecord = 6 + 2 * 3 + 22100 + 600; // of 25 + 10 bytes
  EXPECT_EQ(create(10).gas,
            kSection + kCounting + kIdHash + (2100 + 6) + (20000 + 6 + 3) + kRecord);
  EXPECT_EQ(create(10).gas,
            kSection + kCounting + kIdHash + (kWarmRead + 3) + (kDirty + 3) + kRecord);
}

TEST_F(AbiResource, PriceOfReading) {
  EXPECT_EQ(create(40).result, 0u);
  EXPECT_EQ(read(1).gas, kWarmRead + 3 * 3); // of 25 + 40 bytes, however many are asked for
  EXPECT_EQ(world.call("res_status", {kId}).gas, kWarmRead + 3 * 3);
  EXPECT_EQ(world.call("res_status", {kNext}).gas, kWarmRead + 2000);
  commit();
  EXPECT_EQ(read(1).gas, kWarmRead + 2000 + 3 * 3);
}

TEST_F(AbiResource, PriceOfConsuming) {
  EXPECT_EQ(create(7).result, 0u);
  EXPECT_EQ(world.call("res_consume", {kId, 0, kOut}).gas,
            kWarmRead + 3 + kCounting + kNullifierHash + kDirty + 3);
  EXPECT_EQ(create(7).result, 0u);
  commit();
  EXPECT_EQ(world.call("res_consume", {kId, 0, kOut}).gas,
            kWarmRead + 2000 + 3 + kCounting + kNullifierHash + 2900 + 6 + 3);
  EXPECT_EQ(world.call("res_consume", {kId, 0, kOut}).gas, kWarmRead + 3); // only to be told so
}

/// Each capability between the one that is named and the owner is read.
TEST_F(AbiResource, PriceOfCapabilities) {
  constexpr int64_t kKey = 2 * 6, kCapability = 2 * 3;
  EXPECT_EQ(create(7).result, 0u);
  constexpr int64_t kNew = kKey + kCapability + 22100 + (1 + 4) * 200;
  EXPECT_EQ(delegate().gas, kWarmRead + 3 + (2100 + kKey) + (20000 + kKey + 3 + 4 * 200) + kNew);
  EXPECT_EQ(delegate().gas, kWarmRead + 3 + (100 + kKey + 3) + (100 + kKey + 3) + kNew);
  run_as_other();
  EXPECT_EQ(world.call("cap_delegate", {kId, 1, 31, kHolder, kNever}).result, 3u);
  EXPECT_EQ(read(1, 1).gas, kWarmRead + 3 + (100 + kKey + kCapability));
  EXPECT_EQ(read(1, 3).gas, kWarmRead + 3 + 2 * (100 + kKey + kCapability));
  EXPECT_EQ(world.call("cap_revoke", {kId, 3}).gas,
            kWarmRead + 3 + 2 * (100 + kKey + kCapability) + 100 + kKey);
  EXPECT_EQ(world.x.journal.refund(), 20000 - 100);
}

} // namespace
} // namespace zvm::engine::wasm
