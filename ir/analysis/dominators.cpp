// Lengauer and Tarjan, "A fast algorithm for finding dominators in a flowgraph", TOPLAS 1979, with
// simple linking. Blocks are named by their depth-first number, from 2; 1 is what leads to all
// entries, 0 is "none".
#include "ir/analysis/dominators.hpp"

#include <algorithm>

namespace zvm::ir {

namespace {
constexpr uint32_t kOutside = 1, kFirst = 2;
} // namespace

bool Dominators::try_build(const Function& function, const Cfg& cfg) {
  const auto entered = cfg.entered();
  const auto count = static_cast<uint32_t>(entered.size());
  block_.clear();
  preorder_.clear();
  nodes_.clear();
  if (!block_.try_resize(function.blocks.size()) || !preorder_.try_resize(count) ||
      !nodes_.try_resize(count + kFirst))
    return false;
  nodes_[kOutside].semi = nodes_[kOutside].label = kOutside;
  for (uint32_t i = 0; i < count; ++i) {
    Node& node = nodes_[i + kFirst];
    block_[entered[i].block].number = i + kFirst;
    node.parent = entered[i].parent == kNone ? kOutside : entered[i].parent + kFirst;
    node.semi = node.label = i + kFirst;
  }
  if (!find_dominators(entered, cfg))
    return false;
  const auto dominator_of = [&](uint32_t i) { return nodes_[i + kFirst].dominator; };
  for (uint32_t i = 0; i < count; ++i) {
    PerBlock& b = block_[entered[i].block];
    b.immediate = dominator_of(i) == kOutside ? kNone : entered[dominator_of(i) - kFirst].block;
    b.size = 1;
  }
  // A dominator has a smaller number, so sizes are summed backwards and places handed out forwards.
  for (uint32_t i = count; i-- > 0;) {
    const PerBlock& b = block_[entered[i].block];
    if (b.immediate != kNone)
      block_[b.immediate].size += b.size;
  }
  for (uint32_t i = 0; i < count; ++i) {
    PerBlock& b = block_[entered[i].block];
    uint32_t& next = nodes_[dominator_of(i)].next_place;
    b.place = next;
    next += b.size;
    nodes_[i + kFirst].next_place = b.place + 1;
    preorder_[b.place] = entered[i].block;
  }
  return true;
}

bool Dominators::find_dominators(std::span<const Entered> entered, const Cfg& cfg) {
  const auto end = static_cast<uint32_t>(entered.size()) + kFirst;
  for (uint32_t w = end - 1; w >= kFirst; --w) {
    if (nodes_[w].parent == kOutside) // an entry
      nodes_[w].semi = kOutside;
    for (const Edge& e : cfg.predecessors(entered[w - kFirst].block)) {
      uint32_t u = 0;
      if (!evaluate(block_[e.block].number, u))
        return false;
      nodes_[w].semi = std::min(nodes_[w].semi, nodes_[u].semi);
    }
    Node& semi = nodes_[nodes_[w].semi];
    nodes_[w].next_in_bucket = semi.bucket;
    semi.bucket = w;
    const uint32_t parent = nodes_[w].parent;
    nodes_[w].ancestor = parent;
    for (uint32_t v = nodes_[parent].bucket; v != 0; v = nodes_[v].next_in_bucket) {
      uint32_t u = 0;
      if (!evaluate(v, u))
        return false;
      nodes_[v].dominator = nodes_[u].semi < nodes_[v].semi ? u : parent;
    }
    nodes_[parent].bucket = 0;
  }
  for (uint32_t w = kFirst; w < end; ++w) {
    if (nodes_[w].dominator != nodes_[w].semi)
      nodes_[w].dominator = nodes_[nodes_[w].dominator].dominator;
  }
  return true;
}

/// The node with the smallest semidominator on the linked path above v; paths are compressed.
bool Dominators::evaluate(uint32_t v, uint32_t& found) {
  if (nodes_[v].ancestor == 0) {
    found = nodes_[v].label;
    return true;
  }
  path_.clear();
  for (uint32_t n = v; nodes_[nodes_[n].ancestor].ancestor != 0; n = nodes_[n].ancestor) {
    if (!path_.try_push(n))
      return false;
  }
  while (!path_.empty()) {
    Node& n = nodes_[path_.back()];
    path_.pop();
    const Node& above = nodes_[n.ancestor];
    if (nodes_[above.label].semi < nodes_[n.label].semi)
      n.label = above.label;
    n.ancestor = above.ancestor;
  }
  found = nodes_[v].label;
  return true;
}

} // namespace zvm::ir
