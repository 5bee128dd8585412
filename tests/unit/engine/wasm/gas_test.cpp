// What code pays, counted by hand from the rows of gas/wasm.def and frontend/wasm/costs.def.
#include <gtest/gtest.h>

#include "engine/wasm/store.hpp"
#include "frontend/wasm/costs.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::engine::wasm {
namespace {

using namespace test::wasm;

constexpr int64_t kGas = 1'000'000'000;

/// In the reference tier and in the other.
class WasmGas : public testing::TestWithParam<engine::Tier> {
 protected:
  struct Outcome {
    Status status;
    uint64_t result;
    int64_t units;
  };
  /// Calls function 0, (i32) -> i32; function 1 is () -> ().
  Outcome run(gas::WasmSchedule schedule, const Bytes& body0, uint32_t argument,
              const Bytes& body1 = body({}), int64_t gas = kGas) {
    const auto costs =
        frontend::wasm::make_costs(gas::make_wasm_schedule(schedule, kLatestRevision));
    const Bytes bytes =
        test::wasm::module({list(1, {function_type({kI32}, {kI32}), function_type({}, {}),
                                     function_type({}, Bytes(6, kI32))}),
                            list(3, {{0}, {1}}), list(5, {{0, 1}}),
                            list(7, {exported("run", 0, 0)}), list(10, {body0, body1})});
    auto module = Module::load(bytes, {.costs = &costs, .tier = GetParam()});
    if (!module)
      throw std::runtime_error(module.error().message());
    Store store;
    const auto made = store.instantiate(**module, Linker{});
    if (!made)
      throw std::runtime_error(made.error().message());
    const Value input = Value::i32(argument);
    Value result;
    const CallResult done =
        store.call(*made->instance->find_function("run"), {&input, 1}, {&result, 1}, {.gas = gas});
    return {done.status, result.slots[0], gas - done.gas_left};
  }
  /// Both schedules.
  void expect(const Bytes& body0, uint32_t argument, uint64_t result, int64_t wasm_1,
              int64_t wasm_v03, const Bytes& body1 = body({})) {
    const Outcome weighed = run(gas::WasmSchedule::Wasm1, body0, argument, body1);
    EXPECT_EQ(weighed.status, Status::Success);
    EXPECT_EQ(weighed.result, result);
    EXPECT_EQ(weighed.units, wasm_1);
    EXPECT_EQ(run(gas::WasmSchedule::WasmV03, body0, argument, body1).units, wasm_v03);
  }
};

/// run(n): n times round a loop of five instructions.
const Bytes kLoop = body({0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 0});

TEST_P(WasmGas, IsTheSumOfInstructions) {
  expect(body({0x20, 0, 0x41, 7, 0x6a}), 35, 42, 100 + 100 + 300, 3);
  expect(body({0x20, 0, 0x41, 7, 0x6c}), 6, 42, 100 + 100 + 500, 3);
  expect(body({0x20, 0, 0x41, 7, 0x6e}), 43, 6, 100 + 100 + 800, 3);
}

TEST_P(WasmGas, IsAllTakenByATrap) {
  const Bytes traps = body({0x41, 1, 0x41, 0, 0x6e});
  const Outcome trap = run(gas::WasmSchedule::Wasm1, traps, 0);
  EXPECT_EQ(trap.status, Status::DivisionByZero);
  EXPECT_EQ(trap.units, kGas);
  // What cannot be paid is OutOfGas, whatever else it would have been.
  EXPECT_EQ(run(gas::WasmSchedule::Wasm1, traps, 0, body({}), 999).status, Status::OutOfGas);
  EXPECT_EQ(run(gas::WasmSchedule::Wasm1, traps, 0, body({}), 1000).status, Status::DivisionByZero);
}

TEST_P(WasmGas, IsPaidEachTimeRound) {
  expect(kLoop, 1, 0, 100 + 800 + 100, 1 + 5 + 1);
  expect(kLoop, 1000, 0, 100 + 1000 * 800 + 100, 1 + 1000 * 5 + 1);
}

TEST_P(WasmGas, IsOfTheArmThatIsTaken) {
  // if (n) 1 * 1 else nop, 2
  const Bytes choice =
      body({0x20, 0, 0x04, kI32, 0x41, 1, 0x41, 1, 0x6c, 0x05, 0x01, 0x41, 2, 0x0b});
  expect(choice, 1, 1, 200 + 100 + 100 + 500, 5);
  expect(choice, 0, 2, 200 + 100 + 100, 4);
}

TEST_P(WasmGas, CountsPagesAndWords) {
  const Bytes grow = body({0x20, 0, 0x40, 0}); // memory.grow
  expect(grow, 0, 1, 200, 2);
  expect(grow, 3, 1, 200 + 3 * 200'000, 2 + 3 * 200);
  const Bytes fill = body({0x41, 0, 0x41, 1, 0x20, 0, 0xfc, 11, 0, 0x41, 0}); // memory.fill
  expect(fill, 0, 0, 300 + 300 + 100, 5);
  expect(fill, 33, 0, 300 + 300 + 100 + 2 * 100, 5 + 2);
}

TEST_P(WasmGas, IsAlsoForLocals) {
  const Bytes call = body({0x10, 1, 0x20, 0});
  expect(call, 9, 9, 500 + 100, 2, body({1, 64, kI32}, {}));
  expect(call, 9, 9, 500 + 100 + 100, 2 + 1, body({1, 65, kI32}, {}));
}

// Six results go through the end of a block, though only a branch that is not taken leads there;
// four are covered.
TEST_P(WasmGas, IsAlsoForValuesThroughLabels) {
  Bytes code = {0x02, 2}; // block of type 2
  for (uint8_t i = 0; i < 6; ++i)
    code.insert(code.end(), {0x41, i});
  code.insert(code.end(), {0x20, 0, 0x0d, 0, 0x0b}); // br_if 0
  code.insert(code.end(), 5, 0x1a);                  // drop
  const int64_t moved = 2;
  // Not taken, values go to the end all the same: the branch pays, and falling pays.
  expect(body(code), 0, 0, 6 * 100 + 100 + 200 + 5 * 100 + 2 * moved * 50, 13 + 2 * moved);
  expect(body(code), 1, 0, 6 * 100 + 100 + 200 + 5 * 100 + moved * 50, 13 + moved);
}

TEST_P(WasmGas, RunsOutAtTheHeadOfARegion) {
  constexpr int64_t kNeeds = 1 + 1000 * 5 + 1;
  const auto v03 = gas::WasmSchedule::WasmV03;
  EXPECT_EQ(run(v03, kLoop, 1000, body({}), kNeeds).status, Status::Success);
  EXPECT_EQ(run(v03, kLoop, 1000, body({}), kNeeds - 1).status, Status::OutOfGas);
  EXPECT_EQ(run(v03, kLoop, UINT32_MAX, body({}), 12'345).status, Status::OutOfGas);
}

// A constant that does not fit the instruction must not come between an address and the store that
// it is for.
TEST_P(WasmGas, LeavesOperandsAlone) {
  // mem[n + 8] = a large i64, then its low byte
  const Bytes store = body({0x20, 0,    0x41, 8,    0x6a, 0x42, 0x83, 0x86, 0x8c, 0x98, 0xb0,
                            0xe0, 0x80, 0x01, 0x37, 3,    0,    0x41, 0,    0x2d, 0,    72});
  expect(store, 64, 3, 100 + 100 + 300 + 100 + 300 + 100 + 300, 7);
}

INSTANTIATE_TEST_SUITE_P(Wasm, WasmGas,
                         testing::Values(engine::Tier::Step, engine::Tier::Interp,
                                         engine::Tier::Asmjit),
                         [](const auto& p) { return std::string{engine::name(p.param)}; });

} // namespace
} // namespace zvm::engine::wasm
