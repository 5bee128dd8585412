// A decoded module as what the IR has of one: its declarations, which lowered functions are held
// against.
#pragma once

#include "frontend/wasm/module.hpp"
#include "ir/module.hpp"

namespace zvm::frontend::wasm {

/// `gas_unit`: of the counter in one gas. Bodies are for lower(). False where memory ran out.
[[nodiscard]] bool declare(const Module& module, int64_t gas_unit, ir::Module& out);

} // namespace zvm::frontend::wasm
