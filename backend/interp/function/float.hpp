// Instructions of two floats. What they compute is in base/float.hpp.
#pragma once

#include "backend/interp/function/machine.hpp"
#include "base/float.hpp"

namespace zvm::backend::interp::word {

template <auto kFunction, typename T, At kAtA, At kAtB, bool kStore>
[[gnu::always_inline]] inline bool float_binary(Regs& r) {
  write_float<kStore>(r, kFunction(read_float<T, kAtA, kA>(r), read_float<T, kAtB, kB>(r)));
  return behind<2>(r);
}
template <auto kFunction, typename T, At kAtA, At kAtB, bool kStore>
[[gnu::always_inline]] inline bool float_compare(Regs& r) {
  write<kStore>(r, kFunction(read_float<T, kAtA, kA>(r), read_float<T, kAtB, kB>(r)) ? 1 : 0);
  return behind<2>(r);
}

} // namespace zvm::backend::interp::word
