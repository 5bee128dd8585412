// Dominators of a function's blocks: A dominates B where every path from block 0 or another entry
// to B passes A.
#pragma once

#include <span>

#include "ir/analysis/cfg.hpp"
#include "ir/function.hpp"

namespace zvm::ir {

class Dominators {
 public:
  /// O(n log n) in blocks and edges, no recursion. False where memory ran out.
  [[nodiscard]] bool try_build(const Function& function, const Cfg& cfg);

  [[nodiscard]] bool is_reachable(BlockId block) const { return block_[block].number != 0; }
  /// A block dominates itself. Both must be reachable.
  [[nodiscard]] bool dominates(BlockId a, BlockId b) const {
    const uint32_t first = block_[a].place;
    return block_[b].place - first < block_[a].size;
  }
  /// The closest other block that dominates this one; kNone for entries, and where ways from two of
  /// them meet. It must be reachable.
  [[nodiscard]] BlockId immediate(BlockId block) const { return block_[block].immediate; }
  /// The blocks that can be reached, each before those it dominates, which follow it at once.
  [[nodiscard]] std::span<const BlockId> preorder() const { return preorder_.view(); }

 private:
  struct PerBlock {
    uint32_t number; ///< in depth-first order, from 2; 0: not reachable
    BlockId immediate;
    uint32_t place, size; ///< in the dominator tree: preorder number, blocks dominated
  };
  /// Blocks by their number.
  struct Node {
    uint32_t parent; ///< in the depth-first tree
    uint32_t semi, dominator;
    uint32_t ancestor, label; ///< of the forest that is linked so far
    uint32_t bucket, next_in_bucket;
    uint32_t next_place; ///< in the dominator tree, for the next block it dominates
  };

  [[nodiscard]] bool find_dominators(std::span<const Entered> entered, const Cfg& cfg);
  [[nodiscard]] bool evaluate(uint32_t v, uint32_t& found);

  Vec<PerBlock> block_;
  Vec<BlockId> preorder_;
  Vec<Node> nodes_;
  Vec<uint32_t> path_;
};

} // namespace zvm::ir
