// Traces and snippets: the two forms in which a byte-coded guest reaches the IR.
//
// A snippet is one opcode alone, for step form: made once per schedule, for any code. A trace is
// the code from one pc along fall-through and constant jumps, with side exits where the path may
// part; it is lowered when its code is warm, once per pc, relative to the operand-stack pointer.
#pragma once

#include "frontend/coverage.hpp"
#include "frontend/guest.hpp"
#include "frontend/known_stacks.hpp"
#include "ir/function.hpp"

namespace zvm::frontend {

struct TraceLimits {
  uint32_t instructions = 160; ///< of the guest
  uint32_t jumps = 16;         ///< constant jumps followed
};

/// Writes the snippet of a defined opcode. False where memory ran out.
[[nodiscard]] bool lower_snippet(const Guest& guest, const gas::Schedule& schedule, uint8_t opcode,
                                 ir::Function& out);

/// Writes the trace that begins at pc. False where memory ran out. `known`, where there is one,
/// says what earlier traces of the code have found to be on the stack at pc, and learns what this
/// one finds where it ends; `coverage`, how much of it they have lowered.
[[nodiscard]] bool lower_trace(const Guest& guest, const Source& source, uint32_t pc,
                               const TraceLimits& limits, ir::Function& out,
                               KnownStacks* known = nullptr, Coverage* coverage = nullptr);

} // namespace zvm::frontend
