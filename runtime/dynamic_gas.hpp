// Gas for what is known only at run time: by units at a rate.
#pragma once

#include <cstdint>

namespace zvm::runtime {

/// Started words of 32 bytes.
[[nodiscard]] constexpr uint64_t words_of(uint64_t bytes) {
  return bytes / 32 + (bytes % 32 != 0 ? 1 : 0);
}

/// Takes `units` times `rate` gas. False: that is more than there is, or the counter is below zero;
/// nothing has happened.
[[nodiscard, gnu::always_inline]] inline bool charge_units(int64_t& gas, uint64_t units,
                                                           uint64_t rate) {
  int64_t cost = 0;
  if (__builtin_mul_overflow(units, rate, &cost) || gas < cost)
    return false;
  gas -= cost;
  return true;
}

} // namespace zvm::runtime
