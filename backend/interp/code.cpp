#include "backend/interp/code.hpp"

#include "backend/interp/steps.hpp"
#include "backend/interp/translate.hpp"

namespace zvm::backend::interp {

const void* SlotCode::refusal() const { return &kStepHere; }

bool SlotCode::translate(const ir::Function& function, const void*& code) {
  thread_local Translator translator;
  if (!translator.translate(function, entries()))
    return false;
  const Instr* entry = nullptr;
  size_t size = 0;
  if (translator.assembler().finish(memory_, entry, size)) {
    add_bytes(size);
    code = entry;
  }
  return true;
}

Result<std::unique_ptr<Steps>> Steps::make(std::span<const StepSource> rows,
                                           bool gas_before_stack) {
  auto steps = std::unique_ptr<Steps>(new (std::nothrow) Steps);
  if (steps == nullptr)
    return fail(ErrorCode::OutOfMemory, 0, "no memory for a step table");
  steps->table.gas_before_stack = gas_before_stack;
  Translator translator;
  for (const StepSource& row : rows) {
    if (!translator.translate(*row.snippet, nullptr)) {
      return fail(ErrorCode::Internal, row.opcode, "the snippet cannot be translated");
    }
    const Instr* entry = nullptr;
    size_t size = 0;
    if (!translator.assembler().finish(steps->memory_, entry, size))
      return fail(ErrorCode::OutOfMemory, 0, "no memory for a step table");
    const uint32_t limit = runtime::kStackLimit;
    const uint32_t growth = row.pushes > row.pops ? row.pushes - row.pops : 0u;
    steps->table.entries[row.opcode] = {entry, row.gas, static_cast<uint16_t>(row.pops * 32),
                                        static_cast<uint16_t>((limit - growth - row.pops) * 32),
                                        row.immediate};
  }
  return steps;
}

} // namespace zvm::backend::interp
