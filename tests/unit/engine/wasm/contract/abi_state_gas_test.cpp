// What contracts pay for the state that they make grow, from Amsterdam on (EIP-8037): the EVM's
// prices, whichever host function does it.
#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using testing::Called;
using testing::World;

constexpr uint64_t kKey = 0x200, kValue = 0x300, kData = 0x500, kOut = 0x600;
constexpr int64_t kSlot = 97'920, kByte = 1530, kAccount = 183'600;

class AbiStateGas : public ::testing::Test {
 protected:
  AbiStateGas() {
    world.put_word(kKey, 2);
    world.put_word(kValue, 7);
  }
  void give_reservoir(int64_t gas) { world.frame.state_gas = runtime::StateGas{gas}; }
  [[nodiscard]] int64_t left() const { return world.frame.state_gas.left; }
  [[nodiscard]] int64_t spent() const { return world.frame.state_gas.spent; }

  World world{Revision::Amsterdam};
};

TEST_F(AbiStateGas, ANewSlot) {
  give_reservoir(kSlot + 10);
  EXPECT_EQ(world.call("storage_store", {kKey, kValue}).gas, 2100 + 10'000);
  EXPECT_EQ(left(), 10);
  EXPECT_EQ(spent(), kSlot);
  world.put_word(kValue, 0); // and back
  EXPECT_EQ(world.call("storage_store", {kKey, kValue}).gas, 100);
  EXPECT_EQ(left(), kSlot + 10);
  EXPECT_EQ(spent(), 0);
}

TEST_F(AbiStateGas, WhatTheReservoirHasNotIsGas) {
  give_reservoir(kSlot - 10);
  EXPECT_EQ(world.call("storage_store", {kKey, kValue}).gas, 2100 + 10'000 + 10);
  EXPECT_EQ(left(), 0);
  world.put_word(kKey, 3);
  world.frame.gas = 2100 + 10'000 + kSlot; // no gas more than it takes
  EXPECT_EQ(world.call("storage_store", {kKey, kValue}).status, Status::Success);
  EXPECT_EQ(world.frame.gas, 0);
  world.put_word(kKey, 4);
  world.frame.gas = 2100 + 10'000 + kSlot - 1;
  EXPECT_EQ(world.call("storage_store", {kKey, kValue}).status, Status::OutOfGas);
}

/// A key is a slot; what of key and value is beyond 32 bytes is code, in state gas alone.
TEST_F(AbiStateGas, TheByteColumn) {
  give_reservoir(1'000'000);
  EXPECT_EQ(world.call("kv_set", {kKey, 40, kData, 70}).gas, 12'100 + 2 * 6 + 3 * 3);
  EXPECT_EQ(spent(), kSlot + (40 - 32 + 70 - 32) * kByte);
  const int64_t before = spent();
  world.put_word(kData, 1);
  EXPECT_EQ(world.call("kv_set", {kKey, 40, kData, 33}).gas, 100 + 2 * 6 + 2 * 3);
  EXPECT_EQ(spent(), before + kByte);
  // The slot comes back, what was beyond it does not.
  EXPECT_EQ(world.call("kv_remove", {kKey, 40}).gas, 100 + 2 * 6);
  EXPECT_EQ(spent(), before + kByte - kSlot);
  EXPECT_EQ(left() + spent(), 1'000'000);
}

TEST_F(AbiStateGas, NewAccounts) {
  give_reservoir(2 * kAccount);
  world.put_address(kKey, to_address(U256{0xdead}));
  const Called sent = world.call("call_contract", {kKey, kValue, kData, 0, 1000});
  EXPECT_EQ(sent.leaving, Leaving::Call);
  EXPECT_EQ(sent.gas, 3000 + 11'300);
  EXPECT_EQ(spent(), kAccount);
  EXPECT_EQ(world.frame.next_state_gas, kAccount);
  EXPECT_EQ(world.next.state_gas, kAccount);
  const Called created = world.call("create", {0, kData, 4, 0, kOut});
  EXPECT_EQ(created.leaving, Leaving::Call);
  EXPECT_EQ(created.gas, 12'000 + 2);
  EXPECT_EQ(spent(), 2 * kAccount);
  EXPECT_EQ(left(), 0);
}

TEST_F(AbiStateGas, Registers) {
  give_reservoir(10'000'000);
  EXPECT_EQ(world.call("res_create", {1, kData, 100, kOut}).result, 0u);
  EXPECT_GE(spent(), kSlot + (100 - 32) * kByte);
}

} // namespace
} // namespace zvm::engine::wasm
