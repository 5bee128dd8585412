// Lowering: a validated function becomes a function of the IR.
#pragma once

#include <span>

#include "frontend/wasm/costs.hpp"
#include "frontend/wasm/module.hpp"
#include "frontend/wasm/validate.hpp"
#include "ir/source.hpp"

namespace zvm::frontend::wasm {

struct LowerOptions {
  Profile profile;              ///< that the module was validated with
  const Costs* costs = nullptr; ///< null: nothing is charged
  /// Where each instruction that is lowered went, for verify_gas(): the pc is the offset behind it,
  /// that of setting up the function's locals the offset behind their declarations. Null: not
  /// noted.
  Vec<ir::SourceStep>* steps = nullptr;
};

/// Writes function `index`, imports not counted. Locals become variables, and so do values that
/// branches take along; operands are SSA values. Gas is charged by region: a region ends at a
/// branch, a call, memory.grow, and where branches meet. False where memory ran out.
[[nodiscard]] bool lower(const Module& module, std::span<const FunctionFacts> facts, uint32_t index,
                         const LowerOptions& options, ir::Function& out);

} // namespace zvm::frontend::wasm
