// WordTranslator: where values are, and which variables they are aliases of.
#include <algorithm>

#include "backend/interp/function/translate.hpp"
#include "base/plant.hpp"

namespace zvm::backend::interp::word {

using ir::kNone;
using ir::Type;

// --- operands ---

bool WordTranslator::is_in_accumulator(ValueId v) const {
  return !module_->plain && (is_float(f_->type(v)) ? facc_ == v : acc_ == v);
}

bool WordTranslator::fits_number(ValueId v) const {
  if (!f_->is_constant(v) || module_->plain)
    return false;
  const uint64_t bits = f_->constant(v).limb(0);
  return f_->type(v) == Type::I32 ||
         (f_->type(v) == Type::I64 &&
          bits == static_cast<uint64_t>(int64_t{static_cast<int32_t>(bits)}));
}

WordTranslator::Operand WordTranslator::number_operand(ValueId v) const {
  return {At::Number, 0, static_cast<int32_t>(f_->constant(v).limb(0))};
}

void WordTranslator::settle(std::span<const ValueId> operands, bool from_accumulator) {
  if (pending_.value == kNone)
    return;
  const auto count = static_cast<uint32_t>(std::ranges::count(operands, pending_.value));
  if (count != 1 || uses_[pending_.value] != 1 || !from_accumulator ||
      pending_.in == Accumulator::None || !is_in_accumulator(pending_.value))
    flush();
}

/// Gives the pending result a slot.
void WordTranslator::flush() {
  const ValueId v = pending_.value;
  if (v == kNone)
    return;
  pending_.value = kNone;
  if (uses_[v] == 0)
    return;
  if (pending_.store != nullptr)
    code_[pending_.at] = reinterpret_cast<Word>(pending_.store);
  if (early_[v] != 0 && uses_[v] == 1 && outgoing_aliases_.empty()) {
    homes_[v] = Home::Outgoing;
    slots_[v] = early_[v] - 1;
    set_field(pending_.at, kDst, slots_[v] | kOutgoing);
    return;
  }
  homes_[v] = Home::Temp;
  slots_[v] = take_slots(slots_of(v));
  set_field(pending_.at, kDst, slots_[v]);
}

WordTranslator::Operand WordTranslator::operand(ValueId v, bool may_accumulate) {
  if (f_->is_constant(v)) {
    const unsigned count = slots_of(v);
    const uint32_t slot = take_slots(count);
    constant_to(v, slot);
    if (!borrowed_.try_push(slot | (count == 2 ? kOutgoing : 0)))
      failed_ = true;
    return {At::Slot, slot, 0};
  }
  if (may_accumulate && is_in_accumulator(v)) {
    if (pending_.value == v)
      pending_.value = kNone; // used up
    return {At::Acc, 0, 0};
  }
  ZVM_ASSERT(homes_[v] != Home::None);
  return {At::Slot, homes_[v] == Home::Outgoing ? slots_[v] | kOutgoing : slots_[v], 0};
}

void WordTranslator::release(ValueId v) {
  if (f_->is_constant(v))
    return;
  if (--uses_[v] == 0 && homes_[v] == Home::Temp)
    give_slots(slots_[v], slots_of(v));
}
void WordTranslator::release_all(std::span<const ValueId> values) {
  for (const ValueId v : values)
    release(v);
}

void WordTranslator::constant_to(ValueId v, uint32_t slot) {
  const Handlers& h = handlers();
  const U256& value = f_->constant(v);
  const uint64_t low = value.limb(0);
  if (f_->type(v) == Type::V128) {
    const uint32_t at = emit(h.move_words, 4);
    set_field(at, kDst, slot);
    if (!failed_) {
      code_[at + 2] = low;
      code_[at + 3] = value.limb(1);
    }
  } else if (low <= INT32_MAX || low >= static_cast<uint64_t>(int64_t{INT32_MIN})) {
    const uint32_t at = emit(h.move_number, 2);
    set_field(at, kDst, slot);
    set_half(at, 3, static_cast<uint32_t>(low));
  } else {
    const uint32_t at = emit(h.move_word, 3);
    set_field(at, kDst, slot);
    if (!failed_)
      code_[at + 2] = low;
  }
}

/// The value, which is not pending, also in that slot.
void WordTranslator::move_to(ValueId v, uint32_t slot) {
  const uint32_t call = gas_after_call_; // a move may come behind what it says is charged
  if (f_->is_constant(v)) {
    constant_to(v, slot);
  } else if (const Operand from = slot_operand(v); from.slot != slot) {
    const Handlers& h = handlers();
    const uint32_t at = emit(slots_of(v) == 2 ? h.move_vector : h.move, 2);
    set_field(at, kDst, slot);
    set_operand(at, kA, from);
  }
  gas_after_call_ = call;
}

uint32_t WordTranslator::take_slots(unsigned count) {
  Vec<uint32_t>& free = free_[count - 1];
  if (!free.empty()) {
    const uint32_t slot = free.back();
    free.pop();
    return slot;
  }
  const uint32_t slot = top_;
  top_ += count;
  return slot;
}
void WordTranslator::give_slots(uint32_t slot, unsigned count) {
  if (!free_[count - 1].try_push(slot))
    failed_ = true;
}

// --- aliases ---

void WordTranslator::save(ValueId v) {
  const uint32_t slot = take_slots(slots_of(v));
  move_to(v, slot);
  homes_[v] = Home::Temp;
  slots_[v] = slot;
}

void WordTranslator::save_aliases_of(uint32_t variable) {
  for (ValueId v = aliases_[variable]; v != kNone; v = alias_before_[v]) {
    if (uses_[v] != 0 && homes_[v] == Home::Variable && !is_planted(Plant::Alias))
      save(v);
  }
  aliases_[variable] = kNone;
}

/// Who needs what the variable was has it in a slot of its own, before the pending instruction.
/// False: this could not be.
bool WordTranslator::leave_aliases_of(uint32_t variable) {
  for (ValueId v = aliases_[variable]; v != kNone; v = alias_before_[v]) {
    if (uses_[v] != 0 && homes_[v] == Home::Variable &&
        (slots_of(v) != 1 || starts_.back() != pending_.at))
      return false;
  }
  for (ValueId v = aliases_[variable]; v != kNone; v = alias_before_[v]) {
    if (uses_[v] != 0 && homes_[v] == Home::Variable && !is_planted(Plant::Alias))
      save_before_pending(v);
  }
  return true;
}

/// Slots that the pending instruction reads may have been given back, but it has yet to read them.
void WordTranslator::save_before_pending(ValueId v) {
  const auto reads = [&](uint32_t slot) {
    for (unsigned field = 0; field < 4; ++field) {
      if (read_at<uint16_t>(code_.view(), pending_.at * 8 + 8 + 2 * field) == slot)
        return true;
    }
    return false;
  };
  uint32_t passed_over[4];
  unsigned count = 0;
  uint32_t slot = take_slots(1);
  while (reads(slot) && count < 4) {
    passed_over[count++] = slot;
    slot = take_slots(1);
  }
  while (count > 0)
    give_slots(passed_over[--count], 1);

  const uint32_t at = pending_.at;
  constexpr unsigned kWords = 2; // of a move
  const size_t end = code_.size();
  if (emit(handlers().move, kWords) != end || failed_)
    return;
  std::rotate(code_.begin() + at, code_.begin() + end, code_.end());
  starts_[starts_.size() - 1] = at + kWords;
  for (size_t i = outgoing_fixes_.size(); i > 0 && outgoing_fixes_[i - 1].at >= at * 8; --i)
    outgoing_fixes_[i - 1].at += 8 * kWords;
  pending_.at += kWords;
  set_field(at, kDst, slot);
  set_field(at, kA, slots_[v]);
  homes_[v] = Home::Temp;
  slots_[v] = slot;
}

/// Results of the last call that the next one would overwrite, unless they are arguments in their
/// place.
void WordTranslator::save_outgoing(std::span<const ValueId> arguments) {
  uint32_t slot = 0;
  for (const ValueId v : arguments) {
    // In its place and used up: not to be saved.
    if (!f_->is_constant(v) && homes_[v] == Home::Outgoing && slots_[v] == slot && uses_[v] == 1)
      homes_[v] = Home::None;
    slot += slots_of(v);
  }
  for (const ValueId v : outgoing_aliases_) {
    if (uses_[v] != 0 && homes_[v] == Home::Outgoing)
      save(v);
  }
  outgoing_aliases_.clear();
  for (const ValueId v : arguments) {
    if (!f_->is_constant(v) && homes_[v] == Home::None)
      homes_[v] = Home::Outgoing;
  }
}

void WordTranslator::save_all_aliases() {
  for (const auto& [v, variable] : block_aliases_) {
    if (uses_[v] != 0 && homes_[v] == Home::Variable)
      save(v);
    aliases_[variable] = kNone;
  }
  block_aliases_.clear();
  for (const ValueId v : outgoing_aliases_) {
    if (uses_[v] != 0 && homes_[v] == Home::Outgoing)
      save(v);
  }
  outgoing_aliases_.clear();
}

uint32_t WordTranslator::place_outgoing(std::span<const ValueId> values) {
  // Where earlier results are in the way, the last instruction may not store there.
  if (pending_.value != kNone) {
    const bool is_last = !values.empty() && values.back() == pending_.value &&
                         uses_[pending_.value] == 1 && outgoing_aliases_.empty() && !module_->plain;
    early_[pending_.value] = 0;
    if (is_last) {
      uint32_t slot = 0;
      for (const ValueId v : values.first(values.size() - 1))
        slot += slots_of(v);
      early_[pending_.value] = slot + 1;
    }
    flush();
  }
  save_outgoing(values);
  uint32_t slot = 0;
  for (const ValueId v : values) {
    move_to(v, slot | kOutgoing);
    slot += slots_of(v);
  }
  release_all(values);
  return slot;
}

} // namespace zvm::backend::interp::word
