// Calls and returns, as handlers of word code and of compiled code have them.
#pragma once

#include "backend/interp/function/machine.hpp"

namespace zvm::backend::interp::word {

[[gnu::always_inline]] inline void load_memory(Regs& r) {
  Activation& a = *r.activation;
  a.find_memory();
  r.memory = a.memory;
  r.memory_size = a.memory_size;
  r.touched = a.touched;
}

/// Back to the caller, whose code goes on behind the call; the word before says what gas that
/// takes.
[[gnu::always_inline]] inline Next go_back(Regs& r) {
  const Word* frame = r.fp;
  r.ip = reinterpret_cast<const Word*>(frame[kReturnIp]);
  r.fp = reinterpret_cast<Word*>(frame[kCallerFp]);
  r.gas -= static_cast<int64_t>(r.ip[-1] >> 32);
  return dispatch(r);
}

[[gnu::always_inline]] inline Next enter_code(Regs& r, const runtime::Entry& entry) {
  r.ip = static_cast<const Word*>(entry.load(std::memory_order_acquire));
  return dispatch(r);
}

/// Any function, whose arguments and header stand at fp.
Next enter_function(Regs& r, const Function& f);
/// The same in the frame of the function that calls it last.
Next enter_in_place(Regs& r, const Function& f);

} // namespace zvm::backend::interp::word
