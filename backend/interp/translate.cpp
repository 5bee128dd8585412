#include "backend/interp/translate.hpp"

#include <algorithm>

namespace zvm::backend::interp {

using ir::Inst;
using ir::InstId;
using ir::kNone;
using ir::Op;
using ir::ValueId;

namespace {

/// Slots reach this many items from the slot pointer: int16 byte offsets.
constexpr int32_t kReach = 1000;

/// A block that only leaves, and charges nothing: it can stand behind the chain.
bool is_side_exit(const ir::Function& f, ir::BlockId b) {
  const ir::Block& block = f.blocks[b];
  if (block.first == kNone || block.first != block.last || block.gas != 0)
    return false;
  const Op op = f.insts[block.first].op;
  return op == Op::Leave || op == Op::LeaveDynamic || op == Op::Exit;
}

} // namespace

bool SlotTranslator::translate(const ir::Function& f, const Place* places) {
  f_ = &f;
  places_ = places;
  asm_.clear();
  chain_.clear();
  starts_.clear();
  free_temps_.clear();
  held_temps_.clear();
  stub_moves_.clear();
  stubs_.clear();
  endings_.clear();
  changes_.clear();
  visits_.clear();
  changed_.clear();
  visit_ = applied_ = released_ = last_state_at_ = 0;
  low_ = 0;
  acc_ = pending_touch_ = pending_test_ = kNone;
  refused_ = false;
  need_ = static_cast<int32_t>(f.stack_need);
  growth_ = static_cast<int32_t>(f.stack_growth);
  spare_ = growth_;
  next_temp_ = growth_ + 1;
  if (need_ + growth_ > static_cast<int32_t>(runtime::kStackLimit) || need_ > kReach ||
      growth_ > kReach) {
    return false;
  }
  // It knows no other entry than the first, and fails nowhere for good.
  if (!f.entries.empty() || !number_chain() || !count_uses())
    return false;
  for (position_ = 0; position_ < chain_.size(); ++position_) {
    if (starts_[position_] != kNone)
      emit_head(starts_[position_]);
    emit_inst(f.insts[chain_[position_]]);
    if (!held_temps_.empty())
      drop_temporaries();
    if (refused_ || asm_.failed() || next_temp_ > kReach)
      return false;
  }
  emit_stubs();
  return !refused_ && !asm_.failed();
}

// --- the chain ---

bool SlotTranslator::number_chain() {
  const ir::Function& f = *f_;
  size_t blocks = 0;
  for (ir::BlockId b = 0;;) {
    bool first = true;
    for (InstId i = f.blocks[b].first; i != kNone; i = f.insts[i].next) {
      if (f.insts[i].is_final != 0 || !chain_.try_push(i) || !starts_.try_push(first ? b : kNone))
        return false;
      first = false;
    }
    if (first)
      return false;
    const Inst& last = f.insts[f.blocks[b].last];
    const ir::Target* targets = f.targets.data() + last.targets.begin;
    ir::BlockId next_block = kNone;
    if (last.op == Op::Br) {
      next_block = targets[0].block;
      if (targets[0].args.count != 0)
        return false;
    } else if (last.op == Op::BrIf) {
      if (targets[0].args.count != 0 || targets[1].args.count != 0)
        return false;
      const bool inverted = !is_side_exit(f, targets[0].block);
      next_block = targets[inverted ? 0 : 1].block;
      if (!is_side_exit(f, targets[inverted ? 1 : 0].block))
        return false;
    } else {
      return true;
    }
    if (++blocks == f.blocks.size())
      return false; // a loop is no trace
    b = next_block;
  }
}

bool SlotTranslator::count_uses() {
  const ir::Function& f = *f_;
  const size_t n = f.values.size();
  homes_.clear();
  pool_places_.clear();
  entry_live_.clear();
  occupants_.clear();
  items_.clear();
  Home* const homes = homes_.try_extend(n);
  if ((homes == nullptr && n != 0) || !pool_places_.try_resize(f.constants.size()) ||
      !entry_live_.try_resize(f.stack_need + 1) || !stack_.try_begin(f) ||
      !occupants_.try_resize(place(growth_)) || !items_.try_resize(place(growth_))) {
    return false;
  }
  for (ValueId v = 0; v < n; ++v)
    homes[v] = {nullptr, kNoSlot, kNoSlot, 0, v, kNone, false, false};
  int32_t slot = -need_;
  for (const ValueId v : f.values_of(f.blocks[0].params))
    homes[v].slot = slot++;
  std::ranges::fill(occupants_, kNone);
  std::ranges::fill(items_, ir::StackWalk::kEntryItem);
  for (uint32_t i = 0; i < chain_.size(); ++i) {
    const Inst& inst = f.insts[chain_[i]];
    if (starts_[i] != kNone && !count_state(f.blocks[starts_[i]].state, i))
      return false;
    for (const ValueId v : f.args(inst))
      ++homes_[v].uses;
    if (!count_state(inst.state, i))
      return false;
    if (inst.op == Op::BrIf) {
      for (uint32_t t = 0; t < 2; ++t) {
        const ir::BlockId b = f.targets[inst.targets.begin + t].block;
        if (i + 1 < chain_.size() && starts_[i + 1] == b)
          continue;
        const Inst& side = f.insts[f.blocks[b].first];
        for (const ValueId v : f.args(side))
          ++homes_[v].uses;
        if (!count_state(side.state, i))
          return false;
      }
    }
  }
  // What nobody takes away is needed to the last state.
  for (int32_t p = -need_; p < stack_.height(); ++p)
    note_left(p, stack_[p]);
  const Inst& end = f.insts[chain_.back()];
  if (end.state == kNone || end.op == Op::Exit)
    return true;
  return want_final_slots(end.state,
                          end.op == Op::LeaveDynamic ? static_cast<uint32_t>(end.attribute) : 0);
}

bool SlotTranslator::count_new_state(ir::StateId s, uint32_t position) {
  if (!stack_.try_seek(s))
    return false;
  stack_.compare([&](int32_t at, ValueId before, ValueId now) {
    if (before != ir::StackWalk::kNothing)
      note_left(at, before);
    if (now == ir::StackWalk::kNothing)
      return;
    if (now != ir::StackWalk::kEntryItem)
      ++homes_[now].uses;
    if (!changes_.try_push({at, now}))
      asm_.set_failed();
  });
  const auto end = static_cast<uint32_t>(changes_.size());
  if ((visits_.empty() || visits_.back().state != s) && !visits_.try_push({s, end}))
    return false;
  last_state_at_ = position;
  return !asm_.failed();
}

/// The item is on the stack of the last state that was counted, and not on that of the next.
void SlotTranslator::note_left(int32_t position, ValueId value) {
  if (value != ir::StackWalk::kEntryItem) {
    if (!endings_.try_push({last_state_at_, value}))
      asm_.set_failed();
  } else if (position < 0) {
    entry_live_[static_cast<size_t>(-position)] = last_state_at_ + 1;
  }
}

bool SlotTranslator::want_final_slots(ir::StateId s, uint32_t drop) {
  if (!stack_.try_seek(s))
    return false;
  for (int32_t p = stack_.low(); p < stack_.height() - static_cast<int32_t>(drop); ++p) {
    ValueId v = stack_[p];
    if (v == ir::StackWalk::kEntryItem)
      continue;
    if (f_->values[v].kind == ir::ValueKind::Result) {
      const Inst& def = f_->insts[f_->values[v].def];
      if (def.op == Op::Zext)
        v = f_->args(def)[0];
    }
    if (homes_[v].wanted == kNoSlot)
      homes_[v].wanted = p;
  }
  return true;
}

} // namespace zvm::backend::interp
