// Functions that are in a loop as word code and go on as machine code at its next round: results,
// traps and gas are those of the reference, whatever round it is and whatever lives across the head.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "engine/wasm/store.hpp"
#include "frontend/wasm/costs.hpp"
#include "tests/support/hot_loops.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::engine::wasm {
namespace {

using namespace test::wasm;

constexpr int64_t kPlenty = 3'000'000;

/// Function 0 is run: (i32) -> i64. Function 1, which it may call, is the same.
struct Program {
  const char* name;
  Bytes run;
  Bytes called = body({0x20, 0, 0xad});
  uint32_t argument = 7;
  unsigned loops = 1;              ///< that can be gone on with, at most
  Status status = Status::Success; ///< with plenty of gas

  friend std::ostream& operator<<(std::ostream& out, const Program& p) { return out << p.name; }
};

Bytes module_of(const Program& p) {
  return test::wasm::module(
      {list(1, {function_type({kI32}, {kI64}), function_type({kI64, kV128, kF64}, {kI64}),
                function_type({kI32, kF32}, {kI32, kF32})}),
       list(3, {{0}, {0}}), list(4, {{kFuncRef, 0, 2}}), list(5, {{0, 1}}),
       list(6, {{kI64, 1, 0x42, 5, 0x0b}}), list(7, {exported("run", 0, 0)}),
       list(9, {{0, 0x41, 0, 0x0b, 2, 0, 1}}), list(10, {p.run, p.called})});
}

// One more round, unless the argument is 0 then.
const Bytes kNextRound = {0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0};

/// Locals of all types change; an i64 and a vector lie below the loop and are used behind it.
const Program kTypes{
    "types", body({5, 1, kI32, 1, kI64, 1, kF32, 1, kF64, 1, kV128},
                  joined({{0x20, 0, 0xad, 0x20, 0, 0xfd, 0x11, 0x03, 0x40},
                          {0x20, 1, 0x20, 0, 0x6a, 0x21, 1},
                          {0x20, 2, 0x42, 3, 0x7e, 0x20, 1, 0xad, 0x7c, 0x21, 2},
                          {0x20, 3, 0x20, 1, 0xb2, 0x92, 0x21, 3},
                          {0x20, 4, 0x20, 0, 0xb7, 0xa0, 0x21, 4},
                          {0x20, 5, 0x20, 1, 0xfd, 0x11, 0xfd, 0xae, 1, 0x21, 5},
                          kNextRound,
                          {0x0b, 0x20, 5, 0xfd, 0xae, 1, 0xfd, 0x1d, 1, 0x85, 0x20, 2, 0x85},
                          {0x20, 3, 0xbc, 0xad, 0x7c, 0x20, 4, 0xbd, 0x7c}}))};

/// A loop with parameters of three types.
const Program kParameters{
    "parameters",
    body({4, 1, kI64, 1, kF64, 1, kV128, 1, kI64},
         joined({{0x20, 0, 0xad, 0x20, 0, 0xfd, 0x11, 0x20, 0, 0xb7, 0x03, 1},
                 {0x21, 2, 0x21, 3, 0x21, 1, 0x20, 1, 0x42, 7, 0x7e, 0x20, 0, 0xad, 0x7c},
                 {0x20, 3, 0x20, 3, 0xfd, 0xae, 1, 0x20, 2, 0x20, 0, 0xb7, 0xa0},
                 kNextRound,
                 {0xbd, 0x21, 4, 0xfd, 0x1d, 0, 0x7c, 0x20, 4, 0x85, 0x0b}}))};

/// What the outer loop has computed lies below the inner one each time.
const Program kNested{
    "nested",
    body({2, 1, kI32, 1, kI64},
         joined({{0x03, 0x40, 0x20, 0, 0xad, 0x20, 2, 0x7c, 0x41, 3, 0x21, 1, 0x03, 0x40},
                 {0x20, 2, 0x20, 1, 0xad, 0x42, 5, 0x7e, 0x7c, 0x21, 2},
                 {0x20, 1, 0x41, 1, 0x6b, 0x22, 1, 0x0d, 0, 0x0b},
                 {0x20, 2, 0x85, 0x21, 2},
                 kNextRound,
                 {0x0b, 0x20, 2}})),
    body({0x20, 0, 0xad}), 5, 2};

/// From the third round on only the way from the outer loop's head, which led forward, leads back.
const Program kEndless{"endless",
                       body({1, 1, kI32}, {0x41, 3,    0x21, 1,    0x03, 0x40, 0x03, 0x40, 0x20, 1,
                                           0x41, 1,    0x6b, 0x22, 1,    0x41, 0,    0x4a, 0x0d, 0,
                                           0x0b, 0x41, 1,    0x21, 1,    0x0c, 0,    0x0b, 0}),
                       body({0x20, 0, 0xad}),
                       1,
                       2,
                       Status::OutOfGas};

/// The innermost of three is left for each of them.
const Program kThree{
    "three",
    body({2, 1, kI32, 1, kI64},
         joined({{0x02, 0x40, 0x03, 0x40, 0x20, 0, 0xad, 0x03, 0x40},
                 {0x20, 0, 0x41, 7, 0x71, 0x21, 1, 0x03, 0x40},
                 {0x20, 2, 0x42, 31, 0x7e, 0x20, 1, 0xad, 0x7c, 0x21, 2},
                 {0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x45, 0x0d, 3},
                 {0x20, 0, 0x41, 3, 0x70, 0x45, 0x0d, 1, 0x20, 0, 0x41, 5, 0x70, 0x45, 0x0d, 2},
                 {0x20, 1, 0x41, 1, 0x6b, 0x22, 1, 0x41, 0, 0x4a, 0x0d, 0, 0x0b},
                 {0x20, 0, 0x41, 11, 0x70, 0x45, 0x0d, 0, 0x0b},
                 {0x20, 2, 0x85, 0x21, 2, 0x0c, 0, 0x0b, 0x0b, 0x20, 2}})),
    body({0x20, 0, 0xad}), 30, 3};

/// Calls, by a table too, of a function that has a loop of its own.
const Program kCalls{
    "calls",
    body({1, 1, kI64},
         joined({{0x20, 0, 0xad, 0x03, 0x40, 0x20, 1, 0x20, 0, 0x10, 1, 0x85, 0x21, 1},
                 {0x20, 1, 0x20, 0, 0x41, 1, 0x11, 0, 0, 0x7c, 0x21, 1, 0x23, 0, 0x20, 1},
                 {0x7c, 0x24, 0},
                 kNextRound,
                 {0x0b, 0x20, 1, 0x7c, 0x23, 0, 0x85}})),
    body({1, 1, kI64}, joined({{0x03, 0x40, 0x20, 1, 0x42, 3, 0x7e, 0x20, 0, 0xad, 0x7c, 0x21, 1},
                               kNextRound,
                               {0x0b, 0x20, 1}})),
    4, 2};

/// Runs deeper and deeper, in a loop each time; the stack is exhausted where it is too deep.
const Program kRecursion{
    "recursion",
    body({1, 1, kI64}, joined({{0x03, 0x40, 0x20, 1, 0x42, 1, 0x7c, 0x22, 1, 0x42, 3, 0x51, 0x04},
                               {0x40, 0x20, 0, 0x10, 0, 0x0f, 0x0b, 0x0c, 0, 0x0b, 0}})),
    body({0x20, 0, 0xad}),
    1,
    1,
    Status::StackExhausted};

const Program kDivides{
    "divides",
    body({1, 1, kI64}, joined({{0x03, 0x40, 0x20, 1, 0x41, 100, 0x20, 0, 0x41, 3, 0x6b, 0x6d},
                               {0xac, 0x7c, 0x21, 1},
                               kNextRound,
                               {0x0b, 0x20, 1}})),
    body({0x20, 0, 0xad}),
    7,
    1,
    Status::DivisionByZero};

/// Writes, each time behind what it has written, until it is outside.
const Program kStores{"stores",
                      body({1, 1, kI32}, joined({{0x03, 0x40, 0x20, 1, 0x20, 0, 0x36, 2, 0},
                                                 {0x20, 1, 0x41, 0xa0, 0x9c, 1, 0x6a, 0x21, 1},
                                                 kNextRound,
                                                 {0x0b, 0x20, 1, 0xad}})),
                      body({0x20, 0, 0xad}),
                      7,
                      1,
                      Status::MemoryViolation};
const Program kGrows{
    "grows",
    body({1, 1, kI64}, joined({{0x03, 0x40, 0x20, 1, 0x41, 1, 0x40, 0, 0xad, 0x7c, 0x21, 1},
                               {0x20, 0, 0x41, 10, 0x74, 0x20, 1, 0x37, 3, 0},
                               kNextRound,
                               {0x0b, 0x20, 1}}))};
/// Back, and out, by a table.
const Program kTable{
    "table", body({1, 1, kI64}, {0x02, 0x40, 0x03, 0x40, 0x20, 1,    0x42, 9,    0x7e, 0x20, 0,
                                 0xad, 0x7c, 0x21, 1,    0x20, 0,    0x41, 1,    0x6b, 0x22, 0,
                                 0x45, 0x0e, 1,    0,    1,    0x0b, 0x0b, 0x20, 1})};
/// Another function ends what it has begun, in the middle of the loop.
const Program kTailCall{
    "tail call", body({1, 1, kI32},
                      joined({{0x03, 0x40, 0x20, 1, 0x20, 0, 0x6a, 0x21, 1, 0x20, 0, 0x41, 2, 0x46},
                              {0x04, 0x40, 0x20, 1, 0x12, 1, 0x0b},
                              kNextRound,
                              {0x0b, 0x42, 1}}))};
/// Several values are the results of the loop.
const Program kResults{
    "results",
    body({1, 1, kF32}, joined({{0x41, 3, 0x43, 0, 0, 0x80, 0x3f, 0x03, 2, 0x43, 0, 0, 0x40, 0x40},
                               {0x94, 0x21, 1, 0x41, 5, 0x6c, 0x20, 1},
                               kNextRound,
                               {0x0b, 0xbc, 0x6a, 0xad}}))};

struct Outcome {
  Status status;
  uint64_t result;
  int64_t gas_left;
  uint64_t memory;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& o) {
  return out << name(o.status) << ' ' << o.result << ", gas left " << o.gas_left << ", memory "
             << o.memory;
}

const frontend::wasm::Costs& costs() {
  static const frontend::wasm::Costs kCosts = frontend::wasm::make_costs(
      gas::make_wasm_schedule(gas::WasmSchedule::WasmV03, kLatestRevision));
  return kCosts;
}

/// Loops go over in their round number `from`; 0: never.
struct LoopRun {
  const Module& module;
  unsigned from = 0, polls = 0;

  static Status poll(runtime::Context& context, int64_t) {
    auto& activation = static_cast<runtime::Activation&>(context);
    auto& run = *static_cast<LoopRun*>(activation.context);
    if (activation.loop != nullptr && ++run.polls >= run.from)
      test::compile_loop(run.module, activation);
    return Status::Success;
  }

  Outcome call(uint32_t argument, int64_t gas) {
    Store store;
    const auto made = store.instantiate(module, Linker{});
    if (!made)
      throw std::runtime_error(made.error().message());
    const Value input = Value::i32(argument);
    Value result;
    CallOptions options{.gas = gas, .context = this};
    if (from != 0) {
      options.floor = INT64_MAX;
      options.poll = poll;
    }
    const CallResult done =
        store.call(*made->instance->find_function("run"), {&input, 1}, {&result, 1}, options);
    const runtime::LinearMemory& memory = *made->instance->code().memories[0];
    uint64_t sum = memory.size;
    for (uint64_t at = 0; at < memory.size; at += 8) {
      uint64_t word = 0;
      std::memcpy(&word, memory.base + at, 8);
      sum = (sum ^ word) * 0x100000001b3;
    }
    return {done.status, result.slots[0], done.status == Status::OutOfGas ? 0 : done.gas_left, sum};
  }
};

std::unique_ptr<Module> load(const Program& p, Tier tier, runtime::NativeCounts* counts = nullptr,
                             runtime::Bounds bounds = runtime::Bounds::Explicit) {
  auto module = Module::load(ByteView{module_of(p)},
                             {.costs = &costs(), .tier = tier, .bounds = bounds, .counts = counts});
  if (!module)
    throw std::runtime_error(module.error().message());
  return std::move(*module);
}

class HotLoops : public testing::TestWithParam<Program> {};

TEST_P(HotLoops, GoOnAsMachineCodeInAnyRoundWithAnyGas) {
  const Program& p = GetParam();
  const auto reference = load(p, Tier::Step);
  const Outcome whole = LoopRun{*reference}.call(p.argument, kPlenty);
  EXPECT_EQ(whole.status, p.status);
  const int64_t used = whole.status == Status::Success ? kPlenty - whole.gas_left : 700;
  for (const unsigned from : {1, 2, 4}) {
    for (int64_t gas = 0; gas <= used + 1; gas += used > 3000 ? 97 : 1) {
      const Outcome expected = LoopRun{*reference}.call(p.argument, gas);
      const auto module = load(p, Tier::Auto, nullptr,
                               gas % 2 == 0 ? runtime::Bounds::Explicit : runtime::Bounds::Guard);
      EXPECT_EQ((LoopRun{*module, from}.call(p.argument, gas)), expected)
          << "from round " << from << ", gas " << gas;
    }
    const auto module = load(p, Tier::Auto);
    EXPECT_EQ((LoopRun{*module, from}.call(p.argument, kPlenty)), whole) << "from round " << from;
  }
}

TEST_P(HotLoops, AreAllCompiled) {
  const Program& p = GetParam();
  runtime::NativeCounts counts;
  const auto module = load(p, Tier::Auto, &counts);
  if (!module->tiers().can_compile())
    GTEST_SKIP() << "there is no compiler for this machine";
  (void)LoopRun{*module, 1}.call(p.argument, kPlenty);
  EXPECT_GE(counts[runtime::NativeCount::loops], 1u);
  EXPECT_LE(counts[runtime::NativeCount::loops], p.loops);
  EXPECT_EQ(counts[runtime::NativeCount::refusals], 0u);
}

INSTANTIATE_TEST_SUITE_P(Of, HotLoops,
                         testing::Values(kTypes, kParameters, kNested, kEndless, kThree, kCalls,
                                         kRecursion, kDivides, kStores, kGrows, kTable, kTailCall,
                                         kResults),
                         [](const auto& info) {
                           std::string text = info.param.name;
                           std::ranges::replace(text, ' ', '_');
                           return text;
                         });

} // namespace
} // namespace zvm::engine::wasm
