// Who uses each value.
#pragma once

#include <span>

#include "ir/function.hpp"

namespace zvm::ir {

/// One use of a value.
struct Use {
  enum class Kind : uint8_t {
    Operand, ///< of an instruction: its `index`-th
    Argument, ///< of an edge of a branch: the `index`-th of all that it passes, one target after the other
    Item ///< of a frame state: `where` is the state, `index` the item's place in Function::stack_items
  };
  Kind kind;
  uint32_t where; ///< the instruction or state
  uint32_t index;
};

/// Which states are named by an instruction or block in layout, or by such a state. False where
/// memory ran out.
[[nodiscard]] bool mark_named_states(const Function& f, Vec<uint8_t>& named);

class Uses {
 public:
  /// Of the instructions and edges of blocks in layout, and of the states that they, or other
  /// states, name. Linear; the function has passed verify_structure(). False where memory ran out.
  [[nodiscard]] bool try_build(const Function& f);

  [[nodiscard]] std::span<const Use> of(ValueId v) const {
    return uses_.view().subspan(first_[v], first_[v + 1] - first_[v]);
  }
  [[nodiscard]] uint32_t count(ValueId v) const { return first_[v + 1] - first_[v]; }

 private:
  Vec<Use> uses_;       ///< by value
  Vec<uint32_t> first_; ///< by value, and one more
  Vec<uint8_t> named_;  ///< by state
};

} // namespace zvm::ir
