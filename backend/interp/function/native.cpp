#include "backend/interp/function/native.hpp"

#include "backend/interp/function/call.hpp"

namespace zvm::backend::interp::word {
namespace {

// The sanitizer of function types reads what stands before a function: nothing, of one that was
// made at run time.
#if defined(__clang__)
__attribute__((no_sanitize("function")))
#endif
FunctionAnswer
enter(Regs& r, Word how, Word code) {
  Activation& a = *r.activation;
  a.gas = r.gas;
  a.native_frame = r.fp;
  return reinterpret_cast<EnterFunction>(how)(a, reinterpret_cast<const void*>(code));
}

Next go_on(Regs& r, FunctionAnswer answer) {
  const Activation& a = *r.activation;
  r.gas = a.gas;
  r.fp = a.native_frame;
  r.memory = a.memory;
  r.memory_size = a.memory_size;
  r.touched = a.touched;
  switch (answer) {
  case FunctionAnswer::Returned:
    r.acc = r.fp[0];
    return go_back(r);
  case FunctionAnswer::Finished:
    break;
  case FunctionAnswer::Word:
    r.ip = static_cast<const Word*>(a.next);
    return dispatch(r);
  case FunctionAnswer::Function:
    return enter_function(r, *a.callee);
  case FunctionAnswer::TailFunction:
    return enter_in_place(r, *a.callee);
  }
  return finish(r, a.status);
}

Next native(Regs& r) { return go_on(r, enter(r, r.ip[2], r.ip[1])); }
Next native_return(Regs& r) { return go_on(r, enter(r, r.ip[1], 0)); }

} // namespace

std::array<Word, kReplaced + 1> native_code(const void* code, EnterFunction enter) {
  return {reinterpret_cast<Word>(handler<native>), reinterpret_cast<Word>(code),
          reinterpret_cast<Word>(enter), 0};
}

const Word* replaced_code(const void* there) {
  const Word* words = static_cast<const Word*>(there);
  return words[0] == reinterpret_cast<Word>(handler<native>)
             ? reinterpret_cast<const Word*>(words[kReplaced])
             : words;
}

std::array<Word, 2> return_code(EnterFunction resume) {
  return {reinterpret_cast<Word>(handler<native_return>), reinterpret_cast<Word>(resume)};
}

} // namespace zvm::backend::interp::word
