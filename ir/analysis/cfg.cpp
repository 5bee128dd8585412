#include "ir/analysis/cfg.hpp"

#include <algorithm>

namespace zvm::ir {

bool Cfg::try_build(const Function& f) {
  order_.clear();
  place_.clear();
  edges_.clear();
  first_edge_.clear();
  entered_.clear();
  path_.clear();
  return place_.try_resize(f.blocks.size()) && first_edge_.try_resize(f.blocks.size() + 1) &&
         find_order(f) && find_predecessors(f);
}

namespace {
constexpr uint32_t kEntered = kNone - 1; // in place of a block's place
} // namespace

bool Cfg::find_order(const Function& f) {
  std::ranges::fill(place_, kNone);
  // Block 0 last, so that it is the first in the order.
  if (!f.for_each_root([&](BlockId root) { return enter(root, kNone) && walk(f); }))
    return false;
  std::ranges::reverse(order_);
  for (uint32_t i = 0; i < order_.size(); ++i)
    place_[order_[i]] = i;
  return true;
}

bool Cfg::enter(BlockId b, uint32_t parent) {
  place_[b] = kEntered;
  return path_.try_push({static_cast<uint32_t>(entered_.size()), 0}) &&
         entered_.try_push({b, parent});
}

/// Depth first; a block is written down in order_ when all that it leads to is.
bool Cfg::walk(const Function& f) {
  while (!path_.empty()) {
    Step& step = path_.back();
    const BlockId b = entered_[step.entered].block;
    const auto targets = targets_of(f, b);
    if (step.target == targets.size()) {
      if (!order_.try_push(b))
        return false;
      path_.pop();
      continue;
    }
    const BlockId to = targets[step.target++].block;
    if (place_[to] == kNone && !enter(to, step.entered))
      return false;
  }
  return true;
}

bool Cfg::find_predecessors(const Function& f) {
  for (const BlockId b : order_) {
    for (const Target& t : targets_of(f, b))
      ++first_edge_[t.block + 1];
  }
  for (size_t b = 0; b < f.blocks.size(); ++b)
    first_edge_[b + 1] += first_edge_[b];
  if (!edges_.try_resize(first_edge_[f.blocks.size()]))
    return false;
  // Each list is filled from its end, so that its first place is right when all have been written.
  for (size_t i = order_.size(); i-- > 0;) {
    const auto targets = targets_of(f, order_[i]);
    for (auto t = static_cast<uint32_t>(targets.size()); t-- > 0;)
      edges_[--first_edge_[targets[t].block + 1]] = {order_[i], t};
  }
  // What was the end of each list is its beginning now: that of the next block's.
  for (size_t b = 0; b < f.blocks.size(); ++b)
    first_edge_[b] = first_edge_[b + 1];
  first_edge_[f.blocks.size()] = static_cast<uint32_t>(edges_.size());
  return true;
}

} // namespace zvm::ir
