// Ways back on which the loop's variable stays in the accumulator.
#pragma once

#include <span>

#include "backend/interp/function/control.hpp"

namespace zvm::backend::interp::word {

/// A way back to a loop's head, row and head in one. Its instruction `place` sets the variable that
/// the first `readers` instructions of the head read as their first operand, and nothing sets it in
/// between: then `carried` does the same without a look at the variable's slot.
struct CarriedWay {
  Handler way;
  unsigned place, readers;
  Handler carried;
};
[[nodiscard]] std::span<const CarriedWay> carried_ways();

/// What is moved is in the accumulator, too.
[[gnu::always_inline]] inline bool move_carried(Regs& r) {
  r.acc = r.fp[field<kA>(r)];
  r.fp[field<kDst>(r)] = r.acc;
  return behind<2>(r);
}
/// The accumulator stays what it is.
template <Straight kStraight>
[[gnu::always_inline]] inline bool kept(Regs& r) {
  const Word acc = r.acc;
  const bool good = kStraight(r);
  r.acc = acc;
  return good;
}

} // namespace zvm::backend::interp::word
