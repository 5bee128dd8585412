// Floating-point arithmetic with one result on every machine: IEEE 754 binary32 and binary64,
// rounded to nearest, ties to even, as WebAssembly 2.0 defines it (section 4.3.3), with the NaN
// that it leaves open fixed: whatever arithmetic makes a NaN makes the canonical one, positive and
// with the top bit of the significand alone. What handles bits (abs, neg, copysign, pmin, pmax)
// leaves NaNs as they are.
//
// Comparisons and reinterpretations are the language's own. The build forbids contraction
// (cmake/machine.cmake); the thread's rounding mode must be the default one, with subnormals kept.
#pragma once

#include <bit>
#include <cfloat>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#if defined(__FAST_MATH__) || __FINITE_MATH_ONLY__
#error "results must not depend on what a compiler thinks is fast"
#endif

namespace zvm::ieee {

static_assert(FLT_EVAL_METHOD == 0, "excess precision would round twice");
static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);

template <typename F>
concept Float = std::same_as<F, float> || std::same_as<F, double>;

template <Float F>
using Bits = std::conditional_t<sizeof(F) == 4, uint32_t, uint64_t>;

template <Float F>
inline constexpr Bits<F> kSignBit = Bits<F>{1} << (8 * sizeof(F) - 1);

/// The bits of infinity, and below them the top bit of the significand.
template <Float F>
inline constexpr F kCanonicalNan = std::bit_cast<F>(
    static_cast<Bits<F>>(std::bit_cast<Bits<F>>(std::numeric_limits<F>::infinity()) |
                         Bits<F>{1} << (std::numeric_limits<F>::digits - 2)));

template <Float F>
[[nodiscard]] constexpr bool is_nan(F x) {
  return __builtin_isnan(x) != 0;
}
/// NaNs are rare: a branch costs nothing, a selection would lengthen every chain of operations.
template <Float F>
[[nodiscard]] constexpr F canonical(F x) {
  if (is_nan(x)) [[unlikely]]
    return kCanonicalNan<F>;
  return x;
}

template <Float F>
[[nodiscard]] constexpr F add(F a, F b) {
  return canonical(a + b);
}
template <Float F>
[[nodiscard]] constexpr F sub(F a, F b) {
  return canonical(a - b);
}
template <Float F>
[[nodiscard]] constexpr F mul(F a, F b) {
  return canonical(a * b);
}
template <Float F>
[[nodiscard]] constexpr F div(F a, F b) {
  return canonical(a / b);
}
template <Float F>
[[nodiscard]] inline F sqrt(F x) {
  return canonical(std::sqrt(x));
}

/// The lesser; -0 is less than 0; NaN where one is.
template <Float F>
[[nodiscard]] constexpr F min(F a, F b) {
  if (a < b || b < a) // one comparison tells this from the two other cases
    return a < b ? a : b;
  if (a == b)
    return std::bit_cast<F>(std::bit_cast<Bits<F>>(a) | std::bit_cast<Bits<F>>(b));
  return kCanonicalNan<F>;
}
/// The greater; -0 is less than 0; NaN where one is.
template <Float F>
[[nodiscard]] constexpr F max(F a, F b) {
  if (a < b || b < a)
    return a < b ? b : a;
  if (a == b)
    return std::bit_cast<F>(std::bit_cast<Bits<F>>(a) & std::bit_cast<Bits<F>>(b));
  return kCanonicalNan<F>;
}
/// b where b < a, else a, bit by bit.
template <Float F>
[[nodiscard]] constexpr F pmin(F a, F b) {
  return b < a ? b : a;
}
/// b where a < b, else a, bit by bit.
template <Float F>
[[nodiscard]] constexpr F pmax(F a, F b) {
  return a < b ? b : a;
}

template <Float F>
[[nodiscard]] inline F ceil(F x) {
  return canonical(std::ceil(x));
}
template <Float F>
[[nodiscard]] inline F floor(F x) {
  return canonical(std::floor(x));
}
template <Float F>
[[nodiscard]] inline F trunc(F x) {
  return canonical(std::trunc(x));
}
/// To the nearest integer, ties to even.
template <Float F>
[[nodiscard]] inline F nearest(F x) {
  if constexpr (sizeof(F) == 4)
    return canonical(__builtin_roundevenf(x));
  else
    return canonical(__builtin_roundeven(x));
}

template <Float F>
[[nodiscard]] constexpr F abs(F x) {
  return std::bit_cast<F>(static_cast<Bits<F>>(std::bit_cast<Bits<F>>(x) & ~kSignBit<F>));
}
template <Float F>
[[nodiscard]] constexpr F neg(F x) {
  return std::bit_cast<F>(static_cast<Bits<F>>(std::bit_cast<Bits<F>>(x) ^ kSignBit<F>));
}
/// a with the sign of b.
template <Float F>
[[nodiscard]] constexpr F copysign(F a, F b) {
  if constexpr (sizeof(F) == 4)
    return __builtin_copysignf(a, b);
  else
    return __builtin_copysign(a, b);
}

[[nodiscard]] constexpr double promote(float x) { return canonical(static_cast<double>(x)); }
[[nodiscard]] constexpr float demote(double x) { return canonical(static_cast<float>(x)); }

/// Integers of 32 and 64 bits, signed and unsigned.
template <typename I>
concept Integer = std::integral<I> && (sizeof(I) == 4 || sizeof(I) == 8);

/// The integer, rounded once.
template <Float F, Integer I>
[[nodiscard]] constexpr F convert(I x) {
  return static_cast<F>(x);
}

/// Where I begins and ends as F sees it: both are powers of two, or 0.
template <Integer I, Float F>
inline constexpr F kFirst = static_cast<F>(std::numeric_limits<I>::min());
template <Integer I, Float F>
inline constexpr F kEnd = 2 * static_cast<F>(I{1} << (std::numeric_limits<I>::digits - 1));

enum class Truncation : uint8_t {
  Ok,
  InvalidConversion, ///< of a NaN
  IntegerOverflow,   ///< the integer does not fit
};

/// The integer part in `result`, which stays as it is where there is none that fits.
template <Integer I, Float F>
[[nodiscard]] constexpr Truncation trunc_to(F x, I& result) {
  // Numbers just below the first integer still have it as their integer part. Where F has no
  // numbers between it and the integer before, that one is rounded back to it.
  constexpr F kBefore = kFirst<I, F> - 1;
  const bool is_behind_begin = kBefore < kFirst<I, F> ? kBefore < x : kFirst<I, F> <= x;
  if (is_behind_begin && x < kEnd<I, F>) [[likely]] {
    result = static_cast<I>(x);
    return Truncation::Ok;
  }
  return is_nan(x) ? Truncation::InvalidConversion : Truncation::IntegerOverflow;
}

/// The integer part; the nearest integer there is where it does not fit, 0 for NaN.
template <Integer I, Float F>
[[nodiscard]] constexpr I trunc_sat(F x) {
  if (kFirst<I, F> <= x && x < kEnd<I, F>) [[likely]]
    return static_cast<I>(x);
  if (is_nan(x))
    return 0;
  return x < 0 ? std::numeric_limits<I>::min() : std::numeric_limits<I>::max();
}

} // namespace zvm::ieee
