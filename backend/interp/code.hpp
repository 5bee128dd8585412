// What the interpreter keeps of a code object: the step table of its VM and schedule, and, once the code
// is warm, its lowered traces by pc.
#pragma once

#include <atomic>
#include <mutex>

#include "backend/interp/code_memory.hpp"
#include "backend/interp/machine.hpp"
#include "ir/function.hpp"

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
using Place = std::atomic<const Instr*>;

struct Code;
/// Writes the trace at pc, optimised. False where it cannot: the pc then stays in step form.
/// Called by one thread at a time for one code.
using LowerFunction = bool (*)(Code& code, uint32_t pc, ir::Function& out);

struct Code : runtime::CodeObject {
  const StepTable* steps = nullptr;
  LowerFunction lower = nullptr;
  std::atomic<Place*> blocks{nullptr}; ///< size + 1 places, made at promotion
  std::atomic<uint64_t> lowered_bytes{0};

  Code() = default;
  ~Code();
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;

  /// The table of places; null where memory ran out.
  [[nodiscard]] Place* promote();
  /// The code at pc, lowered now if it has not been. Null where that is not possible.
  [[nodiscard]] const Instr* lower_at(uint32_t pc);

 private:
  std::mutex mutex_;
  CodeMemory memory_;
};

/// What to write at a place that stays in step form.
extern const Instr kStepHere;

} // namespace zvm::backend::interp
