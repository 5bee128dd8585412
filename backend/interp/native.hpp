// Code of a compiler at a place of the machine's table.
#pragma once

#include "backend/interp/machine.hpp"
#include "backend/native.hpp"

namespace zvm::backend::interp {

/// What stands at a place that has been compiled. Compiled code jumps to `imm` of such.
[[nodiscard]] Instr native_place(const void* code, Enter enter);
/// What stands at a place that stays in step form; compiled code jumps to `code`, which says so.
[[nodiscard]] Instr step_place(const void* code);

} // namespace zvm::backend::interp
