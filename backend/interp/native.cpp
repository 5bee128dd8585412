#include "backend/interp/native.hpp"

#include "backend/interp/code.hpp"
#include "runtime/execution.hpp"

namespace zvm::backend::interp {
namespace {

using runtime::NativeCount;

// The sanitizer of function types reads what stands before a function: nothing, of one that was
// made at run time.
#if defined(__clang__)
__attribute__((no_sanitize("function")))
#endif
Answer
enter(Frame& frame, const Instr& i) {
  return reinterpret_cast<Enter>(i.imm2)(frame, reinterpret_cast<const void*>(i.imm));
}

/// What refuses so often at a place is given up where another tier has the place, too.
constexpr uint32_t kMostRefusals = 1000;

/// The place may be another than the one that was entered.
Next refused(Regs& r);

Next native(Regs& r) {
  Frame& f = *r.frame;
  f.execution->native.add(NativeCount::entries);
  f.native_blocks = reinterpret_cast<const NativePlace*>(r.ip)->table;
  f.gas = r.gas;
  f.top = reinterpret_cast<U256*>(r.slots);
  const Answer answer = enter(f, *r.ip);
  r.gas = f.gas;
  r.slots = reinterpret_cast<uint8_t*>(f.top);
  r.memory_size = f.memory_size;
  switch (answer) {
  case Answer::Step:
    return to(handler<step>);
  case Answer::Place:
    return to(handler<continue_at_pc>);
  case Answer::Refused:
    return refused(r);
  case Answer::Leave:
    break;
  }
  return leave_machine();
}

Next refused(Regs& r) {
  const Frame& f = *r.frame;
  f.execution->native.add(NativeCount::refused_entries);
  auto& at = static_cast<Place*>(f.blocks)[f.pc];
  const void* const code = at.load(std::memory_order_acquire);
  if (code == nullptr)
    return to(handler<step>);
  r.ip = static_cast<const Instr*>(code);
  if (r.ip->fn != handler<native>)
    return dispatch(r);
  auto& place = *static_cast<NativePlace*>(const_cast<void*>(code));
  const Instr* const replaced = place.replaced.load(std::memory_order_acquire);
  if (place.table != f.blocks &&
      place.refusals.fetch_add(1, std::memory_order_relaxed) == kMostRefusals) {
    place.table[f.pc].store(nullptr, std::memory_order_release);
    at.store(replaced, std::memory_order_release);
  }
  if (replaced == nullptr)
    return to(handler<step>);
  r.ip = replaced;
  return dispatch(r);
}

} // namespace

Instr native_place(const void* code, Enter enter) {
  return {handler<native>,
          0,
          0,
          0,
          0,
          reinterpret_cast<uint64_t>(code),
          reinterpret_cast<uint64_t>(enter),
          nullptr};
}

Instr step_place(const void* code) {
  Instr place = kStepHere;
  place.imm = reinterpret_cast<uint64_t>(code);
  return place;
}

} // namespace zvm::backend::interp
