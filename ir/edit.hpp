// Changes of the shape of a function that keep what it does.
//
// Those that make a block return kNone where memory ran out; the function is useless then.
#pragma once

#include "ir/analysis/cfg.hpp"
#include "ir/function.hpp"

namespace zvm::ir {

/// Ends the block of the instruction before it, and branches to a new block, the next in layout, which has the rest.
/// The new block charges nothing but what it has to pay for its target.
BlockId split_block(Function& function, InstId before);

/// A new block on one edge of a branch, the next in layout behind the branch: it has no parameters and passes the edge's
/// arguments on.
BlockId split_edge(Function& function, InstId branch, uint32_t target);

/// Takes out the blocks that cannot be reached.
void remove_unreachable(Function& function, const Cfg& cfg);

/// Lays blocks out so that each stands behind those that dominate it: then a value may be used wherever its definition
/// dominates. Nothing moves where each block stands behind one that leads to it; else the order is reverse postorder,
/// and blocks that an edge leads back to now poll.
/// All blocks can be reached. False where memory ran out.
[[nodiscard]] bool order_by_dominance(Function& function, const Cfg& cfg);

} // namespace zvm::ir
