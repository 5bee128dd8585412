// What a store of modules answers to arguments that cannot be, and to two threads.
#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "engine/wasm/store.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::engine::wasm {
namespace {

using namespace test::wasm;

constexpr ValueType kInt[] = {ValueType::I32};
constexpr auto kNoType = static_cast<ValueType>(77);

Status give_wide(runtime::Activation&, void*, uint64_t* slots) {
  slots[0] = 0xffff'ffff'0000'0007;
  return Status::Success;
}
Status give_no_status(runtime::Activation&, void*, uint64_t*) { return static_cast<Status>(99); }
Status give_host_error(runtime::Activation&, void*, uint64_t*) { return Status::HostError; }

class WasmMisuse : public testing::Test {
 protected:
  const Instance& instance(const Bytes& bytes) {
    module_ = Module::load(bytes).value();
    return *store_.instantiate(*module_, linker_)->instance;
  }
  std::unique_ptr<Module> module_;
  Linker linker_;
  Store store_;
  Value result_ = Value::i64(1);
};

TEST_F(WasmMisuse, WhatIsAdded) {
  const auto expect_cause = [](const void* made, HostCause cause) {
    EXPECT_EQ(made, nullptr);
    EXPECT_EQ(host_failure().cause, cause) << host_failure().message();
  };
  expect_cause(store_.add_function(kInt, kInt, nullptr), HostCause::ItemFunction);
  expect_cause(store_.add_function({static_cast<const ValueType*>(nullptr), 3}, {}, give_wide),
               HostCause::ItemFunction);
  const ValueType odd[] = {kNoType};
  expect_cause(store_.add_function(odd, {}, give_wide), HostCause::ItemType);
  expect_cause(store_.add_function({}, odd, give_wide), HostCause::ItemType);
  expect_cause(store_.add_table(ValueType::I32, {1, 2}), HostCause::ItemType);
  expect_cause(store_.add_table(kNoType, {1, 2}), HostCause::ItemType);
  expect_cause(store_.add_table(ValueType::FuncRef, {3, 2}), HostCause::ItemSizes);
  expect_cause(store_.add_memory({3, 2}), HostCause::ItemSizes);
  expect_cause(store_.add_memory({UINT64_MAX, UINT64_MAX, true}), HostCause::ItemSizes);
  expect_cause(store_.add_global({kNoType, {}}, true), HostCause::ItemType);

  Store small{{.total_bytes = 1}};
  expect_cause(small.add_memory({1, 1}), HostCause::StoreBytesLimit);
  EXPECT_EQ(host_failure().asked, 65'536u);
  EXPECT_EQ(host_failure().limit, 1u);
}

TEST_F(WasmMisuse, Calls) {
  const Bytes identity = one_function({kI32}, {kI32}, {0x20, 0});
  const runtime::Function* f = instance(identity).function(0);
  const Value seven = Value::i32(7), wrong = Value::i64(7), odd{kNoType, {}};
  const auto expect_misuse = [&](std::span<const Value> arguments, std::span<Value> results,
                                 const CallOptions& options, HostCause cause) {
    EXPECT_EQ(store_.call(*f, arguments, results, options).status, Status::Misuse);
    EXPECT_EQ(host_failure().cause, cause) << host_failure().message();
  };
  expect_misuse({&wrong, 1}, {&result_, 1}, {}, HostCause::FunctionTypes);
  EXPECT_EQ(result_, Value{}); // nothing is left of what stood there
  expect_misuse({&odd, 1}, {&result_, 1}, {}, HostCause::FunctionTypes);
  expect_misuse({}, {&result_, 1}, {}, HostCause::FunctionTypes);
  expect_misuse({&seven, 1}, {}, {}, HostCause::FunctionTypes);
  expect_misuse({static_cast<const Value*>(nullptr), 1}, {&result_, 1}, {},
                HostCause::FunctionTypes);
  expect_misuse({&seven, 1}, {&result_, 1}, {.gas = -1}, HostCause::CallGas);
  expect_misuse({&seven, 1}, {&result_, 1}, {.gas = INT64_MIN}, HostCause::CallGas);
  // Whoever asks to be asked, and is not there, is taken to have cancelled; the failure before is
  // not this one's.
  EXPECT_EQ(store_.call(*f, {&seven, 1}, {&result_, 1}, {.gas = 5, .floor = INT64_MAX}).status,
            Status::Cancelled);
  EXPECT_EQ(host_failure().status, Status::Cancelled);
  EXPECT_EQ(host_failure().cause, HostCause::None);
  EXPECT_EQ(store_.call(*f, {&seven, 1}, {&result_, 1}).status, Status::Success);
  EXPECT_EQ(result_, seven);
}

// Code addresses memory by what stands in a slot, so nothing may stand above an i32.
TEST_F(WasmMisuse, WhatIsNarrowerThanASlotIsExtended) {
  // A load from where the argument says, and one from where a host function says.
  const runtime::Function* host = store_.add_function({}, kInt, give_wide);
  linker_.define("env", "f", host);
  const Bytes bytes = test::wasm::module(
      {list(1, {function_type({kI32}, {kI32}), function_type({}, {kI32})}),
       list(2, {imported("env", "f", {0, 1})}), list(3, {{0}, {1}}), list(5, {{0, 1}}),
       list(7, {exported("at", 0, 1), exported("asked", 0, 2)}),
       list(10, {body({0x20, 0, 0x2d, 0, 0}), body({0x10, 0, 0x2d, 0, 0})})});
  const Instance& made = instance(bytes);
  const Value wide{ValueType::I32, {0xffff'ffff'0000'0005, 3}};
  EXPECT_EQ(store_.call(*made.find_function("at"), {&wide, 1}, {&result_, 1}).status,
            Status::Success);
  EXPECT_EQ(result_, Value::i32(0));
  EXPECT_EQ(store_.call(*made.find_function("asked"), {}, {&result_, 1}).status, Status::Success);
  EXPECT_EQ(store_.call(*host, {}, {&result_, 1}).status, Status::Success);
  EXPECT_EQ(result_, Value::i32(7));
  runtime::Global* global = store_.add_global(wide, true);
  EXPECT_EQ(get(*global), Value::i32(5));
  EXPECT_TRUE(set(*global, wide));
  EXPECT_EQ(get(*global), Value::i32(5));
}

TEST_F(WasmMisuse, WhatHostFunctionsAnswer) {
  const runtime::Function* odd = store_.add_function({}, {}, give_no_status);
  EXPECT_EQ(store_.call(*odd, {}, {}).status, Status::Misuse);
  EXPECT_EQ(host_failure().cause, HostCause::UnknownStatus);
  const runtime::Function* failing = store_.add_function({}, {}, give_host_error);
  EXPECT_EQ(store_.call(*failing, {}, {}).status, Status::HostError);
  EXPECT_EQ(host_failure().cause, HostCause::HostFunction);
}

TEST_F(WasmMisuse, LinkersOfNothing) {
  const Bytes bytes = test::wasm::module(
      {list(1, {function_type({}, {})}), list(2, {imported("env", "f", {0, 0})})});
  module_ = Module::load(bytes).value();
  Extern odd;
  odd.kind = static_cast<ExternKind>(9);
  for (const Extern& item : {Extern{static_cast<const runtime::Function*>(nullptr)},
                             Extern{static_cast<runtime::Table*>(nullptr)}, odd}) {
    linker_.define("env", "f", item);
    const auto made = store_.instantiate(*module_, linker_);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::UnknownImport);
    EXPECT_NE(made.error().message().find("\"env\" \"f\""), std::string::npos);
  }
}

TEST_F(WasmMisuse, Modules) {
  EXPECT_EQ(Module::load({static_cast<const uint8_t*>(nullptr), 8}).error().code,
            ErrorCode::BadArgument);
  const auto odd = static_cast<runtime::Bounds>(9);
  const auto made = Module::load(one_function({}, {}, {}), {.bounds = odd});
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->bounds(), runtime::Bounds::Explicit);
}

std::atomic<int> g_stage{0};
Status wait_inside(runtime::Activation&, void*, uint64_t*) {
  g_stage.store(1);
  while (g_stage.load() != 2)
    std::this_thread::yield();
  return Status::Success;
}

TEST_F(WasmMisuse, TwoThreads) {
  g_stage.store(0);
  const runtime::Function* waits = store_.add_function({}, {}, wait_inside);
  std::thread first{[&] { EXPECT_EQ(store_.call(*waits, {}, {}).status, Status::Success); }};
  while (g_stage.load() != 1)
    std::this_thread::yield();
  EXPECT_EQ(store_.call(*waits, {}, {}).status, Status::Busy);
  EXPECT_EQ(host_failure().cause, HostCause::StoreBusy);
  g_stage.store(2);
  first.join();
  const runtime::Function* wide = store_.add_function({}, kInt, give_wide);
  EXPECT_EQ(store_.call(*wide, {}, {&result_, 1}).status, Status::Success);
}

} // namespace
} // namespace zvm::engine::wasm
