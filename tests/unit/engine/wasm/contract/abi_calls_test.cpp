// Calls and creations up to the message that the driver is to run, what comes back, and code.
#include <algorithm>

#include "runtime/call/address.hpp"
#include "tests/unit/engine/wasm/contract/world.hpp"

namespace zvm::engine::wasm {
namespace {

using runtime::Message;
using testing::Called;
using testing::World;

constexpr uint64_t kOther = 0x100, kSalt = 0x200, kValue = 0x300, kOut = 0x400, kData = 0x500;
constexpr uint8_t kBytes[] = {0xa, 0xb, 0xc, 0xd};

class AbiCalls : public ::testing::Test {
 protected:
  AbiCalls() {
    world.put_address(kOther, World::other());
    world.put(kData, kBytes);
    world.put_word(kValue, 7);
    world.put_word(kSalt, 0x5a17);
  }

  /// The call has left for the driver.
  const Message& left(const Called& called) {
    EXPECT_EQ(called.status, Status::Suspended);
    EXPECT_EQ(called.leaving, Leaving::Call);
    EXPECT_TRUE(std::ranges::equal(world.next.input, kBytes));
    EXPECT_EQ(world.frame.output_size, 0u);
    return world.next;
  }

  World world;
};

TEST_F(AbiCalls, Call) {
  const Called called = world.call("call_contract", {kOther, kValue, kData, 4, 1000});
  const Message& m = left(called);
  EXPECT_EQ(called.created_at, 0u);
  EXPECT_EQ(called.gas, 2600 + 9000);
  EXPECT_EQ(m.kind, CallKind::Call);
  EXPECT_EQ(m.gas, 1000 + 2300);
  EXPECT_EQ(m.value, U256{7});
  EXPECT_EQ(m.sender, World::self());
  EXPECT_EQ(m.recipient, World::other());
  EXPECT_EQ(m.depth, 1u);
  EXPECT_FALSE(m.is_static);
  EXPECT_EQ(world.frame.refused, Status::Success);
}

TEST_F(AbiCalls, AllGasButOne64th) {
  for (const uint64_t gas : {UINT64_MAX, uint64_t{World::kGas}}) {
    world.frame.gas = 64'000 + 2600;
    EXPECT_EQ(left(world.call("call_contract", {kOther, 0, kData, 4, gas})).gas, 63'000);
    EXPECT_EQ(world.frame.gas, 1000);
    world.x.journal.clear();
    world.x.journal.begin(world.store, world.schedule);
    ASSERT_EQ(world.x.journal.load(World::self(), world.frame.account), Status::Success);
  }
}

TEST_F(AbiCalls, StaticCall) {
  const Message& m = left(world.call("static_call", {kOther, kData, 4, 1000}));
  EXPECT_EQ(m.kind, CallKind::StaticCall);
  EXPECT_TRUE(m.is_static);
  EXPECT_EQ(m.recipient, World::other());
  EXPECT_TRUE(m.value.is_zero());
}

TEST_F(AbiCalls, DelegateCall) {
  const Message& m = left(world.call("delegate_call", {kOther, kData, 4, 1000}));
  EXPECT_EQ(m.kind, CallKind::DelegateCall);
  EXPECT_EQ(m.recipient, World::self());
  EXPECT_EQ(m.code_address, World::other());
  EXPECT_EQ(m.sender, world.frame.message.sender);
  EXPECT_EQ(m.value, world.frame.message.value);
}

/// They are the driver's to report: the call leaves, and no message begins.
TEST_F(AbiCalls, RefusedCalls) {
  world.put_word(kValue, 1001);
  left(world.call("call_contract", {kOther, kValue, kData, 4, 1000}));
  EXPECT_EQ(world.frame.refused, Status::InsufficientBalance);
  world.frame.message.depth = runtime::kMaxDepth;
  left(world.call("call_contract", {kOther, 0, kData, 4, 1000}));
  EXPECT_EQ(world.frame.refused, Status::CallDepth);
}

TEST_F(AbiCalls, Create) {
  const Called called = world.call("create", {kValue, kData, 4, 0, kOut});
  const Message& m = left(called);
  EXPECT_EQ(called.created_at, kOut);
  EXPECT_EQ(m.kind, CallKind::Create);
  EXPECT_EQ(m.value, U256{7});
  EXPECT_EQ(m.recipient, runtime::create_address(World::self(), 1));
  EXPECT_EQ(world.frame.account->now.nonce, 2u);
}

TEST_F(AbiCalls, CreateWithSalt) {
  const Called called = world.call("create", {0, kData, 4, kSalt, 0});
  const Message& m = left(called);
  EXPECT_EQ(called.created_at, 0u);
  EXPECT_EQ(m.kind, CallKind::Create2);
  EXPECT_TRUE(m.value.is_zero());
  EXPECT_EQ(m.recipient, runtime::create2_address(World::self(), 0x5a17, kBytes));
}

TEST_F(AbiCalls, CreateOfTooMuchCode) {
  constexpr uint64_t kMost = 1000;
  world.schedule.prices[static_cast<size_t>(gas::Cost::MaxInitcodeSize)].execution = kMost;
  EXPECT_EQ(world.call("create", {0, 0, kMost + 1, 0, 0}).status, Status::OutOfGas);
  EXPECT_EQ(world.call("create", {0, 0, kMost, 0, 0}).leaving, Leaving::Call);
}

TEST_F(AbiCalls, ReturnData) {
  EXPECT_EQ(world.call("return_data_size", {}).result, 3u);
  EXPECT_EQ(world.call("return_data_copy", {kOut, 1, 2}).status, Status::Success);
  constexpr uint8_t kCopied[] = {8, 7, 0};
  EXPECT_TRUE(std::ranges::equal(world.bytes(kOut, 3), kCopied));
  const uint64_t outside[][2] = {{0, 4}, {3, 1}, {4, 0}, {0xffffffff, 1}};
  for (const auto& [from, size] : outside) {
    const std::vector<uint8_t> memory = world.memory();
    EXPECT_EQ(world.call("return_data_copy", {kOut, from, size}).status, Status::OutOfBounds);
    EXPECT_EQ(world.memory(), memory);
  }
}

TEST_F(AbiCalls, Code) {
  EXPECT_EQ(world.call("code_size", {kOther}).result, 3u);
  EXPECT_EQ(world.call("code_size", {kOther}).gas, 100);
  EXPECT_EQ(world.call("code_hash", {kOther, kOut}).status, Status::Success);
  runtime::Account* account = nullptr;
  ASSERT_EQ(world.x.journal.load(World::other(), account), Status::Success);
  EXPECT_EQ(world.word(kOut), to_word(account->now.code_hash));
  world.put(kOut, std::vector<uint8_t>(4, 0xee));
  EXPECT_EQ(world.call("code_copy", {kOther, kOut, 1, 3}).status, Status::Success);
  constexpr uint8_t kCopied[] = {0xad, 0xbe, 0, 0xee};
  EXPECT_TRUE(std::ranges::equal(world.bytes(kOut, 4), kCopied));
  EXPECT_EQ(world.call("code_copy", {kOther, kOut, 0xffffffff, 3}).status, Status::Success);
  EXPECT_EQ(world.bytes(kOut, 1)[0], 0);
  // No account has no hash.
  world.put_address(kOther, to_address(U256{0xabcdef}));
  EXPECT_EQ(world.call("code_hash", {kOther, kOut}).status, Status::Success);
  EXPECT_TRUE(world.word(kOut).is_zero());
  EXPECT_EQ(world.call("code_size", {kOther}).result, 0u);
}

} // namespace
} // namespace zvm::engine::wasm
