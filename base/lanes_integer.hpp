// Integers in lanes. Sums, differences and products are modulo the width of a lane if not said
// otherwise, and so are computed without a sign.
#pragma once

#include <limits>

#include "base/lanes.hpp"

namespace zvm::lanes {

template <std::integral T>
using Wider = std::conditional_t<
    std::is_signed_v<T>,
    std::conditional_t<sizeof(T) == 1, i16, std::conditional_t<sizeof(T) == 2, i32, i64>>,
    std::conditional_t<sizeof(T) == 1, u16, std::conditional_t<sizeof(T) == 2, u32, u64>>>;
/// All lanes of a vector in twice the width. How functions would take it depends on the machine: by
/// reference only.
template <std::integral T>
using Widened [[gnu::vector_size(32)]] = Wider<T>;

/// Every lane of V as the nearest number that T has; V's lanes have a sign, and are wider.
template <std::integral T, typename V>
inline void saturate(V& v) {
  using From = std::remove_cvref_t<decltype(v[0])>;
  const V least = V{} + static_cast<From>(std::numeric_limits<T>::min());
  const V greatest = V{} + static_cast<From>(std::numeric_limits<T>::max());
  v = v < least ? least : v;
  v = v > greatest ? greatest : v;
}

template <std::integral T>
[[nodiscard]] inline u32 all_true(V128 a) {
  return any_true(eq<T>(a, V128{})) == 0;
}
/// The signs of the lanes, that of lane 0 in the lowest bit.
template <std::signed_integral T>
[[nodiscard]] inline u32 bitmask(V128 a) {
#if defined(__clang__)
  using Bits = bool __attribute__((ext_vector_type(kLanes<T>)));
  const Bits bits = __builtin_convertvector(view<T>(a) < 0, Bits);
  if constexpr (kLanes<T> == 16)
    return std::bit_cast<u16>(bits);
  else
    return std::bit_cast<u8>(bits) % (1u << kLanes<T>);
#else
  u32 bits = 0;
  for (unsigned i = 0; i < kLanes<T>; ++i)
    bits |= u32{view<T>(a)[i] < 0} << i;
  return bits;
#endif
}

template <std::integral T>
[[nodiscard]] inline V128 abs(V128 a) {
  return pack(view<T>(a) < 0 ? -view<Unsigned<T>>(a) : view<Unsigned<T>>(a));
}
template <std::integral T>
[[nodiscard]] inline V128 neg(V128 a) {
  return pack(-view<Unsigned<T>>(a));
}
/// Set bits: sums of neighbouring groups of 1, 2 and 4 bits.
[[nodiscard]] inline V128 popcnt(V128 a) {
  auto sums = view<u8>(a) - (view<u8>(a) >> 1 & 0x55);
  sums = (sums & 0x33) + (sums >> 2 & 0x33);
  return pack((sums + (sums >> 4)) & 0x0f);
}

template <std::integral T>
[[nodiscard]] inline V128 add(V128 a, V128 b) {
  return pack(view<Unsigned<T>>(a) + view<Unsigned<T>>(b));
}
template <std::integral T>
[[nodiscard]] inline V128 sub(V128 a, V128 b) {
  return pack(view<Unsigned<T>>(a) - view<Unsigned<T>>(b));
}
template <std::integral T>
[[nodiscard]] inline V128 mul(V128 a, V128 b) {
  return pack(view<Unsigned<T>>(a) * view<Unsigned<T>>(b));
}
template <std::integral T>
[[nodiscard]] inline V128 min(V128 a, V128 b) {
  return pack(view<T>(a) < view<T>(b) ? view<T>(a) : view<T>(b));
}
template <std::integral T>
[[nodiscard]] inline V128 max(V128 a, V128 b) {
  return pack(view<T>(a) > view<T>(b) ? view<T>(a) : view<T>(b));
}
/// The mean, rounded up.
template <std::unsigned_integral T>
[[nodiscard]] inline V128 avgr(V128 a, V128 b) {
  const auto x = __builtin_convertvector(view<T>(a), Widened<T>),
             y = __builtin_convertvector(view<T>(b), Widened<T>);
  return pack(__builtin_convertvector((x + y + 1) >> 1, Vector<T>));
}

// The nearest number there is, where the exact one does not fit.

template <std::integral T>
[[nodiscard]] inline V128 add_sat(V128 a, V128 b) {
  if constexpr (std::is_unsigned_v<T>) {
    const auto sum = view<T>(a) + view<T>(b);
    return pack(sum < view<T>(a) ? fill(std::numeric_limits<T>::max()) : sum);
  } else {
    Widened<T> sum = __builtin_convertvector(view<T>(a), Widened<T>) +
                     __builtin_convertvector(view<T>(b), Widened<T>);
    saturate<T>(sum);
    return pack(__builtin_convertvector(sum, Vector<T>));
  }
}
template <std::integral T>
[[nodiscard]] inline V128 sub_sat(V128 a, V128 b) {
  if constexpr (std::is_unsigned_v<T>) {
    return pack(view<T>(a) > view<T>(b) ? view<T>(a) - view<T>(b) : Vector<T>{});
  } else {
    Widened<T> difference = __builtin_convertvector(view<T>(a), Widened<T>) -
                            __builtin_convertvector(view<T>(b), Widened<T>);
    saturate<T>(difference);
    return pack(__builtin_convertvector(difference, Vector<T>));
  }
}
/// The lanes of a, then of b, which have signs and twice the width, as numbers of T.
template <std::integral T>
[[nodiscard]] inline V128 narrow(V128 a, V128 b) {
  using From = std::make_signed_t<Wider<T>>;
  using Both [[gnu::vector_size(32)]] = From;
  Both both;
  [&]<size_t... i>(std::index_sequence<i...>) {
    both = __builtin_shufflevector(view<From>(a), view<From>(b), i...);
  }(std::make_index_sequence<kLanes<T>>{});
  saturate<T>(both);
  return pack(__builtin_convertvector(both, Vector<T>));
}

// Shifts, by the count modulo the width of a lane.

template <std::integral T>
[[nodiscard]] inline V128 shl(V128 a, u32 count) {
  using U = Unsigned<T>;
  return pack(view<U>(a) << fill(static_cast<U>(count % (8 * sizeof(T)))));
}
/// Filled with the sign where T has one.
template <std::integral T>
[[nodiscard]] inline V128 shr(V128 a, u32 count) {
  return pack(view<T>(a) >> fill(static_cast<T>(count % (8 * sizeof(T)))));
}

// Lanes of T into lanes of twice the width.

template <std::integral T>
[[nodiscard]] inline V128 extend_low(V128 a) {
  return pack(__builtin_convertvector(low_half<T>(view<T>(a)), Vector<Wider<T>>));
}
template <std::integral T>
[[nodiscard]] inline V128 extend_high(V128 a) {
  return pack(__builtin_convertvector(high_half<T>(view<T>(a)), Vector<Wider<T>>));
}
template <std::integral T>
[[nodiscard]] inline V128 extmul_low(V128 a, V128 b) {
  return mul<Wider<T>>(extend_low<T>(a), extend_low<T>(b));
}
template <std::integral T>
[[nodiscard]] inline V128 extmul_high(V128 a, V128 b) {
  return mul<Wider<T>>(extend_high<T>(a), extend_high<T>(b));
}
/// Of each pair of lanes, the first one, which is the low half of a lane of twice the width.
template <std::integral T>
[[nodiscard]] inline V128 even_lanes(V128 a) {
  return shr<Wider<T>>(shl<Wider<T>>(a, 8 * sizeof(T)), 8 * sizeof(T));
}
template <std::integral T>
[[nodiscard]] inline V128 odd_lanes(V128 a) {
  return shr<Wider<T>>(a, 8 * sizeof(T));
}
template <std::integral T>
[[nodiscard]] inline V128 extadd_pairwise(V128 a) {
  return add<Wider<T>>(even_lanes<T>(a), odd_lanes<T>(a));
}
/// The sums of the products of each pair of lanes.
template <std::integral T>
[[nodiscard]] inline V128 dot(V128 a, V128 b) {
  using W = Wider<T>;
  return add<W>(mul<W>(even_lanes<T>(a), even_lanes<T>(b)),
                mul<W>(odd_lanes<T>(a), odd_lanes<T>(b)));
}

/// Rounded products of numbers with 15 bits behind the point; that of -1 and -1 does not fit.
[[nodiscard]] inline V128 q15mulr_sat(V128 a, V128 b) {
  const V128 half = splat<i32>(1 << 14);
  return narrow<i16>(shr<i32>(add<i32>(extmul_low<i16>(a, b), half), 15),
                     shr<i32>(add<i32>(extmul_high<i16>(a, b), half), 15));
}

} // namespace zvm::lanes
