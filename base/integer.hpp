// Division of machine integers as the ops of the IR have it, total or trapping.
#pragma once

#include <concepts>
#include <type_traits>

#include "base/status.hpp"

namespace zvm::integer {

// Total: x / 0 = x mod 0 = 0, MIN / -1 = MIN. Signed ones take and give the bits as unsigned.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T div_u(T a, T b) {
  return b == 0 ? T{0} : static_cast<T>(a / b);
}
template <std::unsigned_integral T>
[[nodiscard]] constexpr T rem_u(T a, T b) {
  return b == 0 ? T{0} : static_cast<T>(a % b);
}
template <std::unsigned_integral T>
[[nodiscard]] constexpr T div_s(T a, T b) {
  using S = std::make_signed_t<T>;
  if (static_cast<T>(b + 1) <= 1) // 0 or -1
    return b == 0 ? T{0} : static_cast<T>(T{0} - a);
  return static_cast<T>(static_cast<S>(a) / static_cast<S>(b));
}
template <std::unsigned_integral T>
[[nodiscard]] constexpr T rem_s(T a, T b) {
  using S = std::make_signed_t<T>;
  if (static_cast<T>(b + 1) <= 1)
    return 0;
  return static_cast<T>(static_cast<S>(a) % static_cast<S>(b));
}

/// Why a division that traps has no result: DivisionByZero, or IntegerOverflow where a signed
/// quotient does not fit (a remainder always does). Success: it has that of the total one.
template <bool kIsSignedQuotient, std::unsigned_integral T>
[[nodiscard]] constexpr Status division_trap(T a, T b) {
  constexpr T kMin = static_cast<T>(T{1} << (sizeof(T) * 8 - 1)), kMinusOne = static_cast<T>(~T{0});
  if (b == 0) [[unlikely]]
    return Status::DivisionByZero;
  if (kIsSignedQuotient && b == kMinusOne && a == kMin) [[unlikely]]
    return Status::IntegerOverflow;
  return Status::Success;
}

} // namespace zvm::integer
