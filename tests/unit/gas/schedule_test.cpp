#include "gas/schedule.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "gas/cost_info.hpp"

namespace zvm::gas {
namespace {

TEST(WasmSchedule, HasNames) {
  EXPECT_EQ(*parse_wasm_schedule("wasm-1"), WasmSchedule::Wasm1);
  EXPECT_EQ(*parse_wasm_schedule("wasm-v03"), WasmSchedule::WasmV03);
  EXPECT_EQ(name(WasmSchedule::WasmV03), "wasm-v03");
  const auto refused = parse_wasm_schedule("wasm-2");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::UnknownName);
}

TEST(WasmSchedule, PrepaysRegions) {
  const Schedule s = make_wasm_schedule(WasmSchedule::Wasm1, Revision::Osaka);
  EXPECT_EQ(s.vm, Vm::Wasm);
  EXPECT_EQ(s.unit, Unit::Region);
  EXPECT_EQ(make_evm_schedule(Revision::Osaka).unit, Unit::Instruction);
}

// Slots, accounts and hashes cost a contract of any VM the same gas.
TEST(WasmSchedule, SharesThePricesOfTheEvm) {
  const Schedule wasm = make_wasm_schedule(WasmSchedule::Wasm1, Revision::Osaka);
  const Schedule evm = make_evm_schedule(Revision::Osaka);
  for (const Cost cost : {Cost::Sload, Cost::SstoreSet, Cost::ColdSlot, Cost::ColdAccount,
                          Cost::CallValue, Cost::Log1, Cost::LogByte, Cost::KeccakWord})
    EXPECT_EQ(wasm[cost], evm[cost]) << info(cost).name;
  EXPECT_EQ(wasm.rules, evm.rules);
}

TEST(WasmSchedule, CountsInSubunits) {
  const Schedule s = make_wasm_schedule(WasmSchedule::Wasm1, Revision::Osaka);
  EXPECT_EQ(s.subunits, 1000);
  EXPECT_EQ(s.to_counter(21'000), 21'000'000);
  EXPECT_EQ(s.to_gas(21'000'000), 21'000);
  EXPECT_EQ(s.to_gas(20'999'999), 20'999) << "a gas that is begun is spent";
  EXPECT_EQ(s.to_gas(999), 0);

  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(s.to_gas(s.to_counter(kMost)), kMost / 1000);
  const Schedule v03 = make_wasm_schedule(WasmSchedule::WasmV03, Revision::Osaka);
  EXPECT_EQ(v03.to_counter(kMost), kMost);
  EXPECT_EQ(v03.to_gas(kMost), kMost);
}

TEST(WasmSchedule, CanBeOverridden) {
  const Override page{Cost::WasmPage, {.execution = 7, .state = 0}};
  const Schedule s = make_wasm_schedule(WasmSchedule::Wasm1, Revision::Osaka, {&page, 1});
  EXPECT_EQ(s[Cost::WasmPage], 7);
  EXPECT_NE(s.fingerprint(),
            make_wasm_schedule(WasmSchedule::Wasm1, Revision::Osaka).fingerprint());
}

TEST(WasmSchedule, IsNotAnyOtherVms) {
  const Schedule one = make_wasm_schedule(WasmSchedule::Wasm1, Revision::Osaka);
  EXPECT_NE(one.fingerprint(),
            make_wasm_schedule(WasmSchedule::WasmV03, Revision::Osaka).fingerprint());
  EXPECT_NE(one.fingerprint(), make_zvm_schedule(Revision::Osaka).fingerprint());
  EXPECT_NE(one.fingerprint(),
            make_wasm_schedule(WasmSchedule::Wasm1, Revision::Cancun).fingerprint());
}

// EIP-8037: 120, 64 and 23 bytes, and each of code, for 1,530 gas a byte.
TEST(StateGas, IsPricedByTheByteInEveryVm) {
  for (const Schedule& s :
       {make_evm_schedule(Revision::Amsterdam), make_zvm_schedule(Revision::Amsterdam),
        make_wasm_schedule(WasmSchedule::Wasm1, Revision::Amsterdam)}) {
    EXPECT_EQ(s.state(Cost::StateByte), 1530);
    EXPECT_EQ(s.state(Cost::NewAccount), 183'600);
    EXPECT_EQ(s.state(Cost::SstoreSet), 97'920);
    EXPECT_EQ(s.state(Cost::Delegation), 35'190);
    EXPECT_EQ(s.state(Cost::CodeByte), 1530);
    EXPECT_EQ(s.state(Cost::SystemCallGas), 1'566'720);
    EXPECT_EQ(s.state(Cost::ColdSlot), 0);
  }
  EXPECT_EQ(make_evm_schedule(Revision::Osaka).state(Cost::SstoreSet), 0);
}

TEST(StateGas, FollowsThePriceOfAByte) {
  const Override byte{Cost::StateByte, {.state = 10}};
  const Schedule s = make_evm_schedule(Revision::Amsterdam, {&byte, 1});
  EXPECT_EQ(s.state(Cost::NewAccount), 1200);
  EXPECT_EQ(s.state(Cost::SstoreSet), 640);
  EXPECT_EQ(s.state(Cost::CodeByte), 10);
  EXPECT_EQ(s.state(Cost::SystemCallGas), 10'240);
  EXPECT_EQ(s[Cost::SstoreSet], 10'100) << "execution gas stays";
  EXPECT_NE(s.fingerprint(), make_evm_schedule(Revision::Amsterdam).fingerprint());
}

TEST(StateGas, OfAPriceReplacedByItselfStands) {
  const Override slot{Cost::SstoreSet, {.execution = 7, .state = 5}};
  const Override byte{Cost::StateByte, {.state = 10}};
  for (const auto& overrides : {std::array{slot, byte}, std::array{byte, slot}}) {
    const Schedule s = make_evm_schedule(Revision::Amsterdam, overrides);
    EXPECT_EQ(s[Cost::SstoreSet], 7);
    EXPECT_EQ(s.state(Cost::SstoreSet), 5);
    EXPECT_EQ(s.state(Cost::NewAccount), 1200);
  }
}

} // namespace
} // namespace zvm::gas
