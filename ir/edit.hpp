// Changes of the shape of a function that keep what it does.
//
// Those that make a block return kNone where memory ran out; the function is useless then.
#pragma once

#include "ir/analysis/cfg.hpp"
#include "ir/function.hpp"

namespace zvm::ir {

/// Ends the block of the instruction before it, and branches to a new block, the next in layout,
/// which has the rest. The new block charges nothing but what it has to pay for its target.
BlockId split_block(Function& function, InstId before);

/// A new block on one edge of a branch, the next in layout behind the branch: it has no parameters
/// and passes the edge's arguments on.
BlockId split_edge(Function& function, InstId branch, uint32_t target);

/// Copies of blocks, of which none is an entry; `clones` has them in the same order, each the next in
/// layout behind its original. Edges among the blocks are edges among the copies, other edges lead
/// where they led, and no edge leads to a copy yet. What the blocks define must be used outside of
/// them through parameters or variables only. Linear. False where memory ran out.
[[nodiscard]] bool clone_blocks(Function& function, std::span<const BlockId> blocks,
                                Vec<BlockId>& clones);

/// Whether each block stands in layout behind those that dominate it.
enum class Order : uint8_t { ByDominance, Other, NoMemory };

/// Takes out the blocks that cannot be reached, and lays the others out so that each does: then a
/// value may be used wherever its definition dominates. Nothing moves where each block stands
/// behind one that leads to it. Else the order is reverse postorder, unless an edge would lead back
/// to a block that does not poll.
[[nodiscard]] Order order_by_dominance(Function& function, const Cfg& cfg);

} // namespace zvm::ir
