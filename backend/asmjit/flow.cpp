#include "backend/asmjit/flow.hpp"

#include <algorithm>

namespace zvm::backend::asmjit {

using ir::BlockId;
using ir::Inst;
using ir::InstId;
using ir::kNone;
using ir::ValueId;

namespace {

/// What may live at beginnings of blocks and in states for each instruction of a function: of the
/// first so many, and of all others.
constexpr size_t kMostLive = 64, kFirst = 16 << 10, kMostLiveBeyond = 16;

/// Most values are used no more often.
constexpr size_t kFew = 3;

/// Whether the outcome can stay in the flags.
bool compares(ir::Op op) {
  using ir::Op;
  return (op >= Op::Eq && op <= Op::IsZero) || op == Op::FLt || op == Op::FLe;
}

BlockId block_of(const ir::Function& f, ValueId v) {
  const ir::Value& value = f.values[v];
  return value.kind == ir::ValueKind::Parameter ? value.def : f.insts[value.def].block;
}

} // namespace

bool Flow::try_begin(const ir::Function& f) {
  span_.clear();
  pairs_.clear();
  in_blocks_.clear();
  last_state_.clear();
  stack_place_.clear();
  seen_.clear();
  const size_t first = std::min(f.insts.size(), kFirst);
  room_ = kMostLive * (first + 64) + kMostLiveBeyond * (f.insts.size() - first);
  if (!cfg_.try_build(f) || !span_.try_resize(f.blocks.size()) ||
      !last_state_.try_resize(f.values.size()) || !stack_place_.try_resize(f.values.size()) ||
      !seen_.try_resize(f.values.size()) || !stack_.try_begin(f))
    return false;
  std::ranges::fill(seen_, kNone);
  std::ranges::fill(stack_place_, kNowhere);
  number(f);
  if (!find_entered(f) || !note_uses(f) || !sort(pairs_, f.values.size(), first_use_, uses_) ||
      !find_live(f))
    return false;
  if (f.has_states) // else none has a place
    prefer_places_of_parameters(f);
  return true;
}

bool Flow::is_compared_last(const ir::Function& f, const Inst& comparison) {
  const InstId end = f.blocks[comparison.block].last;
  const Inst& branch = f.insts[end];
  return branch.op == ir::Op::BrIf && f.args(branch)[0] == comparison.result &&
         (comparison.next == end || comparison.type != ir::Type::I256);
}

void Flow::number(const ir::Function& f) {
  uint32_t position = 0;
  for (const BlockId b : layout(f)) {
    span_[b].first = position;
    for (const InstId i : body(f, b)) {
      (void)i;
      ++position;
    }
    span_[b].end = position;
  }
  // An edge to a block that is not later makes its target a loop head.
  for (const BlockId b : layout(f)) {
    for (const ir::Target& t : targets_of(f, b)) {
      Span& to = span_[t.block];
      if (to.first <= span_[b].first)
        to.loop_end = std::max(to.loop_end, span_[b].end);
    }
  }
  uint32_t loop_end = 0;
  for (const BlockId b : layout(f)) {
    loop_end = std::max(loop_end, span_[b].loop_end);
    span_[b].is_in_loop = span_[b].first < loop_end;
  }
}

/// Behind a call of a message nobody goes on but by an entry.
bool Flow::find_entered(const ir::Function& f) {
  work_.clear();
  const auto enter = [&](BlockId b) {
    if (span_[b].is_entered)
      return true;
    span_[b].is_entered = true;
    return work_.try_push(b);
  };
  const bool fits = f.for_each_root([&](BlockId root) {
    span_[root].is_root = true;
    return enter(root);
  });
  if (!fits)
    return false;
  while (!work_.empty()) {
    const BlockId b = work_.back();
    work_.pop();
    if (f.insts[f.blocks[b].last].op == ir::Op::MessageCall)
      continue;
    for (const ir::Target& t : targets_of(f, b)) {
      if (!enter(t.block))
        return false;
    }
  }
  return true;
}

bool Flow::note_in_block(ValueId v, BlockId b, const ir::Function& f) {
  if (seen_[v] == b || f.is_constant(v))
    return true;
  seen_[v] = b;
  return block_of(f, v) == b || in_blocks_.try_push({v, b});
}

bool Flow::note_state(const ir::Function& f, ir::StateId s, BlockId b, uint32_t at) {
  if (s == kNone)
    return true;
  if (!stack_.try_seek(s))
    return false;
  for (int32_t p = stack_.low(); p < stack_.height(); ++p) {
    const ValueId v = stack_[p];
    if (v == ir::StackWalk::kEntryItem)
      continue;
    if (room_-- == 0 || !note_in_block(v, b, f))
      return false;
    last_state_[v] = at;
    stack_place_[v] = p;
  }
  return true;
}

bool Flow::note_compared(const ir::Function& f, ValueId condition, BlockId b, uint32_t at) {
  if (f.is_constant(condition) || f.values[condition].kind == ir::ValueKind::Parameter)
    return true;
  const Inst& comparison = f.insts[f.values[condition].def];
  if (comparison.block != b || !compares(comparison.op) || comparison.next == f.blocks[b].last ||
      !is_compared_last(f, comparison))
    return true;
  for (const ValueId v : f.args(comparison)) {
    if (!f.is_constant(v) && !pairs_.try_push({v, at}))
      return false;
  }
  return true;
}

bool Flow::note_uses(const ir::Function& f) {
  for (const BlockId b : layout(f)) {
    uint32_t at = span_[b].first;
    if (!span_[b].is_entered)
      continue;
    if (!note_state(f, f.blocks[b].state, b, at))
      return false;
    for (const InstId i : body(f, b)) {
      const Inst& inst = f.insts[i];
      const auto use = [&](ValueId v) {
        return f.is_constant(v) || (pairs_.try_push({v, at}) && note_in_block(v, b, f));
      };
      for (const ValueId v : f.args(inst)) {
        if (!use(v))
          return false;
      }
      // What is compared there, if the comparison stands farther ahead.
      if (inst.op == ir::Op::BrIf && !note_compared(f, f.args(inst)[0], b, at))
        return false;
      const ir::Range targets = inst.targets;
      for (uint32_t t = targets.begin; t < targets.begin + targets.count; ++t) {
        for (const ValueId v : f.values_of(f.targets[t].args)) {
          // The result of a message comes from whoever enters behind it.
          if (v != inst.result && !use(v))
            return false;
        }
      }
      if (inst.state != kNone && !note_state(f, inst.state, b, at))
        return false;
      ++at;
    }
  }
  return true;
}

bool Flow::sort(const Vec<Pair>& pairs, size_t keys, Vec<uint32_t>& first, Vec<uint32_t>& items) {
  first.clear();
  items.clear();
  if (!first.try_resize(keys + 2) || !items.try_resize(pairs.size()))
    return false;
  for (const Pair& pair : pairs)
    ++first[pair.key + 2];
  for (size_t k = 2; k < first.size(); ++k)
    first[k] += first[k - 1];
  for (const Pair& pair : pairs)
    items[first[pair.key + 1]++] = pair.item;
  return true;
}

/// From each block that uses a value up to the one that defines it.
bool Flow::find_live(const ir::Function& f) {
  if (!sort(in_blocks_, f.values.size(), first_block_, blocks_))
    return false;
  pairs_.clear();
  Vec<uint32_t>& stamp = seen_; // by block now
  stamp.clear();
  if (!stamp.try_resize(f.blocks.size()))
    return false;
  std::ranges::fill(stamp, kNone);
  for (ValueId v = 0; v < f.values.size(); ++v) {
    work_.clear();
    const auto add = [&](BlockId b) {
      if (stamp[b] == v || block_of(f, v) == b)
        return true;
      stamp[b] = v;
      return room_-- != 0 && pairs_.try_push({b, v}) && work_.try_push(b);
    };
    for (uint32_t i = first_block_[v]; i < first_block_[v + 1]; ++i) {
      if (!add(blocks_[i]))
        return false;
    }
    while (!work_.empty()) {
      const BlockId b = work_.back();
      work_.pop();
      for (const ir::Edge& e : cfg_.predecessors(b)) {
        if (span_[e.block].is_entered && !add(e.block))
          return false;
      }
    }
  }
  return sort(pairs_, f.blocks.size(), first_live_, live_);
}

/// What an edge brings to a parameter had best be where the parameter is.
void Flow::prefer_places_of_parameters(const ir::Function& f) {
  for (BlockId b = f.last_block(); b != kNone; b = f.blocks[b].prev) {
    for (const ir::Target& t : targets_of(f, b)) {
      const auto params = f.values_of(f.blocks[t.block].params);
      const auto args = f.values_of(t.args);
      for (size_t i = 0; i < args.size(); ++i) {
        if (stack_place_[args[i]] == kNowhere)
          stack_place_[args[i]] = stack_place_[params[i]];
      }
    }
  }
}

uint32_t Flow::next_use(ValueId v, uint32_t position) const {
  const auto all = uses_.view().subspan(first_use_[v], first_use_[v + 1] - first_use_[v]);
  for (size_t i = 0; i < std::min(all.size(), kFew); ++i) {
    if (all[i] >= position)
      return all[i];
  }
  if (all.size() <= kFew)
    return kNever;
  const auto at = std::ranges::lower_bound(all, position);
  return at == all.end() ? kNever : *at;
}

} // namespace zvm::backend::asmjit
