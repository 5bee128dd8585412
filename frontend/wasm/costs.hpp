// What instructions cost: the class of each, from the rows of costs.def, and a schedule's prices by
// instruction.
#pragma once

#include <algorithm>
#include <array>

#include "frontend/wasm/opcodes.hpp"
#include "gas/cost_info.hpp"

namespace zvm::frontend::wasm {

using CostTable = std::array<gas::Cost, kOpCount>;

struct CostRow {
  Op first, last;
  gas::Cost cost;
};

// Not constexpr, so that reaching them in make_cost_table is a compile error that says why.
void instruction_without_price();
void instruction_priced_twice();
void class_is_no_static_price();

/// Fails to compile unless the rows stand in the order of opcodes.def and leave nothing out.
template <size_t N>
consteval CostTable make_cost_table(const CostRow (&rows)[N]) {
  CostTable table{};
  size_t next = 0;
  for (const CostRow& row : rows) {
    const auto first = static_cast<size_t>(row.first), last = static_cast<size_t>(row.last);
    if (first > next)
      instruction_without_price();
    if (first < next || last < first)
      instruction_priced_twice();
    if (gas::info(row.cost).unit != "op")
      class_is_no_static_price();
    for (; next <= last; ++next)
      table[next] = row.cost;
  }
  if (next != kOpCount)
    instruction_without_price();
  return table;
}

inline constexpr CostRow kCostRows[] = {
#define COST_OF(first, last, cost) {Op::first, Op::last, gas::Cost::cost},
#include "frontend/wasm/costs.def"
#undef COST_OF
};
inline constexpr CostTable kCostOf = make_cost_table(kCostRows);

/// The static price of one instruction, in sub-units. Lowering asks Costs, which has all of them at
/// hand.
[[nodiscard]] inline int64_t static_cost(const gas::Schedule& schedule, Op op) {
  return schedule[kCostOf[static_cast<size_t>(op)]];
}

/// A schedule's prices as lowering needs them, all in sub-units; made once for each schedule.
struct Costs {
  std::array<int64_t, kOpCount> of{}; ///< static, by instruction
  int64_t page = 0;                   ///< each page that memory.grow asks for
  int64_t bulk_word = 0;              ///< each started 32 bytes of memory.fill, .copy, .init
  int64_t bulk_item = 0;              ///< each item of table.fill, .copy, .init, .grow
  int64_t four_locals = 0;
  int64_t moved_value = 0;
  uint64_t locals_covered = 0;
  uint64_t move_covered = 0;

  [[nodiscard]] int64_t operator[](Op op) const { return of[static_cast<size_t>(op)]; }
  /// Static, on top of what stands first in a function: setting up its locals, with the parameters.
  [[nodiscard]] int64_t entry(uint64_t locals) const {
    return static_cast<int64_t>((beyond(locals, locals_covered) + 3) / 4) * four_locals;
  }
  /// Static, on top of the instruction: of a branch or return by what it takes along, taken or not;
  /// of loop by its parameters; of else and end, where they are fallen into, by the results of
  /// their block; of a call by its results.
  [[nodiscard]] int64_t move(uint64_t count) const {
    return static_cast<int64_t>(beyond(count, move_covered)) * moved_value;
  }

 private:
  [[nodiscard]] static uint64_t beyond(uint64_t count, uint64_t covered) {
    return count - std::min(count, covered);
  }
};
[[nodiscard]] Costs make_costs(const gas::Schedule& schedule);

} // namespace zvm::frontend::wasm
