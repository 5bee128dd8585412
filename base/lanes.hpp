// Functions of V128 by lanes, as WebAssembly 2.0 defines them (section 4.3.4): one template for
// each function, over the type of the lanes that it reads, if not said otherwise. Here is the
// vocabulary, and what treats lanes as a whole; base/lanes_integer.hpp and base/lanes_float.hpp
// compute.
//
// Written with the vectors that gcc and clang have in common; they know the machine's instructions
// for them. Where the two need different words there is one function for it here. Comparing gives
// lanes of ones where it holds.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"
#include "base/float.hpp"
#include "base/v128.hpp"

namespace zvm::lanes {

using i8 = int8_t;
using u8 = uint8_t;
using i16 = int16_t;
using u16 = uint16_t;
using i32 = int32_t;
using u32 = uint32_t;
using i64 = int64_t;
using u64 = uint64_t;
using f32 = float;
using f64 = double;

template <typename T>
using Vector [[gnu::vector_size(16)]] = T;
template <typename T>
using Half [[gnu::vector_size(8)]] = T;
template <typename T>
inline constexpr size_t kLanes = 16 / sizeof(T);

template <typename T>
using Unsigned = std::conditional_t<
    sizeof(T) == 1, u8,
    std::conditional_t<sizeof(T) == 2, u16, std::conditional_t<sizeof(T) == 4, u32, u64>>>;
/// What a lane is outside of a vector: a number of 32 or 64 bits.
template <typename T>
using Scalar = std::conditional_t<std::floating_point<T>, T,
                                  Unsigned<std::conditional_t<sizeof(T) == 8, u64, u32>>>;

template <typename T>
[[nodiscard]] inline Vector<T> view(V128 v) {
  return std::bit_cast<Vector<T>>(v);
}
template <typename V>
[[nodiscard]] inline V128 pack(V v) {
  return std::bit_cast<V128>(v);
}
/// The same number in all lanes.
template <std::integral T>
[[nodiscard]] inline Vector<T> fill(T x) {
  return Vector<T>{} + x;
}
template <typename T>
[[nodiscard]] inline Half<T> low_half(Vector<T> v) {
  return [v]<size_t... i>(std::index_sequence<i...>) {
    return __builtin_shufflevector(v, v, i...);
  }(std::make_index_sequence<kLanes<T> / 2>{});
}
template <typename T>
[[nodiscard]] inline Half<T> high_half(Vector<T> v) {
  return [v]<size_t... i>(std::index_sequence<i...>) {
    return __builtin_shufflevector(v, v, (kLanes<T> / 2 + i)...);
  }(std::make_index_sequence<kLanes<T> / 2>{});
}
template <typename T>
[[nodiscard]] inline Vector<T> join(Half<T> low, Half<T> high) {
  return [low, high]<size_t... i>(std::index_sequence<i...>) {
    return __builtin_shufflevector(low, high, i...);
  }(std::make_index_sequence<kLanes<T>>{});
}
/// The bytes that the indices modulo 16 name.
[[nodiscard]] inline Vector<u8> permute(Vector<u8> v, Vector<u8> indices) {
#if defined(__clang__)
  return __builtin_shufflevector(v, indices);
#else
  return __builtin_shuffle(v, indices);
#endif
}

// Bits.

[[nodiscard]] inline V128 bit_not(V128 a) { return pack(~view<u64>(a)); }
[[nodiscard]] inline V128 bit_and(V128 a, V128 b) { return pack(view<u64>(a) & view<u64>(b)); }
[[nodiscard]] inline V128 bit_andnot(V128 a, V128 b) { return pack(view<u64>(a) & ~view<u64>(b)); }
[[nodiscard]] inline V128 bit_or(V128 a, V128 b) { return pack(view<u64>(a) | view<u64>(b)); }
[[nodiscard]] inline V128 bit_xor(V128 a, V128 b) { return pack(view<u64>(a) ^ view<u64>(b)); }
/// Bits of a where c has ones, of b elsewhere.
[[nodiscard]] inline V128 bitselect(V128 a, V128 b, V128 c) {
  return pack((view<u64>(a) & view<u64>(c)) | (view<u64>(b) & ~view<u64>(c)));
}
[[nodiscard]] inline u32 any_true(V128 a) { return (view<u64>(a)[0] | view<u64>(a)[1]) != 0; }

// Lanes as a whole.

template <typename T>
[[nodiscard]] inline V128 splat(Scalar<T> x) {
  return pack(fill(static_cast<Unsigned<T>>(std::bit_cast<Unsigned<Scalar<T>>>(x))));
}
/// The lane, extended by its sign where T has one.
template <typename T>
[[nodiscard]] inline Scalar<T> extract_lane(V128 a, uint8_t lane) {
  ZVM_ASSERT(lane < kLanes<T>);
  return static_cast<Scalar<T>>(view<T>(a)[lane % kLanes<T>]);
}
/// By comparing, because a vector that is written in part and read as a whole waits.
template <typename T>
[[nodiscard]] inline V128 replace_lane(V128 a, Scalar<T> x, uint8_t lane) {
  using U = Unsigned<T>;
  ZVM_ASSERT(lane < kLanes<T>);
  const auto numbers = []<size_t... i>(std::index_sequence<i...>) {
    return Vector<U>{static_cast<U>(i)...};
  }(std::make_index_sequence<kLanes<T>>{});
  return pack(numbers == fill<U>(lane) ? view<U>(splat<T>(x)) : view<U>(a));
}
/// The lanes of a, and behind them of b, that the indices name, which are below 32.
[[nodiscard]] inline V128 shuffle(V128 a, V128 b, V128 indices) {
  const auto from_a = permute(view<u8>(a), view<u8>(indices)),
             from_b = permute(view<u8>(b), view<u8>(indices));
  return pack(view<i8>(indices) < 16 ? from_a : from_b);
}
/// The lanes of a that those of b name; 0 where they name none.
[[nodiscard]] inline V128 swizzle(V128 a, V128 b) {
  return pack(view<u8>(b) < 16 ? permute(view<u8>(a), view<u8>(b)) : Vector<u8>{});
}

// Comparisons of numbers.

template <typename T>
[[nodiscard]] inline V128 eq(V128 a, V128 b) {
  return pack(view<T>(a) == view<T>(b));
}
template <typename T>
[[nodiscard]] inline V128 ne(V128 a, V128 b) {
  return pack(view<T>(a) != view<T>(b));
}
template <typename T>
[[nodiscard]] inline V128 lt(V128 a, V128 b) {
  return pack(view<T>(a) < view<T>(b));
}
template <typename T>
[[nodiscard]] inline V128 gt(V128 a, V128 b) {
  return pack(view<T>(a) > view<T>(b));
}
template <typename T>
[[nodiscard]] inline V128 le(V128 a, V128 b) {
  return pack(view<T>(a) <= view<T>(b));
}
template <typename T>
[[nodiscard]] inline V128 ge(V128 a, V128 b) {
  return pack(view<T>(a) >= view<T>(b));
}

} // namespace zvm::lanes
