#include "ir/analysis/loops.hpp"

#include <algorithm>

namespace zvm::ir {

bool Loops::try_build(const Function& f, const Cfg& cfg, const Dominators& dominators) {
  block_.clear();
  if (!block_.try_resize(f.blocks.size()) || !number_layout(f, layout_))
    return false;
  std::ranges::fill(block_, PerBlock{});
  for (BlockId b = 0; b < f.blocks.size(); ++b)
    block_[b].whole = b;
  // Inner loops first: they come later in the order, and outer ones take them as a whole.
  const auto order = cfg.order();
  for (size_t i = order.size(); i-- > 0;) {
    if (!find_loop(order[i], cfg, dominators))
      return false;
  }
  for (const BlockId b : order) { // the outer loop's head before those inside
    PerBlock& p = block_[b];
    if (p.innermost == b)
      p.depth = p.outer == kNone ? 1 : block_[p.outer].depth + 1;
    else if (p.innermost != kNone)
      p.depth = block_[p.innermost].depth;
  }
  return true;
}

/// The head of the outermost loop known around a block; the block itself where there is none. Ways
/// are made shorter as they are gone.
BlockId Loops::find_whole(BlockId b) {
  while (block_[b].whole != b) {
    block_[b].whole = block_[block_[b].whole].whole;
    b = block_[b].whole;
  }
  return b;
}

/// Walks backwards from the edges that lead back to the head. A loop that is met on the way is
/// passed over: what comes before its head is next.
bool Loops::find_loop(BlockId head, const Cfg& cfg, const Dominators& dominators) {
  open_.clear();
  bool is_loop = false;
  for (const auto& [from, target] : cfg.predecessors(head)) {
    block_[head].is_head |= layout_[from] >= layout_[head];
    if (!dominators.dominates(head, from))
      continue;
    is_loop = true;
    if (!open_.try_push(from))
      return false;
  }
  if (!is_loop)
    return true;
  while (!open_.empty()) {
    const BlockId b = find_whole(open_.back());
    open_.pop();
    if (b == head)
      continue;
    block_[b].whole = head;
    if (block_[b].innermost == b)
      block_[b].outer = head; // the head of a loop
    else
      block_[b].innermost = head;
    for (const auto& [from, target] : cfg.predecessors(b)) {
      if (!open_.try_push(from))
        return false;
    }
  }
  block_[head].innermost = head;
  return true;
}

} // namespace zvm::ir
