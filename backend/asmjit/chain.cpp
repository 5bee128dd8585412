#include "backend/asmjit/chain.hpp"

#include <algorithm>

namespace zvm::backend::asmjit {

using ir::Inst;
using ir::InstId;
using ir::kNone;
using ir::Op;
using ir::StackWalk;
using ir::ValueId;

bool is_side_exit(const ir::Function& f, ir::BlockId b) {
  const ir::Block& block = f.blocks[b];
  if (block.first == kNone || block.first != block.last || block.gas != 0)
    return false;
  const Op op = f.insts[block.first].op;
  return op == Op::Leave || op == Op::LeaveDynamic || op == Op::Exit;
}

bool Chain::try_begin(const ir::Function& f) {
  links_.clear();
  ends_.clear();
  const size_t values = f.values.size();
  first_use_.clear();
  last_.clear();
  cursor_.clear();
  positions_.clear();
  if (!link(f) || !first_use_.try_resize(values + 1) || !last_.try_resize(values))
    return false;
  for_each_use(f, [&](ValueId v, uint32_t position) {
    ++first_use_[v + 1];
    last_[v] = std::max(last_[v], position);
  });
  for (size_t v = 0; v < values; ++v)
    first_use_[v + 1] += first_use_[v];
  if (!positions_.try_resize(first_use_[values]) ||
      !cursor_.try_append(first_use_.view().first(values)))
    return false;
  for_each_use(f, [&](ValueId v, uint32_t position) { positions_[cursor_[v]++] = position; });
  std::copy_n(first_use_.begin(), values, cursor_.begin());
  return find_ends(f);
}

uint32_t Chain::next_use(ValueId v, uint32_t position) {
  const uint32_t end = first_use_[v + 1];
  uint32_t& at = cursor_[v];
  while (at < end && positions_[at] < position)
    ++at;
  return at < end ? positions_[at] : kNever;
}

bool Chain::link(const ir::Function& f) {
  size_t blocks = 0;
  for (ir::BlockId b = 0;;) {
    bool first = true;
    for (const InstId i : body(f, b)) {
      if (f.insts[i].is_final != 0 || !links_.try_push({i, first ? b : kNone}))
        return false;
      first = false;
    }
    if (first)
      return false;
    const Inst& last = f.insts[f.blocks[b].last];
    const auto targets = targets_of(f, b);
    if (last.op == Op::Br) {
      b = targets[0].block;
    } else if (last.op == Op::BrIf) {
      const bool inverted = !is_side_exit(f, targets[0].block);
      b = targets[inverted ? 0 : 1].block;
      if (!is_side_exit(f, targets[inverted ? 1 : 0].block))
        return false;
    } else {
      return true;
    }
    if (++blocks == f.blocks.size() || f.blocks[b].params.count != 0)
      return false; // a loop is no trace
  }
}

/// Calls use(value, position) for each operand of the chain and of what leaves it.
template <typename Use>
void Chain::for_each_use(const ir::Function& f, Use use) const {
  for (uint32_t p = 0; p < links_.size(); ++p) {
    const Inst& inst = f.insts[links_[p].inst];
    for (const ValueId v : f.args(inst))
      use(v, p);
    if (inst.op != Op::BrIf)
      continue;
    for (const ir::Target& target : targets_of(f, inst.block)) {
      if (!is_side_exit(f, target.block))
        continue;
      for (const ValueId v : f.args(f.insts[f.blocks[target.block].first]))
        use(v, p);
    }
  }
}

/// A value stays as long as it is in the stack of a state.
bool Chain::find_ends(const ir::Function& f) {
  if (!stack_.try_begin(f))
    return false;
  uint32_t last_at = 0; // of the state that was looked at last
  bool fits = true;
  const auto ends = [&](ValueId v) {
    if (v == StackWalk::kEntryItem || v == StackWalk::kNothing || last_at <= last_[v])
      return;
    last_[v] = last_at;
    fits = fits && ends_.try_push({last_at, v});
  };
  const auto look = [&](ir::StateId s, uint32_t p) {
    if (s == kNone)
      return true;
    if (!stack_.try_seek(s))
      return false;
    stack_.compare([&](int32_t, ValueId before, ValueId) { ends(before); });
    last_at = p;
    return fits;
  };
  for (uint32_t p = 0; p < links_.size(); ++p) {
    const Link& link = links_[p];
    const Inst& inst = f.insts[link.inst];
    if (link.begins != kNone && !look(f.blocks[link.begins].state, p))
      return false;
    if (!look(inst.state, p))
      return false;
    if (inst.op != Op::BrIf)
      continue;
    for (const ir::Target& target : targets_of(f, inst.block)) {
      if (is_side_exit(f, target.block) && !look(f.insts[f.blocks[target.block].first].state, p))
        return false;
    }
  }
  for (int32_t p = -static_cast<int32_t>(f.stack_need); p < stack_.height(); ++p)
    ends(stack_[p]);
  return fits;
}

} // namespace zvm::backend::asmjit
