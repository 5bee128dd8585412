// Which blocks continue the one before them in layout: their only edge comes from there, so that
// what held at its end holds at their head. Superblock passes carry facts along such chains, and
// forget them at the head of any other block.
#pragma once

#include "ir/function.hpp"

namespace zvm::ir {

class Chain {
 public:
  /// Counts the edges into each block. The targets must be blocks of the function. False where
  /// memory ran out.
  [[nodiscard]] bool try_build(const Function& f) {
    edges_.clear();
    if (!edges_.try_resize(f.blocks.size()))
      return false;
    BlockId before = kNone;
    for (const BlockId b : layout(f)) {
      if (before != kNone && comes_from(f, before, b))
        edges_[b] |= kFromBefore;
      before = b;
      for (const Target& t : targets_of(f, b))
        edges_[t.block] += 1;
    }
    return true;
  }
  [[nodiscard]] bool continues(BlockId b) const { return edges_[b] == (kFromBefore | 1); }
  /// Edges into the block.
  [[nodiscard]] uint32_t edges(BlockId b) const { return edges_[b] & ~kFromBefore; }

 private:
  static constexpr uint32_t kFromBefore = uint32_t{1} << 31;

  /// Looks at two targets only, as a block with one edge that is one of more is a rare thing.
  [[nodiscard]] static bool comes_from(const Function& f, BlockId from, BlockId to) {
    const auto targets = targets_of(f, from);
    for (size_t i = 0; i < targets.size() && i < 2; ++i) {
      if (targets[i].block == to)
        return true;
    }
    return false;
  }

  Vec<uint32_t> edges_;
};

} // namespace zvm::ir
