// What numbers a value may be, as the least and the greatest, unsigned.
//
// The functions take the width in bits, at most 256, and not a type, so that tests can try all there
// is at a few bits.
#pragma once

#include <algorithm>
#include <span>

#include "base/uint256.hpp"
#include "ir/opcodes.hpp"

namespace zvm::ir {

/// 2^n - 1, for n up to 256.
[[nodiscard]] inline U256 low_mask(unsigned n) {
  return n >= 256 ? ~U256{} : (U256{1} << n) - U256{1};
}

struct Interval {
  U256 low, high;

  [[nodiscard]] static Interval all(unsigned bits) { return {0, low_mask(bits)}; }
  [[nodiscard]] static Interval exactly(const U256& v) { return {v, v}; }
  [[nodiscard]] static Interval none() { return {~U256{}, 0}; }

  [[nodiscard]] bool is_empty() const { return high < low; }
  [[nodiscard]] bool is_exact() const { return low == high; }
  [[nodiscard]] bool contains(const Interval& other) const {
    return other.is_empty() || (low <= other.low && other.high <= high);
  }
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// The least that has both.
[[nodiscard]] inline Interval join(const Interval& a, const Interval& b) {
  if (a.is_empty())
    return b;
  if (b.is_empty())
    return a;
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}
[[nodiscard]] inline Interval meet(const Interval& a, const Interval& b) {
  return {std::max(a.low, b.low), std::min(a.high, b.high)};
}

/// What an op that Computes may give at that width for operands of these intervals; of conversions
/// `from` is the width of the operand. None, where an operand has none.
[[nodiscard]] Interval interval_of(Op op, unsigned bits, unsigned from,
                                   std::span<const Interval> operands);

/// What is left of two operands of that width where a comparison of them holds, or does not. Of
/// is_zero `b` is 0. Other ops say nothing.
void narrow_by(Op comparison, unsigned bits, bool holds, Interval& a, Interval& b);

} // namespace zvm::ir
