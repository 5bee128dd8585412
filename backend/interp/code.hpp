// What the interpreter has of byte code: a step table for all, and traces by pc of what is warm.
#pragma once

#include <memory>

#include "backend/backend.hpp"
#include "backend/interp/machine.hpp"

namespace zvm::backend::interp {

struct StepEntry {
  const Instr* code = nullptr; ///< the snippet
  int64_t gas = 0;             ///< static
  uint16_t need = 0xffff;      ///< bytes of stack it takes; 0xffff: the opcode is undefined
  uint16_t room = 0;           ///< bytes of stack that may be there beyond those
  uint8_t immediate = 0;       ///< bytes behind the opcode
};

/// Snippets of all opcodes of one VM in one schedule. Immutable once built.
struct StepTable {
  StepEntry entries[256];
  bool gas_before_stack = false; ///< order of the two checks
};

/// Where the code of a pc begins; null until it is lowered.
using Place = Entry;

/// Slot code of a code object. Its entries are all places in the code, and the one behind. Null
/// where memory ran out.
[[nodiscard]] std::unique_ptr<Code> make_slot_code(const Source& source);

/// What stands at a place that stays in step form.
extern const Instr kStepHere;

} // namespace zvm::backend::interp
