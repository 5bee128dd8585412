// Floating-point arithmetic out of integers, to compare the machine's with: numbers are exact, a
// significand times a power of two, and rounded once, by the rules of IEEE 754 for ties to even.
// Every NaN made is the canonical one.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <utility>

namespace zvm::test::soft {

using UInt128 = unsigned __int128;
using Int128 = __int128;

template <typename F>
struct Format;
template <>
struct Format<float> {
  using Bits = uint32_t;
  static constexpr int kPrecision = 24, kLeastExponent = -149;
};
template <>
struct Format<double> {
  using Bits = uint64_t;
  static constexpr int kPrecision = 53, kLeastExponent = -1074;
};

template <typename F>
typename Format<F>::Bits bits(F x) {
  return std::bit_cast<typename Format<F>::Bits>(x);
}
template <typename F>
F from_bits(uint64_t x) {
  return std::bit_cast<F>(static_cast<typename Format<F>::Bits>(x));
}

template <typename F>
constexpr int kFractionBits = Format<F>::kPrecision - 1;
template <typename F>
constexpr uint64_t kInfinity =
    (~uint64_t{0} >> (65 - 8 * sizeof(F))) >> kFractionBits<F> << kFractionBits<F>;
template <typename F>
constexpr uint64_t kSign = uint64_t{1} << (8 * sizeof(F) - 1);

template <typename F>
F nan() {
  return from_bits<F>(kInfinity<F> | uint64_t{1} << (kFractionBits<F> - 1));
}
template <typename F>
F infinity(bool negative) {
  return from_bits<F>(kInfinity<F> | (negative ? kSign<F> : 0));
}

template <typename F>
bool is_negative(F x) {
  return (bits(x) & kSign<F>) != 0;
}
template <typename F>
bool is_nan(F x) {
  return (bits(x) & ~kSign<F>) > kInfinity<F>;
}
template <typename F>
bool is_infinite(F x) {
  return (bits(x) & ~kSign<F>) == kInfinity<F>;
}

/// A finite number; `inexact` says that a little less than one unit of the significand is missing.
struct Exact {
  bool negative = false;
  UInt128 significand = 0;
  int exponent = 0;
  bool inexact = false;
};

inline int width(UInt128 x) {
  const auto high = static_cast<uint64_t>(x >> 64);
  return high != 0 ? 64 + std::bit_width(high) : std::bit_width(static_cast<uint64_t>(x));
}

template <typename F>
Exact exact(F x) {
  const uint64_t fraction = bits(x) & ((uint64_t{1} << kFractionBits<F>)-1);
  const auto field = static_cast<int>((bits(x) & ~kSign<F>) >> kFractionBits<F>);
  if (field == 0)
    return {is_negative(x), fraction, Format<F>::kLeastExponent};
  return {is_negative(x), fraction | uint64_t{1} << kFractionBits<F>,
          Format<F>::kLeastExponent + field - 1};
}

template <typename F>
F round(const Exact& x) {
  int exponent = x.exponent + width(x.significand) - Format<F>::kPrecision;
  if (exponent < Format<F>::kLeastExponent)
    exponent = Format<F>::kLeastExponent;
  uint64_t kept = 0;
  const int dropped = exponent - x.exponent;
  if (dropped <= 0) {
    kept = static_cast<uint64_t>(x.significand << -dropped);
  } else if (dropped < 128) {
    kept = static_cast<uint64_t>(x.significand >> dropped);
    const UInt128 rest = x.significand - (UInt128{kept} << dropped),
                  half = UInt128{1} << (dropped - 1);
    if (rest > half || (rest == half && (x.inexact || kept % 2 != 0)))
      ++kept;
  }
  if (kept == 0)
    return from_bits<F>(x.negative ? kSign<F> : 0);
  // The first bit of normal numbers, and a carry out of the significand, are one more in the
  // exponent.
  const auto above_least = static_cast<uint64_t>(exponent - Format<F>::kLeastExponent);
  if (above_least >= kInfinity<F> >> kFractionBits<F>)
    return infinity<F>(x.negative);
  const uint64_t magnitude = (above_least << kFractionBits<F>)+kept;
  return magnitude < kInfinity<F> ? from_bits<F>(magnitude | (x.negative ? kSign<F> : 0))
                                  : infinity<F>(x.negative);
}

template <typename F>
F neg(F x) {
  return from_bits<F>(bits(x) ^ kSign<F>);
}
template <typename F>
F abs(F x) {
  return from_bits<F>(bits(x) & ~kSign<F>);
}
template <typename F>
F copysign(F x, F sign) {
  return is_negative(x) == is_negative(sign) ? x : neg(x);
}

template <typename F>
F add(F a, F b) {
  if (is_nan(a) || is_nan(b) || (is_infinite(a) && is_infinite(b) && a != b))
    return nan<F>();
  if (is_infinite(a) || is_infinite(b))
    return is_infinite(a) ? a : b;
  Exact x = exact(a), y = exact(b);
  if (x.significand == 0 && y.significand == 0)
    return from_bits<F>(bits(a) & bits(b));
  if (x.exponent < y.exponent)
    std::swap(x, y);
  // Further apart, y is less than a unit, and all that counts is on which side of x it is.
  const int apart = x.exponent - y.exponent, shift = apart < 70 ? apart : 70;
  Int128 sum = static_cast<Int128>(x.significand << shift) * (x.negative ? -1 : 1);
  if (apart == shift)
    sum += static_cast<Int128>(y.significand) * (y.negative ? -1 : 1);
  const bool is_far = apart != shift && y.significand != 0;
  const bool negative = sum < 0;
  UInt128 magnitude = static_cast<UInt128>(negative ? -sum : sum);
  if (is_far && x.negative != y.negative)
    --magnitude;
  return round<F>({negative, magnitude, x.exponent - shift, is_far});
}
template <typename F>
F sub(F a, F b) {
  return is_nan(b) ? nan<F>() : add(a, neg(b));
}
template <typename F>
F mul(F a, F b) {
  const bool negative = is_negative(a) != is_negative(b);
  if (is_nan(a) || is_nan(b))
    return nan<F>();
  const Exact x = exact(a), y = exact(b);
  if (is_infinite(a) || is_infinite(b))
    return x.significand == 0 || y.significand == 0 ? nan<F>() : infinity<F>(negative);
  return round<F>({negative, x.significand * y.significand, x.exponent + y.exponent});
}
template <typename F>
F div(F a, F b) {
  const bool negative = is_negative(a) != is_negative(b);
  Exact x = exact(a);
  const Exact y = exact(b);
  if (is_nan(a) || is_nan(b) || (is_infinite(a) && is_infinite(b)))
    return nan<F>();
  if (is_infinite(a))
    return infinity<F>(negative);
  if (is_infinite(b))
    return round<F>({negative});
  if (y.significand == 0)
    return x.significand == 0 ? nan<F>() : infinity<F>(negative);
  const int shift = 127 - width(x.significand);
  x.significand <<= x.significand == 0 ? 0 : shift;
  return round<F>({negative, x.significand / y.significand, x.exponent - shift - y.exponent,
                   x.significand % y.significand != 0});
}
template <typename F>
F sqrt(F a) {
  Exact x = exact(a);
  if (x.significand == 0 && !is_nan(a))
    return a;
  if (is_nan(a) || is_negative(a))
    return nan<F>();
  if (is_infinite(a))
    return a;
  int shift = 126 - width(x.significand);
  shift -= (x.exponent - shift) % 2 != 0;
  x.significand <<= shift;
  UInt128 root = 0;
  for (UInt128 bit = UInt128{1} << 63; bit != 0; bit >>= 1)
    root += (root + bit) * (root + bit) <= x.significand ? bit : 0;
  return round<F>({false, root, (x.exponent - shift) / 2, root * root != x.significand});
}

/// Whether a is less; -0 and 0 are the same here, and NaNs are not compared.
template <typename F>
bool less(F a, F b) {
  const auto key = [](F x) {
    const auto magnitude = static_cast<Int128>(bits(x) & ~kSign<F>);
    return is_negative(x) ? -magnitude : magnitude;
  };
  return !is_nan(a) && !is_nan(b) && key(a) < key(b);
}
template <typename F>
bool equal(F a, F b) {
  return !is_nan(a) && !is_nan(b) && !less(a, b) && !less(b, a);
}
template <typename F>
F min(F a, F b) {
  if (is_nan(a) || is_nan(b))
    return nan<F>();
  return less(a, b) || (equal(a, b) && is_negative(a)) ? a : b;
}
template <typename F>
F max(F a, F b) {
  if (is_nan(a) || is_nan(b))
    return nan<F>();
  return less(b, a) || (equal(a, b) && !is_negative(a)) ? a : b;
}

enum class Direction { Up, Down, Zero, Nearest };

template <typename F>
F to_integral(F a, Direction direction) {
  if (is_nan(a))
    return nan<F>();
  const Exact x = exact(a);
  if (is_infinite(a) || x.exponent >= 0)
    return a;
  UInt128 kept = x.exponent > -128 ? x.significand >> -x.exponent : 0;
  const UInt128 halves = x.exponent > -128 ? x.significand >> (-x.exponent - 1) : 0;
  const bool has_rest = x.significand != (x.exponent > -128 ? kept << -x.exponent : 0);
  const bool has_half = halves % 2 != 0;
  const bool is_tie = has_half && x.significand == halves << (-x.exponent - 1);
  if (direction == Direction::Up)
    kept += has_rest && !x.negative;
  else if (direction == Direction::Down)
    kept += has_rest && x.negative;
  else if (direction == Direction::Nearest)
    kept += has_half && (!is_tie || kept % 2 != 0);
  return round<F>({x.negative, kept, 0});
}

template <typename To, typename From>
To resize(From a) {
  if (is_nan(a))
    return nan<To>();
  if (is_infinite(a))
    return infinity<To>(is_negative(a));
  return round<To>(exact(a));
}
template <typename F>
F from_integer(Int128 x) {
  return round<F>({x < 0, static_cast<UInt128>(x < 0 ? -x : x), 0});
}
/// The integer part; of what is beyond all integers of 64 bits, one that is too.
template <typename F>
Int128 to_integer(F a) {
  const Exact x = exact(a);
  UInt128 magnitude = UInt128{1} << 100;
  if (!is_infinite(a) && x.exponent <= 40)
    magnitude = x.exponent >= 0     ? x.significand << x.exponent
                : x.exponent > -128 ? x.significand >> -x.exponent
                                    : 0;
  return x.negative ? -static_cast<Int128>(magnitude) : static_cast<Int128>(magnitude);
}
template <typename I, typename F>
I to_saturated(F a) {
  if (is_nan(a))
    return 0;
  const Int128 x = to_integer(a);
  constexpr Int128 kLeast = std::numeric_limits<I>::min(),
                   kGreatest = std::numeric_limits<I>::max();
  return static_cast<I>(x < kLeast ? kLeast : x > kGreatest ? kGreatest : x);
}

} // namespace zvm::test::soft
