// Moves, gas and jumps within a function.
#pragma once

#include <algorithm>

#include "backend/interp/function/handlers_internal.hpp"

namespace zvm::backend::interp::word {

[[gnu::always_inline]] inline bool move(Regs& r) {
  r.fp[field<kDst>(r)] = r.fp[field<kA>(r)];
  return behind<2>(r);
}

[[gnu::always_inline]] inline bool charge(Regs& r) {
  r.gas -= static_cast<int64_t>(r.ip[1]);
  return behind<2>(r);
}

[[gnu::always_inline]] inline Next poll_if(Regs& r) {
  if (r.gas < r.activation->floor.load(std::memory_order_relaxed)) [[unlikely]]
    return to(handler<polled>);
  return dispatch(r);
}

[[gnu::always_inline]] inline Next jump(Regs& r) {
  r.gas -= half<3>(r);
  r.ip += static_cast<int32_t>(half<2>(r));
  return dispatch(r);
}
[[gnu::always_inline]] inline Next jump_polled(Regs& r) {
  r.gas -= half<3>(r);
  r.ip += static_cast<int32_t>(half<2>(r));
  return poll_if(r);
}
/// To a loop's head, whose row this handler executes, too.
template <Body kHead>
[[gnu::always_inline]] inline Next jump_polled_to(Regs& r) {
  r.gas -= half<3>(r);
  r.ip += static_cast<int32_t>(half<2>(r));
  if (r.gas < r.activation->floor.load(std::memory_order_relaxed)) [[unlikely]]
    return to(handler<polled>);
  return kHead(r);
}
template <At kIndex>
[[gnu::always_inline]] inline Next jump_table(Regs& r) {
  const auto index = static_cast<uint32_t>(read<kIndex, kA>(r));
  const Word entry = r.ip[2 + std::min(index, half<3>(r))];
  const auto distance = static_cast<int32_t>(entry);
  r.gas -= static_cast<int64_t>(entry >> 32);
  r.ip += distance;
  // Only ways back poll. Which they are is seldom asked.
  if (r.gas < r.activation->floor.load(std::memory_order_relaxed) && distance <= 0) [[unlikely]]
    return to(handler<polled>);
  return dispatch(r);
}

} // namespace zvm::backend::interp::word
