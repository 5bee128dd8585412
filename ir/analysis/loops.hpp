// The loops of a function, and how they lie in each other.
//
// A *loop head* is a block that an edge leads to from a block that is not earlier in layout. That
// alone is what polls, liveness and entries go by, since byte code can jump into the midst of a
// loop. A *loop* is more: a head that dominates where such an edge comes from, with all blocks on
// the ways between the two.
#pragma once

#include "ir/analysis/cfg.hpp"
#include "ir/analysis/dominators.hpp"

namespace zvm::ir {

class Loops {
 public:
  /// Near linear, no recursion. False where memory ran out.
  [[nodiscard]] bool try_build(const Function& f, const Cfg& cfg, const Dominators& dominators);

  [[nodiscard]] bool is_head(BlockId b) const { return block_[b].is_head; }
  /// The head of the innermost loop around a block, which for a head is the block itself; kNone.
  [[nodiscard]] BlockId innermost(BlockId b) const { return block_[b].innermost; }
  /// The head of the loop around the one with this head; kNone.
  [[nodiscard]] BlockId outer(BlockId head) const { return block_[head].outer; }
  /// How many loops are around a block.
  [[nodiscard]] uint32_t depth(BlockId b) const { return block_[b].depth; }

 private:
  struct PerBlock {
    bool is_head = false;
    BlockId innermost = kNone, outer = kNone;
    uint32_t depth = 0;
    BlockId whole = kNone; ///< a block on the way to the head of the outermost loop around it
  };

  [[nodiscard]] BlockId find_whole(BlockId b);

  [[nodiscard]] bool find_loop(BlockId head, const Cfg& cfg, const Dominators& dominators);

  Vec<PerBlock> block_;
  Vec<uint32_t> layout_;
  Vec<BlockId> open_;
};

} // namespace zvm::ir
