// Where word code has all that lives at the head of a loop.
#pragma once

#include "base/vec.hpp"
#include "ir/function.hpp"

namespace zvm::backend::interp {

/// Nothing else does: values from outside of a loop are not used in it, and where it begins none is in
/// an accumulator.
struct LoopHead {
  ir::BlockId block = ir::kNone; ///< of the function as it was lowered
  uint32_t slots = 0;            ///< of the frame, that are in use
  Vec<uint32_t> variables;       ///< the slot of each
  struct Kept {
    ir::ValueId value;
    uint32_t slot;
  };
  Vec<Kept> kept; ///< values that are used behind the loop
};

} // namespace zvm::backend::interp
