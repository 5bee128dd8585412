// Executions that are stopped from outside: cancelled by another thread, past a deadline, past a
// limit. They end soon as what they are, leave nothing behind, and the machine goes on.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/support/relays.hpp"

namespace zvm::test {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

// Each writes first, so that there is something to take back.
constexpr std::string_view kEvmLoop = R"(
  PUSH 1 PUSH 1 SSTORE
again: JUMPDEST
  PUSH @again JUMP)";
constexpr std::string_view kZvmLoop = R"(
.container zvm
  PUSH 1 PUSH 1 SSTORE
again:
  PUSH 7 PUSH 9 MUL POP
  PUSH @again JUMP)";
// 600 messages deep, then the loop.
constexpr std::string_view kDeepLoop = R"(
  PUSH 1 PUSH 1 SSTORE
  PUSH 0 CALLDATALOAD PUSH 1 ADD PUSH 0 MSTORE
  PUSH 0 MLOAD PUSH 600 LT PUSH @again JUMPI
  PUSH 0 PUSH 0 PUSH 32 PUSH 0 PUSH 0 ADDRESS GAS CALL
  STOP
again: JUMPDEST
  PUSH @again JUMP)";
// Two contracts that call each other, again and again, never deep: no frame runs for long.
constexpr std::string_view kCallsInALoop = R"(
  PUSH 1 PUSH 1 SSTORE
again: JUMPDEST
  PUSH 0 PUSH 0 PUSH 0 PUSH 0 PUSH 0 PUSH 0xc2 GAS CALL POP
  PUSH @again JUMP)";
// A WASM contract that loops, called with all gas.
constexpr std::string_view kCallsWasm = R"(
  PUSH 1 PUSH 1 SSTORE
  PUSH 3 PUSH 0 MSTORE
  PUSH 0 PUSH 0 PUSH 32 PUSH 0 PUSH 0 PUSH 0xc3 GAS CALL
  STOP)";
constexpr std::string_view kShortCode = "PUSH 0 SLOAD POP STOP";
// 2^32-1 rounds of BLAKE2F: minutes in one instruction.
constexpr std::string_view kBlake2f = R"(
  PUSH 1 PUSH 1 SSTORE
  PUSH 0xffffffff PUSH 224 SHL PUSH 0 MSTORE
  PUSH 64 PUSH 0 PUSH 213 PUSH 0 PUSH 9 GAS STATICCALL
  PUSH 0 SSTORE STOP)";

struct Endless {
  const char* name;
  std::string_view code; ///< without any: the WASM relay, which loops
};
constexpr Endless kEndless[] = {{"Loop", kEvmLoop},        {"ZvmLoop", kZvmLoop},
                                {"Deep", kDeepLoop},       {"Calls", kCallsInALoop},
                                {"Blake2f", kBlake2f},     {"Wasm", {}},
                                {"WasmCalled", kCallsWasm}};

runtime::Message message() {
  runtime::Message m;
  m.gas = kPlentyOfGas;
  m.sender = address_of(0xcafe);
  m.recipient = m.code_address = address_of(0xc1);
  return m;
}

class Stopped : public testing::TestWithParam<std::tuple<Endless, engine::Tier>> {
 protected:
  runtime::MemoryStore store_;
  std::string before_;
  std::unique_ptr<engine::Machine> machine_;
  RichScenario rich_;

  void SetUp() override {
    const std::string_view code = std::get<0>(GetParam()).code;
    put_code(store_, address_of(0xc1), code.empty() ? wasm_relay() : assembled(code));
    put_code(store_, address_of(0xc3), wasm_relay());
    put_code(store_, address_of(0xc2), assembled(kShortCode));
    before_ = dump(store_);
    machine_ = fault_machine(fault_engine(std::get<1>(GetParam())));
  }

  /// Runs the endless code, which must end as `expected`, soon.
  void ends_as(Status expected) {
    runtime::MessageResult result;
    const auto began = steady_clock::now();
    runtime::Message m = message();
    const std::vector<uint8_t> loop = input({kLoop});
    m.input = loop;
    EXPECT_EQ(machine_->execute(store_, m, true, result), expected);
    EXPECT_LT(steady_clock::now() - began, 20s);
    EXPECT_TRUE(result.output.empty());
    EXPECT_EQ(dump(store_), before_);
  }

  /// What comes next on the machine is what comes on a new one.
  void goes_on() {
    std::string shown[2];
    for (int fresh = 0; fresh < 2; ++fresh) {
      runtime::MemoryStore store;
      rich_.fill(store);
      const auto other = fault_machine(machine_->engine());
      engine::Machine& machine = fresh == 0 ? *machine_ : *other;
      runtime::TransactionResult result;
      ASSERT_EQ(rich_.run(machine, store, result), Status::Success);
      shown[fresh] = RichScenario::describe(machine, result) + dump(store);
    }
    EXPECT_EQ(shown[0], shown[1]);
  }
};

TEST_P(Stopped, ByAnotherThread) {
  for (const auto delay : {0ms, 1ms, 30ms}) {
    std::thread other{[&] {
      std::this_thread::sleep_for(delay);
      machine_->cancel();
    }};
    ends_as(Status::Cancelled);
    other.join();
    // Until it is taken back, everything ends so.
    ends_as(Status::Cancelled);
    machine_->clear_cancel();
  }
  goes_on();
}

TEST_P(Stopped, ByADeadline) {
  machine_->set_deadline(steady_clock::now() + 20ms);
  ends_as(Status::DeadlineExceeded);
  machine_->set_deadline({});
  goes_on();
}

INSTANTIATE_TEST_SUITE_P(Endless, Stopped,
                         testing::Combine(testing::ValuesIn(kEndless),
                                          testing::Values(engine::Tier::Step, engine::Tier::Interp,
                                                          engine::Tier::Asmjit,
                                                          engine::Tier::Auto)),
                         [](const auto& info) {
                           return std::string{std::get<0>(info.param).name} + "_" +
                                  std::string{engine::name(std::get<1>(info.param))};
                         });

class Limited : public testing::TestWithParam<engine::Tier> {
 protected:
  std::unique_ptr<engine::Machine> machine_ = fault_machine(fault_engine(GetParam()));
  RichScenario rich_;

  Status run(std::string& shown) {
    runtime::MemoryStore store;
    rich_.fill(store);
    const std::string before = dump(store);
    runtime::TransactionResult result;
    const Status status = rich_.run(*machine_, store, result);
    if (status == Status::Success)
      shown = RichScenario::describe(*machine_, result) + dump(store);
    else
      EXPECT_EQ(dump(store), before);
    return status;
  }
};

TEST_P(Limited, Steps) {
  std::string expected, shown;
  ASSERT_EQ(run(expected), Status::Success);
  for (uint64_t steps = 0; steps < 1000; steps += 1 + steps / 4) {
    machine_->limits().steps = steps;
    ASSERT_EQ(run(shown), Status::StepLimit) << steps;
  }
  machine_->limits().steps = 100'000;
  ASSERT_EQ(run(shown), Status::Success);
  EXPECT_EQ(shown, expected);
  machine_->limits() = {};
  ASSERT_EQ(run(shown), Status::Success);
  EXPECT_EQ(shown, expected);
}

TEST_P(Limited, Memory) {
  std::string expected, shown;
  ASSERT_EQ(run(expected), Status::Success);
  for (uint64_t bytes = 0; bytes < 40'000; bytes += 4096) {
    machine_->limits().memory = bytes;
    const Status status = run(shown);
    ASSERT_TRUE(status == Status::HostError) << bytes << " " << name(status);
  }
  machine_->limits().memory = 1 << 20;
  ASSERT_EQ(run(shown), Status::Success);
  EXPECT_EQ(shown, expected);
}

TEST_P(Limited, CancelledAtAnyTime) {
  std::string expected, shown;
  ASSERT_EQ(run(expected), Status::Success);
  std::atomic<bool> done{false};
  std::thread other{[&] {
    while (!done.load()) {
      machine_->cancel();
      std::this_thread::sleep_for(50us);
      machine_->clear_cancel();
      std::this_thread::sleep_for(200us);
    }
  }};
  unsigned cancelled = 0;
  for (int i = 0; i < 200; ++i) {
    const Status status = run(shown);
    if (status == Status::Cancelled) {
      ++cancelled;
    } else {
      EXPECT_EQ(status, Status::Success);
      EXPECT_EQ(shown, expected);
    }
  }
  done.store(true);
  other.join();
  machine_->clear_cancel();
  ASSERT_EQ(run(shown), Status::Success);
  EXPECT_EQ(shown, expected);
  RecordProperty("cancelled", static_cast<int>(cancelled));
}

INSTANTIATE_TEST_SUITE_P(Tiers, Limited,
                         testing::Values(engine::Tier::Step, engine::Tier::Interp,
                                         engine::Tier::Asmjit, engine::Tier::Auto),
                         [](const auto& info) { return std::string{engine::name(info.param)}; });

} // namespace
} // namespace zvm::test
