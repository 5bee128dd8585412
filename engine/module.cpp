#include "engine/module.hpp"

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
  auto& module = *static_cast<Module*>(owner);
  frontend::KnownStacks& known = module.known_stacks;
  frontend::Coverage& coverage = module.coverage;
  const size_t before = known.bytes() + coverage.bytes();
  if (!coverage.is_prepared())
    coverage.prepare(module.size);
  const bool done =
      frontend::lower_trace(*module.guest, module.source(), pc, {}, out, &known, &coverage);
  module.notes_bytes.fetch_add(known.bytes() + coverage.bytes() - before,
                               std::memory_order_relaxed);
  if (!done)
    return false;
  thread_local ir::PassContext context{{runtime::keccak256_word, runtime::keccak256_pair}};
  return ir::optimize(out, ir::Level::Local, context);
}

} // namespace

Module* make_module(const ModuleKind& kind, ByteView bytes) {
  if (!allocation_allowed(sizeof(Module)))
    return nullptr;
  auto* module = new (std::nothrow) Module;
  if (module == nullptr)
    return nullptr;
  if (!module->copy.try_reserve(bytes.size() + kPadding) || !module->copy.try_append(bytes) ||
      !module->copy.try_resize(bytes.size() + kPadding) ||
      !module->destinations.try_resize(bytes.size() / 64 + 1)) {
    delete module;
    return nullptr;
  }
  module->bytes = module->copy.data();
  module->size = bytes.size();
  module->vm = kind.guest->vm;
  module->schedule = kind.schedule;
  module->guest = kind.guest;
  module->steps = kind.steps;
  if (module->size < UINT32_MAX)
    module->slots.emplace(backend::Source{lower, module, static_cast<uint32_t>(module->size) + 1});
  kind.guest->find_destinations({module->bytes, module->size}, kind.strict,
                                module->destinations.data());
  module->jump_bitmap = module->destinations.data();
  return module;
}

Module* make_module(const gas::Schedule& schedule, std::unique_ptr<wasm::Contract> contract) {
  if (!allocation_allowed(sizeof(Module)))
    return nullptr;
  auto* module = new (std::nothrow) Module;
  if (module == nullptr)
    return nullptr;
  const ByteView bytes = contract->module().decoded().bytes;
  module->bytes = bytes.data();
  module->size = bytes.size();
  module->vm = Vm::Wasm;
  module->schedule = &schedule;
  module->contract = std::move(contract);
  return module;
}

} // namespace zvm::engine
