// How handlers of word code call the functions of runtime/libcalls.def.
#pragma once

#include "backend/interp/function/machine.hpp"
#include "backend/interp/libcall.hpp"

namespace zvm::backend::interp::word {

[[gnu::always_inline]] inline Activation& context_of(const Regs& r) { return *r.activation; }

// Where operands are: in the slot that a field names; numbers, in a field or half of a word.
template <unsigned kField>
[[gnu::always_inline]] inline Word in_slot(const Regs& r) {
  return r.fp[field<kField>(r)];
}
template <unsigned kField>
[[gnu::always_inline]] inline Word in_field(const Regs& r) {
  return field<kField>(r);
}
template <unsigned kHalf>
[[gnu::always_inline]] inline Word in_half(const Regs& r) {
  return half<kHalf>(r);
}

/// An instruction of kWords that is nothing but the call; dst <- the result. A failure traps.
template <Libcall kCall, unsigned kWords, Word (*... kOperands)(const Regs&)>
Next called(Regs& r) {
  constexpr const runtime::LibcallInfo& kInfo = info(kCall);
  constexpr bool kHasResult = kInfo.parameters[kInfo.count - 1] == runtime::Passed::NumberResult;
  Status status;
  Word result = 0;
  if constexpr (kHasResult)
    status = invoke<kCall>(r, kOperands(r)..., result);
  else
    status = invoke<kCall>(r, kOperands(r)...);
  if (status != Status::Success) [[unlikely]]
    return finish(r, status);
  if constexpr (kHasResult)
    write<true>(r, result);
  return next<kWords>(r);
}

template <Libcall kCall, unsigned kWords, Word (*... kOperands)(const Regs&)>
inline constexpr Handler calling = handler<called<kCall, kWords, kOperands...>>;

} // namespace zvm::backend::interp::word
