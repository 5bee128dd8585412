#include "engine/loaded_code.hpp"

#include <new>

#include "base/alloc.hpp"
#include "frontend/trace.hpp"
#include "ir/passes/passes.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::engine {
namespace {

/// Zero bytes behind the code: the longest immediate, and an opcode that stops.
constexpr size_t kPadding = 64;

bool lower(void* owner, uint32_t pc, ir::Function& out) {
  auto& code = *static_cast<LoadedCode*>(owner);
  frontend::KnownStacks& known = code.known_stacks;
  frontend::Coverage& coverage = code.coverage;
  const size_t before = known.bytes() + coverage.bytes();
  if (!coverage.is_prepared())
    coverage.prepare(code.size);
  const bool done =
      frontend::lower_trace(*code.guest, code.source(), pc, {}, out, &known, &coverage);
  code.notes_bytes.fetch_add(known.bytes() + coverage.bytes() - before, std::memory_order_relaxed);
  if (!done)
    return false;
  thread_local ir::PassContext context{{runtime::keccak256_word, runtime::keccak256_pair}};
  return ir::optimize(out, ir::Level::Local, context);
}

} // namespace

LoadedCode* load_code(const CodeKind& kind, ByteView bytes) {
  if (!allocation_allowed(sizeof(LoadedCode)))
    return nullptr;
  auto* code = new (std::nothrow) LoadedCode;
  if (code == nullptr)
    return nullptr;
  if (!code->copy.try_reserve(bytes.size() + kPadding) || !code->copy.try_append(bytes) ||
      !code->copy.try_resize(bytes.size() + kPadding) ||
      !code->destinations.try_resize(bytes.size() / 64 + 1) ||
      (bytes.size() < UINT32_MAX &&
       !code->tiers.make({lower, code, static_cast<uint32_t>(bytes.size()) + 1}))) {
    delete code;
    return nullptr;
  }
  code->bytes = code->copy.data();
  code->size = bytes.size();
  code->vm = kind.guest->vm;
  code->schedule = kind.schedule;
  code->guest = kind.guest;
  code->steps = kind.steps;
  kind.guest->find_destinations({code->bytes, code->size}, kind.strict, code->destinations.data());
  code->jump_bitmap = code->destinations.data();
  return code;
}

LoadedCode* load_code(const gas::Schedule& schedule, std::unique_ptr<wasm::Contract> contract) {
  if (!allocation_allowed(sizeof(LoadedCode)))
    return nullptr;
  auto* code = new (std::nothrow) LoadedCode;
  if (code == nullptr)
    return nullptr;
  const ByteView bytes = contract->module().decoded().bytes;
  code->bytes = bytes.data();
  code->size = bytes.size();
  code->vm = Vm::Wasm;
  code->schedule = &schedule;
  code->contract = std::move(contract);
  return code;
}

} // namespace zvm::engine
