// Lengauer and Tarjan, "A fast algorithm for finding dominators in a flowgraph", TOPLAS 1979, with simple
// linking. Blocks are named by their depth-first number, from 1; 0 is "none".
#include "ir/analysis/dominators.hpp"

#include <algorithm>

namespace zvm::ir {
namespace {

struct Node {
  BlockId block;
  uint32_t parent; ///< in the depth-first tree
  uint32_t semi, dominator;
  uint32_t ancestor, label; ///< of the forest that is linked so far
  uint32_t bucket, next_in_bucket;
  uint32_t first_edge; ///< list of incoming edges
};

struct Edge {
  uint32_t from;
  uint32_t next;
};

class Builder {
 public:
  explicit Builder(const Function& f) : f_(f) {}

  bool run(Vec<uint32_t>& number) {
    if (!number.try_resize(f_.blocks.size()))
      return false;
    if (!nodes.try_push({}) || !edges_.try_push({}))
      return false; // number 0 is nobody
    if (!search(number) || !collect_edges(number))
      return false;
    return find_dominators();
  }

  Vec<Node> nodes;

 private:
  /// Numbers the blocks that can be reached, depth first.
  bool search(Vec<uint32_t>& number) {
    struct Step {
      uint32_t node;
      uint32_t edge;
    };
    Vec<Step> path;
    const auto enter = [&](BlockId b, uint32_t parent) {
      const auto n = static_cast<uint32_t>(nodes.size());
      number[b] = n;
      return nodes.try_push({b, parent, n, 0, 0, n, 0, 0, 0}) && path.try_push({n, 0});
    };
    if (!enter(0, 0))
      return false;
    while (!path.empty()) {
      const uint32_t from = path.back().node;
      const auto targets = targets_of(f_, nodes[from].block);
      if (path.back().edge == targets.size()) {
        path.pop();
        continue;
      }
      const BlockId to = targets[path.back().edge++].block;
      if (number[to] == 0 && !enter(to, from))
        return false;
    }
    return true;
  }

  bool collect_edges(const Vec<uint32_t>& number) {
    for (uint32_t from = 1; from < nodes.size(); ++from) {
      for (const Target& t : targets_of(f_, nodes[from].block)) {
        Node& to = nodes[number[t.block]];
        if (!edges_.try_push({from, to.first_edge}))
          return false;
        to.first_edge = static_cast<uint32_t>(edges_.size()) - 1;
      }
    }
    return true;
  }

  bool find_dominators() {
    for (auto w = static_cast<uint32_t>(nodes.size()) - 1; w > 1; --w) {
      for (uint32_t e = nodes[w].first_edge; e != 0; e = edges_[e].next) {
        uint32_t u = 0;
        if (!evaluate(edges_[e].from, u))
          return false;
        nodes[w].semi = std::min(nodes[w].semi, nodes[u].semi);
      }
      Node& semi = nodes[nodes[w].semi];
      nodes[w].next_in_bucket = semi.bucket;
      semi.bucket = w;
      const uint32_t parent = nodes[w].parent;
      nodes[w].ancestor = parent;
      for (uint32_t v = nodes[parent].bucket; v != 0; v = nodes[v].next_in_bucket) {
        uint32_t u = 0;
        if (!evaluate(v, u))
          return false;
        nodes[v].dominator = nodes[u].semi < nodes[v].semi ? u : parent;
      }
      nodes[parent].bucket = 0;
    }
    for (uint32_t w = 2; w < nodes.size(); ++w) {
      if (nodes[w].dominator != nodes[w].semi)
        nodes[w].dominator = nodes[nodes[w].dominator].dominator;
    }
    return true;
  }

  /// The node with the smallest semidominator on the linked path above v; paths are compressed.
  bool evaluate(uint32_t v, uint32_t& found) {
    if (nodes[v].ancestor == 0) {
      found = nodes[v].label;
      return true;
    }
    path_.clear();
    for (uint32_t n = v; nodes[nodes[n].ancestor].ancestor != 0; n = nodes[n].ancestor) {
      if (!path_.try_push(n))
        return false;
    }
    while (!path_.empty()) {
      Node& n = nodes[path_.back()];
      path_.pop();
      const Node& above = nodes[n.ancestor];
      if (nodes[above.label].semi < nodes[n.label].semi)
        n.label = above.label;
      n.ancestor = above.ancestor;
    }
    found = nodes[v].label;
    return true;
  }

  const Function& f_;
  Vec<Edge> edges_;
  Vec<uint32_t> path_;
};

} // namespace

bool Dominators::try_build(const Function& function) {
  Builder builder{function};
  Vec<uint32_t> number;
  block_.clear();
  preorder_.clear();
  if (!builder.run(number) || !block_.try_resize(function.blocks.size()))
    return false;
  const Vec<Node>& nodes = builder.nodes;
  if (!preorder_.try_resize(nodes.size() - 1))
    return false;
  for (uint32_t n = 1; n < nodes.size(); ++n) {
    PerBlock& b = block_[nodes[n].block];
    b.number = n;
    b.immediate = n == 1 ? kNone : nodes[nodes[n].dominator].block;
    b.size = 1;
  }
  // A dominator has a smaller number, so sizes are summed backwards and places handed out forwards.
  for (auto n = static_cast<uint32_t>(nodes.size()) - 1; n > 1; --n)
    block_[nodes[nodes[n].dominator].block].size += block_[nodes[n].block].size;
  Vec<uint32_t> next;
  if (!next.try_resize(nodes.size()))
    return false;
  next[1] = 1;
  for (uint32_t n = 2; n < nodes.size(); ++n) {
    const uint32_t above = nodes[n].dominator;
    PerBlock& b = block_[nodes[n].block];
    b.place = next[above];
    next[above] += b.size;
    next[n] = b.place + 1;
    preorder_[b.place] = nodes[n].block;
  }
  return true;
}

} // namespace zvm::ir
