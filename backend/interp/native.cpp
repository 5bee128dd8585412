#include "backend/interp/native.hpp"

#include "backend/interp/code.hpp"

namespace zvm::backend::interp {
namespace {

// The sanitizer of function types reads what stands before a function: nothing, of one that was
// made at run time.
#if defined(__clang__)
__attribute__((no_sanitize("function")))
#endif
Answer
enter(Frame& frame, const Instr& i) {
  return reinterpret_cast<Enter>(i.imm2)(frame, reinterpret_cast<const void*>(i.imm));
}

Next native(Regs& r) {
  Frame& f = *r.frame;
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
  case Answer::Leave:
    break;
  }
  return leave_machine();
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
