// Changes of the shape of a function that keep what it does.
//
// Each returns kNone where memory ran out; the function is useless then.
#pragma once

#include "ir/function.hpp"

namespace zvm::ir {

/// Ends the block of the instruction before it, and branches to a new block, the next in layout, which has the rest.
/// The new block charges nothing.
BlockId split_block(Function& function, InstId before);

/// A new block on one edge of a branch, the next in layout behind the branch: it has no parameters and passes the edge's
/// arguments on.
BlockId split_edge(Function& function, InstId branch, uint32_t target);

} // namespace zvm::ir
