#include "backend/interp/code.hpp"

#include "backend/interp/steps.hpp"
#include "backend/interp/translate.hpp"

namespace zvm::backend::interp {
namespace {

/// Scratch of the thread that lowers.
struct Scratch {
  Translator translator;
  ir::Function function;
};

Scratch& scratch() {
  thread_local Scratch s;
  return s;
}

} // namespace

Code::~Code() { deallocate(blocks.load(std::memory_order_relaxed)); }

Place* Code::promote() {
  const std::lock_guard lock{mutex_};
  Place* places = blocks.load(std::memory_order_acquire);
  if (places == nullptr) {
    // Zeroed memory is an array of null places.
    places = static_cast<Place*>(try_allocate_zeroed((size + 1) * sizeof(Place)));
    if (places == nullptr)
      return nullptr;
    lowered_bytes.fetch_add((size + 1) * sizeof(Place), std::memory_order_relaxed);
    blocks.store(places, std::memory_order_release);
  }
  return places;
}

const Instr* Code::lower_at(uint32_t pc) {
  Place* places = blocks.load(std::memory_order_acquire);
  if (const Instr* done = places[pc].load(std::memory_order_acquire))
    return done;
  const std::lock_guard lock{mutex_};
  if (const Instr* done = places[pc].load(std::memory_order_acquire))
    return done;
  Scratch& s = scratch();
  const Instr* entry = &kStepHere;
  if (lower != nullptr && lower(*this, pc, s.function) &&
      s.translator.translate(s.function, places)) {
    size_t bytes = 0;
    if (!s.translator.assembler().finish(memory_, entry, bytes))
      return nullptr; // memory may be there next time
    lowered_bytes.fetch_add(bytes, std::memory_order_relaxed);
  }
  places[pc].store(entry, std::memory_order_release);
  return entry;
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
    size_t bytes = 0;
    if (!translator.assembler().finish(steps->memory_, entry, bytes))
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
