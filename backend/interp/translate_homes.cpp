// SlotTranslator: where values live, and what is moved where a trace is left.
#include <algorithm>

#include "backend/interp/handlers.hpp"
#include "backend/interp/translate.hpp"

namespace zvm::backend::interp {

using ir::Inst;
using ir::kNone;
using ir::ValueId;

bool SlotTranslator::is_free(int32_t position) const {
  if (position >= growth_ || position < -need_)
    return false;
  if (occupants_[place(position)] != kNone)
    return false;
  if (position >= 0)
    return true;
  const ValueId param = f_->values_of(f_->blocks[0].params)[place(position)];
  return homes_[param].uses == 0 && entry_live_[static_cast<size_t>(-position)] <= position_ + 1;
}

void SlotTranslator::free_slot(int32_t position) {
  if (position < growth_) {
    occupants_[place(position)] = kNone;
  } else if (!free_temps_.try_push(position)) {
    asm_.set_failed();
  }
}

int32_t SlotTranslator::new_temporary() {
  if (!free_temps_.empty()) {
    const int32_t position = free_temps_.back();
    free_temps_.pop();
    return position;
  }
  return next_temp_++;
}

void SlotTranslator::drop_temporaries() {
  for (const int32_t position : held_temps_)
    free_slot(position);
  held_temps_.clear();
}

Operand SlotTranslator::operand(ValueId v) {
  const ir::Value& value = f_->values[v];
  if (value.kind == ir::ValueKind::Constant) {
    const U256& constant = f_->constants[value.def];
    if (constant.fits_u64())
      return {Kind::Imm, 0, constant.low64()};
    uint32_t& place = pool_places_[value.def];
    if (place == 0)
      place = asm_.pool(constant) + 1;
    return {Kind::Pool, 0, place - 1};
  }
  Home& home = homes_[root(v)];
  if (acc_ == root(v))
    return {Kind::Acc, 0, 0};
  if (home.slot == kNoSlot) {
    refused_ = true; // a value that was never computed: the function is not what it should be
    return {};
  }
  home.slot_read = true;
  return {Kind::Slot, offset(home.slot), 0};
}

Operand SlotTranslator::slot_operand(ValueId v) {
  if (!f_->is_constant(v)) {
    Home& home = homes_[root(v)];
    if (home.slot == kNoSlot) {
      refused_ = true;
      return {};
    }
    home.slot_read = true;
    return {Kind::Slot, offset(home.slot), 0};
  }
  const int32_t position = new_temporary();
  if (!held_temps_.try_push(position))
    asm_.set_failed();
  const Move move{offset(position), operand(v)};
  emit_moves(&move, 1);
  return {Kind::Slot, offset(position), 0};
}

/// Its slot is free, unless it is that of a parameter.
void SlotTranslator::end_life(ValueId v, Home& home) {
  if (f_->values[v].kind != ir::ValueKind::Result)
    return;
  if (!home.slot_read && home.no_store != nullptr && !asm_.failed()) {
    asm_.at(home.producer).fn = home.no_store;
  }
  free_slot(home.slot);
  home.slot = kNoSlot;
}

void SlotTranslator::release_all(const Inst& inst) {
  for (const ValueId v : f_->args(inst))
    release(v);
  release_states();
}

void SlotTranslator::define(ValueId v, Instr& producer, Handler no_store) {
  Home& home = homes_[v];
  const bool in_place = home.wanted != kNoSlot && is_free(home.wanted);
  home.slot = in_place ? home.wanted : new_temporary();
  if (in_place)
    occupants_[place(home.slot)] = v;
  producer.dst = offset(home.slot);
  home.producer = asm_.here() - 1;
  home.no_store = no_store;
  acc_ = v;
  if (home.uses == 0) {
    free_slot(home.slot);
    home.slot = kNoSlot;
  }
}

void SlotTranslator::alias(ValueId v, ValueId of, bool high_garbage) {
  const uint32_t r = root(of);
  homes_[v].root = r;
  homes_[v].high_garbage = high_garbage;
  homes_[r].uses += homes_[v].uses;
}

// --- frame states ---

int32_t SlotTranslator::delta(const ir::FrameState& s, uint32_t drop) {
  return (s.height - static_cast<int32_t>(drop)) * 32;
}

/// The states of what is written are among those that were counted, in their order.
bool SlotTranslator::seek(ir::StateId s) {
  while (visit_ < visits_.size() && visits_[visit_].state != s)
    ++visit_;
  if (visit_ == visits_.size() || !changed_.try_reserve(changed_.size() + changes_.size()))
    return false;
  for (; applied_ < visits_[visit_].end; ++applied_) {
    const auto [position, value] = changes_[applied_];
    item(position) = value;
    low_ = std::min(low_, position);
    *changed_.try_extend(1) = position;
  }
  return true;
}

bool SlotTranslator::state_moves(ir::StateId s, uint32_t drop) {
  moves_.clear();
  if (!seek(s))
    return false;
  const int32_t end = f_->states[s].height - static_cast<int32_t>(drop);
  const int32_t low = std::min(low_, end);
  bool may_conflict = false; // reads what another one writes
  for (int32_t position = low; position < end; ++position) {
    const ValueId v = item(position);
    if (v == ir::StackWalk::kEntryItem)
      continue; // where it is
    Home& home = homes_[root(v)];
    if (home.slot == position) {
      home.slot_read = true;
      continue;
    }
    may_conflict |= low <= home.slot && home.slot < end;
    if (!moves_.try_push({offset(position), operand(v)}))
      return false;
  }
  return !may_conflict || order_.run(moves_, offset(spare_));
}

/// A value stays where it is as long as a state has it, so that a record need not repeat what the
/// one before it tells, but for the accumulator.
uint32_t SlotTranslator::make_record(ir::StateId s) {
  moves_.clear();
  if (!seek(s))
    asm_.set_failed();
  const ir::FrameState& state = f_->states[s];
  size_t again = 0;
  for (const int32_t position : changed_) {
    if (position >= state.height)
      continue;
    const ValueId v = item(position);
    Operand from{Kind::Slot, offset(position), 0}; // where it is
    if (v != ir::StackWalk::kEntryItem) {
      Home& home = homes_[root(v)];
      home.slot_read |= home.slot == position;
      if (home.slot != position)
        from = operand(v);
    }
    if (!moves_.try_push({offset(position), from}))
      asm_.set_failed();
    if (from.kind == Kind::Acc)
      changed_[again++] = position;
  }
  changed_.truncate(again);
  return asm_.record(state.pc, delta(state, 0), state.unused, moves_.view());
}

/// A cycle of two, by way of the spare slot: spare <- x, x <- y, y <- spare.
bool SlotTranslator::is_exchange(std::span<const Move> moves) const {
  if (moves.size() < 3)
    return false;
  const int16_t spare = offset(spare_);
  const Move &save = moves[0], &overwrite = moves[1], &restore = moves[2];
  return save.dst == spare && overwrite.src.kind == Kind::Slot && overwrite.dst == save.src.slot &&
         restore.src.kind == Kind::Slot && restore.src.slot == spare &&
         restore.dst == overwrite.src.slot;
}

void SlotTranslator::emit_moves(const Move* moves, size_t count) {
  const Handlers& h = handlers();
  for (size_t i = 0; i < count; ++i) {
    const Move& m = moves[i];
    switch (m.src.kind) {
    case Kind::Slot: {
      if (is_exchange({moves + i, count - i})) {
        Instr& instr = asm_.emit(h.exchange);
        instr.dst = m.src.slot;
        instr.a = moves[i + 2].dst;
        i += 2;
        break;
      }
      const bool pair = i + 1 < count && moves[i + 1].src.kind == Kind::Slot;
      Instr& instr = asm_.emit(pair ? h.move2 : h.move);
      instr.dst = m.dst;
      instr.a = m.src.slot;
      if (pair) {
        ++i;
        instr.c = moves[i].dst;
        instr.b = moves[i].src.slot;
      }
      break;
    }
    case Kind::Acc:
      asm_.emit(h.move_acc).dst = m.dst;
      break;
    case Kind::Imm: {
      Instr& instr = asm_.emit(h.move_imm);
      instr.dst = m.dst;
      instr.imm = m.src.imm;
      break;
    }
    case Kind::Pool: {
      Instr& instr = asm_.emit(h.move_pool);
      instr.dst = m.dst;
      asm_.set_a(instr, m.src);
      break;
    }
    }
  }
}

void SlotTranslator::emit_stack(ir::StateId s, uint32_t drop) {
  if (!state_moves(s, drop))
    asm_.set_failed();
  emit_moves(moves_.data(), moves_.size());
}

} // namespace zvm::backend::interp
