// What each row of a schedule is, in words.
#pragma once

#include "base/table.hpp"
#include "gas/schedule.hpp"

namespace zvm::gas {

struct CostInfo {
  std::string_view name;
  std::string_view unit; ///< what the price is for one of; "op" marks static prices of instructions
  std::string_view text;
};
inline constexpr CostInfo kCostInfo[] = {
#define COST(name, value, unit, text) {#name, unit, text},
#include "gas/evm.def"
#undef COST
#define ZVM_COST(name, value, unit, text) {#name, unit, text},
#include "gas/zvm.def"
#undef ZVM_COST
#define WASM_COST(name, wasm_1, wasm_v03, unit, text) {#name, unit, text},
#include "gas/wasm.def"
#undef WASM_COST
};
static_assert(std::size(kCostInfo) == kCostCount);
inline constexpr CostInfo kNoCost{"?", "", "No price has this number."};

[[nodiscard]] constexpr const CostInfo& info(Cost cost) { return row_of(kCostInfo, cost, kNoCost); }

} // namespace zvm::gas
