#include "engine/wasm/store.hpp"

#include <cfenv>
#include <gtest/gtest.h>

#include "tests/support/wasm_module.hpp"

namespace zvm::engine::wasm {
namespace {

using namespace test::wasm;

constexpr ValueType kTwo[] = {ValueType::I32, ValueType::I64}, kOne[] = {ValueType::I64};

/// What a host function was asked, and by whom.
struct Host {
  Store* store = nullptr;
  const runtime::Function* other = nullptr;
  std::vector<uint64_t> seen;
  Status answer = Status::Success;
};

Status add(runtime::Activation&, void* data, uint64_t* slots) {
  auto& host = *static_cast<Host*>(data);
  host.seen.assign(slots, slots + 2);
  slots[0] += slots[1];
  return host.answer;
}

/// A module that exports `run`, (i32, i64) -> i64, which does nothing but call the import env.f of
/// that type.
Bytes forwarding() {
  return test::wasm::module({list(1, {function_type({kI32, kI64}, {kI64})}),
                             list(2, {imported("env", "f", {0, 0})}), list(3, {{0}}),
                             list(7, {exported("run", 0, 1), exported("f", 0, 0)}),
                             list(10, {body({0x20, 0, 0x20, 1, 0x10, 0})})});
}

/// In the reference tier and in the other.
class WasmStore : public testing::TestWithParam<engine::Tier> {
 protected:
  Instance& instance(Store& store, const Bytes& bytes) {
    auto module = Module::load(bytes, {.tier = GetParam()});
    if (!module)
      throw std::runtime_error(module.error().message());
    modules_.push_back(*std::move(module));
    const auto made = store.instantiate(*modules_.back(), linker_);
    if (!made)
      throw std::runtime_error(made.error().message());
    EXPECT_EQ(made->status, Status::Success);
    return *made->instance;
  }
  Instance& instance(const Bytes& bytes) { return instance(store_, bytes); }
  /// Results, or the status where there are none.
  std::pair<Status, Value> call(const Instance& of, const char* name,
                                std::vector<Value> arguments = {}) {
    Value result;
    const runtime::Function* function = of.find_function(name);
    const std::span<Value> results{&result, function->signature->result_count};
    const Status status = store_.call(*function, arguments, results).status;
    return {status, result};
  }

  std::vector<std::unique_ptr<Module>> modules_; // outlive the stores
  Linker linker_;
  Store store_{{.memory_bytes = 3 * runtime::kPage, .total_bytes = 5 * runtime::kPage}};
};

TEST_P(WasmStore, HostFunctionsGetTheirArgumentsAndGiveResults) {
  Host host;
  linker_.define("env", "f", store_.add_function(kTwo, kOne, add, &host));
  Instance& made = instance(forwarding());
  for (const char* name : {"f", "run"}) {
    host.seen.clear();
    const auto [status, result] = call(made, name, {Value::i32(7), Value::i64(uint64_t{1} << 40)});
    EXPECT_EQ(status, Status::Success) << name;
    EXPECT_EQ(result, Value::i64((uint64_t{1} << 40) + 7)) << name;
    EXPECT_EQ(host.seen, (std::vector<uint64_t>{7, uint64_t{1} << 40})) << name;
  }
  for (const Status answer : {Status::HostError, Status::Revert, Status::Suspended}) {
    host.answer = answer;
    EXPECT_EQ(call(made, "run", {Value::i32(7), Value::i64(1)}).first, answer);
  }
}

TEST_P(WasmStore, TheThreadsRoundingIsNotTheCodes) {
  // f(f64, f64) is their quotient.
  Instance& made =
      instance(Bytes{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x07, 0x01, 0x60, 0x02,
                     0x7c, 0x7c, 0x01, 0x7c, 0x03, 0x02, 0x01, 0x00, 0x07, 0x05, 0x01, 0x01, 0x66,
                     0x00, 0x00, 0x0a, 0x09, 0x01, 0x07, 0x00, 0x20, 0x00, 0x20, 0x01, 0xa3, 0x0b});
  constexpr double kThird = 1.0 / 3;
  for (const int mode : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    std::fesetround(mode);
    const auto quotient = call(made, "f", {Value::f64(1), Value::f64(3)});
    const int after = std::fegetround();
    std::fesetround(FE_TONEAREST);
    EXPECT_EQ(quotient, (std::pair{Status::Success, Value::f64(kThird)})) << mode;
    EXPECT_EQ(after, mode);
  }
}

TEST_P(WasmStore, ACallThatIsNotOfTheSignatureIsTheHostsMistake) {
  Host host;
  const runtime::Function* f = store_.add_function(kTwo, kOne, add, &host);
  Value result;
  const Value good[] = {Value::i32(1), Value::i64(2)}, bad[] = {Value::i64(1), Value::i64(2)};
  EXPECT_EQ(store_.call(*f, good, {&result, 1}).status, Status::Success);
  EXPECT_EQ(result, Value::i64(3));
  EXPECT_EQ(store_.call(*f, bad, {&result, 1}).status, Status::Misuse);
  EXPECT_EQ(store_.call(*f, {good, 1}, {&result, 1}).status, Status::Misuse);
  EXPECT_EQ(store_.call(*f, good, {}).status, Status::Misuse);
}

TEST_P(WasmStore, HostFunctionsMayCallAgain) {
  Host host;
  const auto inner = [](runtime::Activation&, void* data, uint64_t* slots) {
    auto& h = *static_cast<Host*>(data);
    Value result;
    const Value arguments[] = {Value::i32(1), Value::i64(slots[1])};
    const CallResult done = h.store->call(*h.other, arguments, {&result, 1});
    slots[0] = result.slots[0] * 10;
    return done.status;
  };
  host.store = &store_;
  host.other = store_.add_function(kTwo, kOne, add, &host);
  linker_.define("env", "f", store_.add_function(kTwo, kOne, inner, &host));
  EXPECT_EQ(call(instance(forwarding()), "run", {Value::i32(0), Value::i64(4)}),
            (std::pair{Status::Success, Value::i64(50)}));
}

TEST_P(WasmStore, CallingAgainForEverEndsAtADepth) {
  Host host;
  const auto again = [](runtime::Activation&, void* data, uint64_t* slots) {
    auto& h = *static_cast<Host*>(data);
    h.seen.push_back(0);
    Value result;
    const Value arguments[] = {Value::i32(1), Value::i64(slots[1])};
    return h.store->call(*h.other, arguments, {&result, 1}).status;
  };
  host.store = &store_;
  linker_.define("env", "f", store_.add_function(kTwo, kOne, again, &host));
  Instance& made = instance(forwarding());
  host.other = made.find_function("run");
  EXPECT_EQ(call(made, "run", {Value::i32(0), Value::i64(4)}).first, Status::StackExhausted);
  EXPECT_GT(host.seen.size(), 10u);
  EXPECT_LE(host.seen.size(), static_cast<size_t>(runtime::kCallDepth / runtime::kReentryCharge));
}

// memory.grow of memory 0 by the argument; the memory is exported.
Bytes growing(const Bytes& memory) {
  return test::wasm::module({list(1, {function_type({kI32}, {kI32})}), list(3, {{0}}),
                             list(5, {memory}),
                             list(7, {exported("grow", 0, 0), exported("m", 2, 0)}),
                             list(10, {body({0x20, 0, 0x40, 0})})});
}

TEST_P(WasmStore, MemoriesGrowToTheLimitOfTheirTypeOrTheStore) {
  constexpr uint32_t kCannot = UINT32_MAX;
  const Instance& typed = instance(growing({1, 1, 2}));
  const auto by = [&](const Instance& of, uint32_t pages) {
    return call(of, "grow", {Value::i32(pages)});
  };
  EXPECT_EQ(by(typed, 2), (std::pair{Status::Success, Value::i32(kCannot)}));
  EXPECT_EQ(by(typed, 1), (std::pair{Status::Success, Value::i32(1)}));
  const Instance& open = instance(growing({0, 1}));
  EXPECT_EQ(by(open, 3), (std::pair{Status::Success, Value::i32(kCannot)}));
  EXPECT_EQ(by(open, 2), (std::pair{Status::Success, Value::i32(1)}));
  EXPECT_EQ(bytes_of(*open.find("m")->memory).size(), 3 * runtime::kPage);
  EXPECT_EQ(store_.bytes_left(), 0u);
}

TEST_P(WasmStore, WhatTheHostCannotGiveIsNoAnswerToTheCode) {
  const Instance& a = instance(growing({0, 1}));
  const Instance& b = instance(growing({0, 3}));
  EXPECT_EQ(call(a, "grow", {Value::i32(2)}).first, Status::HostError);
  EXPECT_EQ(call(a, "grow", {Value::i32(1)}), (std::pair{Status::Success, Value::i32(1)}));
  EXPECT_EQ(call(b, "grow", {Value::i32(1)}), (std::pair{Status::Success, Value::i32(UINT32_MAX)}));
}

TEST_P(WasmStore, StoresKnowNothingOfEachOther) {
  const Bytes bytes = growing({0, 1});
  Store other;
  Instance& here = instance(bytes);
  Linker none;
  const auto there = other.instantiate(here.module(), none);
  ASSERT_TRUE(there);
  EXPECT_EQ(call(here, "grow", {Value::i32(1)}), (std::pair{Status::Success, Value::i32(1)}));
  EXPECT_EQ(here.find("m")->memory->size, 2 * runtime::kPage);
  EXPECT_EQ(there->instance->find("m")->memory->size, runtime::kPage);
}

TEST_P(WasmStore, StartFunctionRunsOrFailsTheInstance) {
  // global 0 is set to 42 by the start function; the other one is unreachable.
  const auto starting = [](const Bytes& code) {
    return test::wasm::module({list(1, {function_type({}, {})}), list(3, {{0}}),
                               list(6, {{kI32, 1, 0x41, 0, 0x0b}}), list(7, {exported("g", 3, 0)}),
                               section(8, {0}), list(10, {body(code)})});
  };
  EXPECT_EQ(get(*instance(starting({0x41, 42, 0x24, 0})).find("g")->global), Value::i32(42));
  const auto module = Module::load(starting({0x00}), {.tier = GetParam()});
  ASSERT_TRUE(module);
  Store store;
  const auto made = store.instantiate(**module, linker_);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->status, Status::Unreachable);
}

TEST_P(WasmStore, ReferencesGoThrough) {
  // (externref, funcref) -> (funcref, externref)
  const Bytes bytes = test::wasm::module(
      {list(1, {function_type({kExternRef, kFuncRef}, {kFuncRef, kExternRef})}), list(3, {{0}}),
       list(7, {exported("swap", 0, 0)}), list(10, {body({0x20, 1, 0x20, 0})})});
  const Instance& made = instance(bytes);
  const runtime::Function* swap = made.find_function("swap");
  const Value arguments[] = {Value::external(77), Value::function(swap)};
  Value results[2];
  ASSERT_EQ(store_.call(*swap, arguments, results).status, Status::Success);
  EXPECT_EQ(results[0], arguments[1]);
  EXPECT_EQ(results[1], arguments[0]);
}

TEST_P(WasmStore, AFailedInstancesFunctionsCanStillBeCalled) {
  runtime::Table* table = store_.add_table(ValueType::FuncRef, {.min = 1});
  linker_.define("env", "t", table);
  auto module = Module::load(
      test::wasm::module({list(1, {function_type({}, {kI64}), function_type({}, {})}),
                          list(2, {imported("env", "t", {1, kFuncRef, 0, 1})}), list(3, {{0}, {1}}),
                          section(8, {1}), list(9, {{0, 0x41, 0, 0x0b, 1, 0}}),
                          list(10, {body({0x42, 33}), body({0x00})})}),
      {.tier = GetParam()});
  ASSERT_TRUE(module) << module.error().message();
  modules_.push_back(*std::move(module));
  const auto made = store_.instantiate(*modules_.back(), linker_);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->status, Status::Unreachable);
  Value result;
  EXPECT_EQ(store_.call(*runtime::function_of(table->items[0]), {}, {&result, 1}).status,
            Status::Success);
  EXPECT_EQ(result, Value::i64(33));
}

INSTANTIATE_TEST_SUITE_P(Tiers, WasmStore,
                         testing::Values(engine::Tier::Step, engine::Tier::Interp,
                                         engine::Tier::Asmjit),
                         [](const auto& one) { return std::string{engine::name(one.param)}; });

} // namespace
} // namespace zvm::engine::wasm
