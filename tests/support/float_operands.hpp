// Floating-point operands at which arithmetic changes its mind, and random ones.
#pragma once

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/support/soft_float.hpp"

namespace zvm::test::soft {

/// Of both signs: zeros, ends of the ranges, ties, NaNs with their payloads, and the limits of
/// integers with their neighbours.
template <typename F>
std::vector<F> edges() {
  using Limits = std::numeric_limits<F>;
  const F least = from_bits<F>(1), half_unit = Limits::epsilon() / 2;
  std::vector<F> of_one_sign = {0,
                                least,
                                from_bits<F>(3),
                                std::nextafter(Limits::min(), F{0}),
                                Limits::min(),
                                Limits::min() + least,
                                half_unit,
                                Limits::epsilon(),
                                1 - half_unit,
                                1,
                                1 + Limits::epsilon(),
                                Limits::max(),
                                Limits::max() / 2,
                                infinity<F>(false),
                                nan<F>(),
                                from_bits<F>(kInfinity<F> | 1),
                                from_bits<F>(kInfinity<F> | uint64_t{3} << (kFractionBits<F> - 2)),
                                from_bits<F>(kInfinity<F> | 0x1234),
                                from_bits<F>(kSign<F> - 1)};
  for (const double x : {0.1, 0.25, 0.5, 0.75, 1.5, 2.0, 2.5, 3.0, 3.5, 100.5, 127.5, 1e-40, 1e30})
    of_one_sign.push_back(static_cast<F>(x));
  // Where halves, integers and even integers end, and where types of integers do.
  for (const int power :
       {kFractionBits<F> - 1, kFractionBits<F>, kFractionBits<F> + 1, 31, 32, 63, 64}) {
    const F x = std::ldexp(F{1}, power);
    for (const F near : {std::nextafter(x, F{0}), x, std::nextafter(x, Limits::max()), x - 1, x + 1,
                         x - F{0.5}, x + F{0.5}})
      of_one_sign.push_back(near);
  }
  std::vector<F> all;
  for (const F x : of_one_sign) {
    all.push_back(x);
    all.push_back(neg(x));
  }
  return all;
}

/// Pairs of which sums cancel, products leave the range, and quotients are close to ties more often
/// than by chance.
template <typename F>
class Operands {
 public:
  F next() {
    switch (random_() % 6) {
    case 0:
      return edges_[random_() % edges_.size()];
    case 1: // few bits
      return std::ldexp(static_cast<F>(small(4096)), small(24));
    case 2: // close to the last one
      return last_ = from_bits<F>(bits(last_) + static_cast<uint64_t>(small(8)));
    case 3: // with another exponent not far away
      return last_ =
                 from_bits<F>(bits(last_) + (static_cast<uint64_t>(small(64)) << kFractionBits<F>));
    case 4: // around the limits of integers
      return static_cast<F>(
          std::ldexp(random_() % 2 != 0 ? 1 : -1, static_cast<int>(random_() % 66)) + small(16));
    default:
      return last_ = from_bits<F>(random_());
    }
  }
  uint64_t raw() { return random_(); }

 private:
  int small(unsigned count) {
    return static_cast<int>(random_() % count) - static_cast<int>(count / 2);
  }

  std::mt19937_64 random_{20}; // NOLINT: the same numbers in every run
  std::vector<F> edges_ = edges<F>();
  F last_ = 1;
};

} // namespace zvm::test::soft
