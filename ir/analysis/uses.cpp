#include "ir/analysis/uses.hpp"

#include <algorithm>

namespace zvm::ir {
namespace {

/// Calls visit(value, use) for every use.
template <typename Visit>
void for_each_use(const Function& f, std::span<const uint8_t> named, Visit visit) {
  for (const BlockId b : layout(f)) {
    for (const InstId i : body(f, b)) {
      const auto args = f.args(f.insts[i]);
      for (uint32_t n = 0; n < args.size(); ++n)
        visit(args[n], Use{Use::Kind::Operand, i, n});
    }
    uint32_t n = 0;
    for (const Target& t : targets_of(f, b)) {
      for (const ValueId v : f.values_of(t.args))
        visit(v, Use{Use::Kind::Argument, f.blocks[b].last, n++});
    }
  }
  for (StateId s = 0; s < named.size(); ++s) {
    const Range items = f.states[s].items;
    for (uint32_t i = items.begin; named[s] != 0 && i < items.begin + items.count; ++i)
      visit(f.stack_items[i].value, Use{Use::Kind::Item, s, i});
  }
}

} // namespace

bool Uses::try_build(const Function& f) {
  first_.clear();
  uses_.clear();
  if (!mark_named_states(f, named_) || !first_.try_resize(f.values.size() + 1))
    return false;
  for_each_use(f, named_.view(), [&](ValueId v, const Use&) { ++first_[v + 1]; });
  for (size_t v = 0; v < f.values.size(); ++v)
    first_[v + 1] += first_[v];
  if (!uses_.try_resize(first_[f.values.size()]))
    return false;
  // Each list is filled from its beginning, which moves to its end: that is where the next one
  // begins.
  for_each_use(f, named_.view(), [&](ValueId v, const Use& use) { uses_[first_[v]++] = use; });
  for (size_t v = f.values.size(); v > 0; --v)
    first_[v] = first_[v - 1];
  first_[0] = 0;
  return true;
}

bool mark_named_states(const Function& f, Vec<uint8_t>& named) {
  named.clear();
  if (!named.try_resize(f.states.size()))
    return false;
  const auto mark = [&](StateId s) {
    if (s != kNone)
      named[s] = 1;
  };
  for (const BlockId b : layout(f)) {
    mark(f.blocks[b].state);
    for (const InstId i : body(f, b))
      mark(f.insts[i].state);
  }
  for (auto s = static_cast<StateId>(f.states.size()); s-- > 0;) {
    if (named[s] != 0)
      mark(f.states[s].parent);
  }
  return true;
}

} // namespace zvm::ir
