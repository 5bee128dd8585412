#include "backend/interp/code.hpp"

#include <new>

#include "backend/interp/steps.hpp"
#include "backend/interp/translate.hpp"
#include "base/alloc.hpp"

namespace zvm::backend::interp {
namespace {

class SlotCode final : public Code {
 public:
  explicit SlotCode(const Source& source) : Code(source) { add_bytes(sizeof(SlotCode)); }

 private:
  [[nodiscard]] const void* refusal() const override { return &kStepHere; }
  [[nodiscard]] bool translate(uint32_t, ir::Function& function, const void*& code) override {
    thread_local SlotTranslator translator;
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

  CodeMemory memory_;
};

} // namespace

std::unique_ptr<Code> make_slot_code(const Source& source) {
  if (!allocation_allowed(sizeof(SlotCode)))
    return nullptr;
  return std::unique_ptr<Code>{new (std::nothrow) SlotCode{source}};
}

Result<std::unique_ptr<Steps>> Steps::make(std::span<const StepSource> rows,
                                           bool gas_before_stack) {
  auto steps = std::unique_ptr<Steps>(new (std::nothrow) Steps);
  if (steps == nullptr)
    return fail(ErrorCode::OutOfMemory, 0, "no memory for a step table");
  steps->table.gas_before_stack = gas_before_stack;
  SlotTranslator translator;
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
