// Dominators of a function's blocks: A dominates B where every path from the entry to B passes A.
#pragma once

#include <span>

#include "ir/function.hpp"

namespace zvm::ir {

class Dominators {
 public:
  /// O(n log n) in blocks and edges, no recursion. The targets must be blocks of the function. False
  /// where memory ran out.
  [[nodiscard]] bool try_build(const Function& function);

  [[nodiscard]] bool is_reachable(BlockId block) const { return block_[block].number != 0; }
  /// A block dominates itself. Both must be reachable.
  [[nodiscard]] bool dominates(BlockId a, BlockId b) const {
    const uint32_t first = block_[a].place;
    return block_[b].place - first < block_[a].size;
  }
  /// The closest other block that dominates this one; kNone for the entry. It must be reachable.
  [[nodiscard]] BlockId immediate(BlockId block) const { return block_[block].immediate; }
  /// The blocks that can be reached, each before those it dominates, which follow it at once.
  [[nodiscard]] std::span<const BlockId> preorder() const { return preorder_.view(); }

 private:
  struct PerBlock {
    uint32_t number; ///< in depth-first order, from 1; 0: not reachable
    BlockId immediate;
    uint32_t place, size; ///< in the dominator tree: preorder number, blocks dominated
  };
  Vec<PerBlock> block_;
  Vec<BlockId> preorder_;
};

} // namespace zvm::ir
