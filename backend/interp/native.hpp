// Code of a compiler at a place of the machine's table.
#pragma once

#include "backend/backend.hpp"
#include "backend/interp/machine.hpp"
#include "backend/native.hpp"

namespace zvm::backend::interp {

/// What stands at a place that has been compiled. Compiled code jumps to `imm` of such.
struct NativePlace {
  Instr instr{};
  Entry* table = nullptr; ///< the places that compiled code goes to
  /// What stood here in the table of another tier; null: nothing.
  std::atomic<const Instr*> replaced{nullptr};
  std::atomic<uint32_t> refusals{0};
};
[[nodiscard]] Instr native_place(const void* code, Enter enter);
/// What stands at a place that is not compiled, and stays in step form where no other tier has it;
/// compiled code jumps to `code`, which says so.
[[nodiscard]] Instr step_place(const void* code);

} // namespace zvm::backend::interp
