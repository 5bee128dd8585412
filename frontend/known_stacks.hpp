// Constants that straight code is known to have on the operand stack.
//
// Between two places where jumps may land there is one way through the code, so that what it has
// pushed since the last of them stands there whenever a later place is reached. A trace that begins
// in the midst of such code (behind a call, or where the one before it was long enough) does not
// see the pushes; the trace that ended there did, and notes them.
#pragma once

#include <span>

#include "base/uint256.hpp"
#include "base/vec.hpp"

namespace zvm::frontend {

struct KnownItem {
  uint32_t depth; ///< in the stack; 1: the top
  U256 value;
};

/// Of one code object. Facts only: without them traces do the same, from the stack.
class KnownStacks {
 public:
  /// Items that are kept of a place, those nearest to the top: more than DUP and SWAP reach.
  static constexpr size_t kMostItems = 24;

  /// What is known at the place; valid until the next note().
  [[nodiscard]] std::span<const KnownItem> at(uint32_t pc) const;
  /// Two notes of one place are both true, and the first stays. Where memory runs out nothing is
  /// noted.
  void note(uint32_t pc, std::span<const KnownItem> items);
  /// Memory that is held.
  [[nodiscard]] size_t bytes() const {
    return places_.capacity() * sizeof(Place) + items_.capacity() * sizeof(KnownItem);
  }

 private:
  struct Place {
    uint32_t pc, first, count;
  };
  [[nodiscard]] size_t find(uint32_t pc) const;

  Vec<Place> places_; ///< in order of pc
  Vec<KnownItem> items_;
};

} // namespace zvm::frontend
