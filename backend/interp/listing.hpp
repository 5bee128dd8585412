// Code of the interpreter as text: what the translators write, an instruction a line. For who reads
// it; no running code does. Handlers are called what the tables say from which the translators take
// them.
#pragma once

#include <string>

#include "backend/interp/function/code.hpp"
#include "ir/function.hpp"

namespace zvm::backend::interp {

/// The slot code of a trace or a snippet. Empty where the translator does not take it, or memory
/// ran out.
///
/// An instruction is its handler and its operands, the result first. s0 is the slot at the slot
/// pointer, t the accumulator; pc 5 top +2: on at that pc with the stack two items higher; else
/// {…}: how its exit record leaves.
[[nodiscard]] std::string list_slot_code(const ir::Function& function);

/// The word code of a function of a module that has so many own ones. acc, facc: the accumulators;
/// row of 3: its handler executes the next two, too.
[[nodiscard]] std::string list_word_code(const ir::Function& function, const ModuleSource& module,
                                         uint32_t functions);

} // namespace zvm::backend::interp
