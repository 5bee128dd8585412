// Bounds of memory: whatever keeps an access inside, results, traps and gas are the same.
#include <gtest/gtest.h>

#include "engine/wasm/store.hpp"
#include "gas/schedule.hpp"
#include "runtime/module/fault.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::engine::wasm {
namespace {

using namespace test::wasm;
using runtime::Bounds;
using runtime::kPage;

/// One page. `load` (i32) -> i64: 8 bytes; `store` (i32, i64): the same; `peek` (i32) -> i64: a
/// byte. All but `peek` at an offset.
Bytes accessing(uint64_t offset) {
  const Bytes at = unsigned_leb(offset);
  return test::wasm::module(
      {list(1, {function_type({kI32}, {kI64}), function_type({kI32, kI64}, {})}),
       list(3, {{0}, {1}, {0}}), list(5, {{0x00, 1}}),
       list(7, {exported("load", 0, 0), exported("store", 0, 1), exported("peek", 0, 2),
                exported("memory", 2, 0)}),
       list(10, {body(joined({{0x20, 0, 0x29, 0}, at})),
                 body(joined({{0x20, 0, 0x20, 1, 0x37, 0}, at})), body({0x20, 0, 0x31, 0, 0})})});
}

struct Setting {
  const char* name;
  engine::Tier tier;
  Bounds bounds;
};
constexpr Setting kSettings[] = {{"step", engine::Tier::Step, Bounds::Guard},
                                 {"explicit", engine::Tier::Interp, Bounds::Explicit},
                                 {"guard", engine::Tier::Interp, Bounds::Guard},
                                 {"asmjit explicit", engine::Tier::Asmjit, Bounds::Explicit},
                                 {"asmjit guard", engine::Tier::Asmjit, Bounds::Guard}};

struct Seen {
  Status status;
  uint64_t value;
  int64_t gas_left;
  friend bool operator==(const Seen&, const Seen&) = default;
};

class Machine {
 public:
  Machine(const Setting& setting, uint64_t offset)
      : costs_(frontend::wasm::make_costs(
            gas::make_wasm_schedule(gas::WasmSchedule::Wasm1, kLatestRevision))),
        module_(*Module::load(accessing(offset),
                              {.costs = &costs_, .tier = setting.tier, .bounds = setting.bounds})),
        instance_(store_.instantiate(*module_, Linker{})->instance) {}

  Seen call(const char* name, std::vector<Value> arguments) {
    const runtime::Function* function = instance_->find_function(name);
    Value result{};
    const std::span<Value> results{&result, function->signature->result_count};
    const CallResult done = store_.call(*function, arguments, results, {.gas = 100'000});
    return {done.status, result.slots[0], done.gas_left};
  }
  [[nodiscard]] const Module& module() const { return *module_; }

 private:
  frontend::wasm::Costs costs_;
  std::unique_ptr<Module> module_;
  Store store_;
  Instance* instance_;
};

TEST(WasmBounds, AreTheSameHoweverTheyAreKept) {
  for (const uint64_t offset :
       {uint64_t{0}, uint64_t{100}, kPage - 8, kPage, runtime::kGuardedOffset,
        runtime::kGuardedOffset + 1, uint64_t{0xffff'ffff}}) {
    for (const uint64_t end : {kPage, kPage + 1, kPage - 1, kPage + 7, 2 * kPage, uint64_t{1} << 31,
                               uint64_t{0xffff'ffff}}) {
      const auto address = static_cast<uint32_t>(end - 8 - offset);
      const bool fits = offset <= kPage - 8 && address + offset <= kPage - 8;
      std::vector<std::vector<Seen>> seen;
      for (const Setting& setting : kSettings) {
        Machine machine{setting, offset};
        std::vector<Seen>& all = seen.emplace_back();
        all.push_back(machine.call("load", {Value::i32(address)}));
        all.push_back(
            machine.call("store", {Value::i32(address), Value::i64(0x1122'3344'5566'7788)}));
        all.push_back(machine.call("load", {Value::i32(address)}));
        // A store that leaves the memory has written nothing.
        all.push_back(machine.call("peek", {Value::i32(kPage - 1)}));
        EXPECT_EQ(all[0].status, fits ? Status::Success : Status::MemoryViolation);
        EXPECT_EQ(all[2].value, fits ? 0x1122'3344'5566'7788 : 0);
        EXPECT_EQ(all[3].value, fits && address + offset == kPage - 8 ? 0x11u : 0u);
        EXPECT_EQ(all, seen[0]) << setting.name << " offset " << offset << " address " << address;
      }
    }
  }
}

TEST(WasmBounds, RelyOnGuardsOnlyWhereTheyCanBe) {
  const Bounds guarded = runtime::kCanGuard ? Bounds::Guard : Bounds::Explicit;
  EXPECT_EQ((Machine{kSettings[2], 0}.module().bounds()), guarded);
  EXPECT_EQ((Machine{kSettings[1], 0}.module().bounds()), Bounds::Explicit);
  EXPECT_EQ((Machine{kSettings[0], 0}.module().bounds()), Bounds::Explicit);
  const auto of_i64 = Module::load(test::wasm::module({list(5, {{0x04, 1}})}));
  ASSERT_TRUE(of_i64);
  EXPECT_EQ((*of_i64)->bounds(), Bounds::Explicit);
  const auto of_none = Module::load(test::wasm::module({}));
  ASSERT_TRUE(of_none);
  EXPECT_EQ((*of_none)->bounds(), Bounds::Explicit);
}

TEST(WasmBounds, AnImportedMemoryHasTheGuardsThatTheCodeReliesOn) {
  const Bytes importing = test::wasm::module({list(2, {imported("env", "m", {2, 0x00, 1})})});
  for (const Bounds memory : {Bounds::Explicit, Bounds::Guard}) {
    for (const Bounds code : {Bounds::Explicit, Bounds::Guard}) {
      const auto module = Module::load(importing, {.bounds = code});
      ASSERT_TRUE(module);
      Store store{{.bounds = memory}};
      Linker linker;
      linker.define("env", "m", store.add_memory({.min = 1}));
      const auto made = store.instantiate(**module, linker);
      const bool is_refused =
          runtime::kCanGuard && memory == Bounds::Explicit && code == Bounds::Guard;
      ASSERT_EQ(made.has_value(), !is_refused);
      if (is_refused) {
        EXPECT_EQ(made.error().code, ErrorCode::IncompatibleImport);
        EXPECT_EQ(made.error().detail,
                  "the code relies on guards that the imported memory does not have; load the "
                  "module with explicit bounds");
      }
    }
  }
}

} // namespace
} // namespace zvm::engine::wasm
