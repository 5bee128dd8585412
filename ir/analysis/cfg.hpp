// The edges of a function the other way round, and its blocks in an order in which a block comes
// after those before it.
#pragma once

#include <span>

#include "ir/function.hpp"

namespace zvm::ir {

/// Where an edge comes from: target `target` of the branch that ends `block`.
struct Edge {
  BlockId block;
  uint32_t target;
};

/// A block as a walk along the edges, depth first, has come to it.
struct Entered {
  BlockId block;
  uint32_t parent; ///< from where: its place among those that have been entered; kNone for entries
};

class Cfg {
 public:
  /// Linear in blocks and edges, no recursion. The function has passed verify_structure(), and
  /// keeps its blocks and edges as long as this is asked. False where memory ran out.
  [[nodiscard]] bool try_build(const Function& f);

  /// The edges into a block that come from blocks which can be reached.
  [[nodiscard]] std::span<const Edge> predecessors(BlockId b) const {
    return edges_.view().subspan(first_edge_[b], first_edge_[b + 1] - first_edge_[b]);
  }
  /// The blocks that can be reached, block 0 first, each before those that it alone leads to
  /// (reverse postorder). Other entries are reached from outside; no block but these and block 0 is
  /// without predecessors.
  [[nodiscard]] std::span<const BlockId> order() const { return order_.view(); }
  /// The same blocks as they were come to.
  [[nodiscard]] std::span<const Entered> entered() const { return entered_.view(); }
  /// Place in order(); kNone for blocks that cannot be reached.
  [[nodiscard]] uint32_t place(BlockId b) const { return place_[b]; }
  [[nodiscard]] bool is_reachable(BlockId b) const { return place_[b] != kNone; }

 private:
  struct Step {
    uint32_t entered; ///< place in entered_
    uint32_t target;  ///< the next to look at
  };

  [[nodiscard]] bool find_order(const Function& f);
  [[nodiscard]] bool enter(BlockId b, uint32_t parent);
  [[nodiscard]] bool walk(const Function& f);
  [[nodiscard]] bool find_predecessors(const Function& f);

  Vec<Edge> edges_;          ///< by the block they lead to
  Vec<uint32_t> first_edge_; ///< by block, and one more
  Vec<BlockId> order_;
  Vec<uint32_t> place_;
  Vec<Entered> entered_;
  Vec<Step> path_;
};

} // namespace zvm::ir
