// Floating-point numbers in lanes: the functions of base/float.hpp, with a selection where those
// branch.
#pragma once

#include "base/lanes.hpp"

namespace zvm::lanes {

// ZVM_BY_LANE(builtin, function, v): the function of base/float.hpp for each lane; a compiler may
// know it for vectors.
#if __has_builtin(__builtin_elementwise_roundeven)
#define ZVM_BY_LANE(builtin, function, v) canonical<T>(builtin(v))
#else
#define ZVM_BY_LANE(builtin, function, v) by_lane<T>(v, [](T x) { return function(x); })
template <typename T, typename F>
[[nodiscard]] inline Vector<T> by_lane(Vector<T> v, F function) {
  for (size_t i = 0; i < kLanes<T>; ++i)
    v[i] = function(v[i]);
  return v;
}
#endif

/// The canonical NaN where the mask has ones.
template <ieee::Float T, typename Mask>
[[nodiscard]] inline Vector<T> nan_where(Mask mask, Vector<T> v) {
  return mask ? view<T>(splat<T>(ieee::kCanonicalNan<T>)) : v;
}
template <ieee::Float T>
[[nodiscard]] inline auto is_nan(Vector<T> v) {
  return v != v; // NOLINT: that is what it means
}
template <ieee::Float T>
[[nodiscard]] inline Vector<T> canonical(Vector<T> v) {
  return nan_where<T>(is_nan<T>(v), v);
}

template <ieee::Float T>
[[nodiscard]] inline V128 abs(V128 a) {
  return bit_and(a, splat<T>(std::bit_cast<T>(static_cast<Unsigned<T>>(~ieee::kSignBit<T>))));
}
template <ieee::Float T>
[[nodiscard]] inline V128 neg(V128 a) {
  return bit_xor(a, splat<T>(std::bit_cast<T>(ieee::kSignBit<T>)));
}
template <ieee::Float T>
[[nodiscard]] inline V128 sqrt(V128 a) {
  return pack(ZVM_BY_LANE(__builtin_elementwise_sqrt, ieee::sqrt, view<T>(a)));
}
template <ieee::Float T>
[[nodiscard]] inline V128 ceil(V128 a) {
  return pack(ZVM_BY_LANE(__builtin_elementwise_ceil, ieee::ceil, view<T>(a)));
}
template <ieee::Float T>
[[nodiscard]] inline V128 floor(V128 a) {
  return pack(ZVM_BY_LANE(__builtin_elementwise_floor, ieee::floor, view<T>(a)));
}
template <ieee::Float T>
[[nodiscard]] inline V128 trunc(V128 a) {
  return pack(ZVM_BY_LANE(__builtin_elementwise_trunc, ieee::trunc, view<T>(a)));
}
template <ieee::Float T>
[[nodiscard]] inline V128 nearest(V128 a) {
  return pack(ZVM_BY_LANE(__builtin_elementwise_roundeven, ieee::nearest, view<T>(a)));
}

template <ieee::Float T>
[[nodiscard]] inline V128 add(V128 a, V128 b) {
  return pack(canonical<T>(view<T>(a) + view<T>(b)));
}
template <ieee::Float T>
[[nodiscard]] inline V128 sub(V128 a, V128 b) {
  return pack(canonical<T>(view<T>(a) - view<T>(b)));
}
template <ieee::Float T>
[[nodiscard]] inline V128 mul(V128 a, V128 b) {
  return pack(canonical<T>(view<T>(a) * view<T>(b)));
}
template <ieee::Float T>
[[nodiscard]] inline V128 div(V128 a, V128 b) {
  return pack(canonical<T>(view<T>(a) / view<T>(b)));
}
template <ieee::Float T>
[[nodiscard]] inline V128 pmin(V128 a, V128 b) {
  return pack(view<T>(b) < view<T>(a) ? view<T>(b) : view<T>(a));
}
template <ieee::Float T>
[[nodiscard]] inline V128 pmax(V128 a, V128 b) {
  return pack(view<T>(a) < view<T>(b) ? view<T>(b) : view<T>(a));
}
/// The canonical NaN where one is.
template <ieee::Float T>
[[nodiscard]] inline V128 unless_nan(V128 a, V128 b, V128 result) {
  return pack(nan_where<T>(is_nan<T>(view<T>(a)) | is_nan<T>(view<T>(b)), view<T>(result)));
}
/// Both orders choose the same bits, but for zeros and NaNs; of zeros the union is the negative
/// one.
template <ieee::Float T>
[[nodiscard]] inline V128 min(V128 a, V128 b) {
  return unless_nan<T>(a, b, bit_or(pmin<T>(a, b), pmin<T>(b, a)));
}
template <ieee::Float T>
[[nodiscard]] inline V128 max(V128 a, V128 b) {
  return unless_nan<T>(a, b, bit_and(pmax<T>(a, b), pmax<T>(b, a)));
}

// Conversions. I is the type of the integers.

/// f32x4 of i32x4.
template <std::integral I>
[[nodiscard]] inline V128 convert(V128 a) {
  return pack(__builtin_convertvector(view<I>(a), Vector<f32>));
}
/// f64x2 of the low lanes of i32x4.
template <std::integral I>
[[nodiscard]] inline V128 convert_low(V128 a) {
  return pack(__builtin_convertvector(low_half<I>(view<I>(a)), Vector<f64>));
}
[[nodiscard]] inline V128 promote_low(V128 a) {
  return pack(canonical<f64>(__builtin_convertvector(low_half<f32>(view<f32>(a)), Vector<f64>)));
}
[[nodiscard]] inline V128 demote_zero(V128 a) {
  return pack(
      canonical<f32>(join<f32>(__builtin_convertvector(view<f64>(a), Half<f32>), Half<f32>{})));
}

/// i32x4 of f32x4: the integer part; the nearest integer there is where it does not fit, 0 for NaN.
template <std::integral I>
[[nodiscard]] inline V128 trunc_sat(V128 a) {
  const auto x = view<f32>(a);
  const auto fits = (x >= ieee::kFirst<I, f32>)&(x < ieee::kEnd<I, f32>);
  const auto inside = __builtin_convertvector(fits ? x : Vector<f32>{}, Vector<I>);
  const auto outside =
      x < 0 ? fill(std::numeric_limits<I>::min()) : fill(std::numeric_limits<I>::max());
  return pack(fits ? inside : is_nan<f32>(x) ? Vector<I>{} : outside);
}
/// i32x4 of f64x2, the high lanes 0. Here the limits are numbers of both kinds.
template <std::integral I>
[[nodiscard]] inline V128 trunc_sat_zero(V128 a) {
  const auto least = Vector<f64>{} + f64{std::numeric_limits<I>::min()};
  const auto greatest = Vector<f64>{} + f64{std::numeric_limits<I>::max()};
  auto x = view<f64>(a);
  x = is_nan<f64>(x) ? Vector<f64>{} : x;
  x = x < least ? least : x;
  x = x > greatest ? greatest : x;
  return pack(join<I>(__builtin_convertvector(x, Half<I>), Half<I>{}));
}

#undef ZVM_BY_LANE

} // namespace zvm::lanes
