// What the passes want to know of an op at a glance, from the table of ops.
#pragma once

#include <array>

#include "ir/evaluate.hpp"
#include "ir/opcodes.hpp"

namespace zvm::ir {

using Traits = uint8_t;
/// Has rules in fold.
inline constexpr Traits kFolds = 1 << 0;
/// A branch with a condition.
inline constexpr Traits kBranches = 1 << 1;
/// Tells cse something: it can be merged, or reads or writes memory.
inline constexpr Traits kMerges = 1 << 2;
/// Nothing is lost when the result is not used. A load of memory may go, its touch remains.
inline constexpr Traits kRemovable = 1 << 3;
/// Its result may be known to be narrower than its type.
inline constexpr Traits kHasWidth = 1 << 4;
/// It asks for less than all of its operands, or may be computed in fewer bits.
inline constexpr Traits kHasDemand = 1 << 5;

consteval std::array<Traits, kOpCount> make_traits() {
  std::array<Traits, kOpCount> all{};
  for (unsigned i = 0; i < kOpCount; ++i) {
    const auto op = static_cast<Op>(i);
    const OpInfo& row = kOps[i];
    Traits t = 0;
    const bool evaluates = op <= Op::Trunc;
    if (evaluates)
      t |= kFolds | kHasWidth | kHasDemand;
    if (op == Op::BrIf || op == Op::BrTable)
      t |= kBranches;
    const bool is_pure = row.effects == Pure;
    const bool touches_memory = row.has(ReadsMemory) || row.has(WritesMemory);
    if (is_pure || (touches_memory && !row.has(Terminator)))
      t |= kMerges;
    if (is_pure || op == Op::MemLoad || op == Op::MemSize || op == Op::Hash || op == Op::GasLeft)
      t |= kRemovable;
    if (op == Op::DataSize || op == Op::MemSize || op == Op::GasLeft || op == Op::Context)
      t |= kHasWidth;
    if (op == Op::MemStore8 || op == Op::MemTouch)
      t |= kHasDemand;
    all[i] = t;
  }
  return all;
}
inline constexpr std::array<Traits, kOpCount> kTraits = make_traits();

[[nodiscard]] constexpr Traits traits(Op op) { return kTraits[static_cast<uint8_t>(op)]; }

} // namespace zvm::ir
