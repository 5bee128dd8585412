#include "frontend/wasm/costs.hpp"

#include "base/assert.hpp"

namespace zvm::frontend::wasm {

Costs make_costs(const gas::Schedule& schedule) {
  ZVM_ASSERT(schedule.vm == Vm::Wasm);
  Costs costs;
  for (size_t i = 0; i < kOpCount; ++i)
    costs.of[i] = static_cost(schedule, static_cast<Op>(i));
  costs.page = schedule[gas::Cost::WasmPage];
  costs.bulk_word = schedule[gas::Cost::WasmBulkWord];
  costs.bulk_item = schedule[gas::Cost::WasmBulkItem];
  costs.four_locals = schedule[gas::Cost::WasmLocals];
  costs.moved_value = schedule[gas::Cost::WasmMove];
  costs.locals_covered = static_cast<uint64_t>(schedule[gas::Cost::WasmLocalsCovered]);
  costs.move_covered = static_cast<uint64_t>(schedule[gas::Cost::WasmMoveCovered]);
  return costs;
}

} // namespace zvm::frontend::wasm
