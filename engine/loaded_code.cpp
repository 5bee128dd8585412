#include "engine/loaded_code.hpp"

#include <algorithm>
#include <new>

#include "base/alloc.hpp"
#include "frontend/program.hpp"
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

/// What other threads note of the code is left alone.
bool lower_apart(void* owner, uint32_t pc, ir::Function& out) {
  const auto& code = *static_cast<const LoadedCode*>(owner);
  thread_local ir::PassContext context{{runtime::keccak256_word, runtime::keccak256_pair}};
  return frontend::lower_trace(*code.guest, code.source(), pc, {}, out) &&
         ir::optimize(out, ir::Level::Local, context);
}

bool lower_program(void* owner, ir::Module& out) {
  const auto& code = *static_cast<const LoadedCode*>(owner);
  if (!frontend::lower_program(*code.guest, code.source(), {}, out))
    return false;
  thread_local ir::PassContext context{{runtime::keccak256_word, runtime::keccak256_pair}};
  for (ir::Function& f : std::span{out.bodies.get(), out.own_functions()}) {
    if (code.is_given_up.load(std::memory_order_relaxed) ||
        !ir::optimize(f, ir::Level::Whole, context))
      return false;
  }
  return true;
}

/// Null where memory ran out.
std::unique_ptr<LoadedCode> make_code(Vm vm, const gas::Schedule* schedule) {
  if (!allocation_allowed(sizeof(LoadedCode)))
    return nullptr;
  std::unique_ptr<LoadedCode> code{new (std::nothrow) LoadedCode};
  if (code != nullptr) {
    code->vm = vm;
    code->schedule = schedule;
  }
  return code;
}

/// Gas beyond which the code is hot, of so much for each KB that is begun.
int64_t heat_for(ByteView code, int64_t compile_gas) {
  const auto kilobytes = static_cast<int64_t>(code.size() / 1024 + 1);
  return std::min(compile_gas, INT64_MAX / kilobytes) * kilobytes;
}

} // namespace

LoadedCode* load_code(const CodeKind& kind, ByteView bytes) {
  auto code = make_code(kind.guest->vm, kind.schedule);
  if (code == nullptr || !code->copy.try_reserve(bytes.size() + kPadding) ||
      !code->copy.try_append(bytes) || !code->copy.try_resize(bytes.size() + kPadding) ||
      !code->destinations.try_resize(bytes.size() / 64 + 1) ||
      (bytes.size() < UINT32_MAX &&
       !code->tiers.make({.lower = lower,
                          .owner = code.get(),
                          .entries = static_cast<uint32_t>(bytes.size()) + 1,
                          .lower_program = lower_program,
                          .schedule = kind.schedule,
                          .lower_apart = lower_apart,
                          .counts = kind.counts,
                          .watch = kind.watch,
                          .hash = &code->hash},
                         kind.tier)))
    return nullptr;
  code->compile_at = heat_for(bytes, kind.compile_gas);
  code->bytes = code->copy.data();
  code->size = bytes.size();
  code->guest = kind.guest;
  code->steps = kind.steps;
  kind.guest->find_destinations({code->bytes, code->size}, kind.strict, code->destinations.data());
  code->jump_bitmap = code->destinations.data();
  return code.release();
}

LoadedCode* load_code(const gas::Schedule& schedule, std::unique_ptr<wasm::Contract> contract,
                      int64_t compile_gas) {
  auto code = make_code(Vm::Wasm, &schedule);
  if (code == nullptr)
    return nullptr;
  const ByteView bytes = contract->module().decoded().bytes;
  code->compile_at = heat_for(bytes, compile_gas);
  code->bytes = bytes.data();
  code->size = bytes.size();
  code->contract = std::move(contract);
  return code.release();
}

} // namespace zvm::engine
