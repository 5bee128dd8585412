// What the passes want to know of an op at a glance, from the table of ops.
#pragma once

#include <array>

#include "ir/opcodes.hpp"

namespace zvm::ir {

using Traits = uint8_t;
/// Has rules in fold.
inline constexpr Traits kFolds = 1 << 0;
/// A branch with a condition.
inline constexpr Traits kBranches = 1 << 1;
/// Tells cse something: it can be merged, or reads or writes memory.
inline constexpr Traits kMerges = 1 << 2;
/// Nothing is lost when the result is not used, unless an access may fail.
inline constexpr Traits kRemovable = 1 << 3;
/// Its result may be known to be narrower than its type.
inline constexpr Traits kHasWidth = 1 << 4;
/// It asks for less than all of its operands, or may be computed in fewer bits.
inline constexpr Traits kHasDemand = 1 << 5;

consteval std::array<Traits, kOpCount> make_traits() {
  std::array<Traits, kOpCount> all{};
  for (unsigned i = 0; i < kOpCount; ++i) {
    const OpInfo& row = kOps[i];
    const auto op = static_cast<Op>(i);
    const bool merges =
        row.is_pure() || row.has(WritesMemory) || (row.has(ReadsMemory) && !row.has(Terminator));
    const Effects least = row.attribute == Attribute::Access ? row.effects & ~MayExit : row.effects;
    all[i] = static_cast<Traits>((row.has(Computes) ? kFolds : 0) | //
                                 (op == Op::BrIf || op == Op::BrTable ? kBranches : 0) |
                                 (merges ? kMerges : 0) | (only_read(least) ? kRemovable : 0) |
                                 (row.has(Computes | Bounded) ? kHasWidth : 0) |
                                 (row.has(Computes | Partial) ? kHasDemand : 0));
  }
  return all;
}
inline constexpr std::array<Traits, kOpCount> kTraits = make_traits();

[[nodiscard]] constexpr Traits traits(Op op) { return kTraits[static_cast<uint8_t>(op)]; }

} // namespace zvm::ir
