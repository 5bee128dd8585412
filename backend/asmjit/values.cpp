#include "backend/asmjit/values.hpp"

#include <algorithm>

namespace zvm::backend::asmjit {

using ir::kNone;
using ir::ValueId;

namespace {

/// Homes reach this far from the operand base: areas have room for it above the highest stack.
constexpr int32_t kReach = 1000 * 32;

constexpr unsigned limbs_of(ir::Type type) { return (ir::bits(type) + 63) / 64; }

} // namespace

bool Values::try_begin(const ir::Function& f) {
  f_ = &f;
  failed_ = false;
  values_.clear();
  free_homes_.clear();
  runs_.clear();
  held_.fill(kNone);
  pinned_ = 0;
  position_ = 0;
  next_end_ = 0;
  spare_home_ = static_cast<int32_t>(f.stack_growth) * 32;
  next_home_ = spare_home_ + 32;
  if (!chain_.try_begin(f) || !values_.try_resize(f.values.size()))
    return false;
  for (ValueId v = 0; v < f.values.size(); ++v) {
    const ir::Value& value = f.values[v];
    const unsigned limbs = limbs_of(value.type);
    values_[v] = {.regs = {kNoReg, kNoReg, kNoReg, kNoReg},
                  .at_home = 0,
                  .zeros = static_cast<uint8_t>(0xf << limbs & 0xf),
                  .limbs = static_cast<uint8_t>(limbs),
                  .is_field = false,
                  .is_constant = value.kind == ir::ValueKind::Constant,
                  .home = kNowhere};
  }
  int32_t offset = -static_cast<int32_t>(f.stack_need) * 32;
  for (const ValueId v : f.values_of(f.blocks[0].params)) {
    values_[v].home = offset;
    values_[v].at_home = 0xf;
    offset += 32;
  }
  return true;
}

void Values::begin(const ir::Inst& inst, uint32_t position) {
  position_ = position;
  pinned_ = 0;
  const auto args = f_->args(inst);
  is_shared_ = false;
  for (size_t i = 1; i < args.size(); ++i)
    is_shared_ |= std::ranges::find(args.first(i), args[i]) != args.begin() + static_cast<long>(i);
}

void Values::end(const ir::Inst& inst) {
  for (const ValueId v : f_->args(inst)) {
    if (chain_.last(v) <= position_)
      release(v);
  }
  for (uint32_t i = 0; i < inst.result_count; ++i) {
    if (chain_.last(inst.result + i) <= position_)
      release(inst.result + i);
  }
  const auto ends = chain_.ends();
  for (; next_end_ < ends.size() && ends[next_end_].position <= position_; ++next_end_) {
    if (chain_.last(ends[next_end_].value) <= position_)
      release(ends[next_end_].value);
  }
  for (const int32_t offset : runs_)
    free_home(offset);
  runs_.clear();
}

Where Values::where(ValueId v, unsigned limb) const {
  const Value& value = values_[v];
  if ((value.zeros >> limb & 1) != 0)
    return {};
  if (value.is_constant)
    return {.constant = f_->constant(v).limb(limb)};
  if (value.regs[limb] != kNoReg)
    return {.in = Where::In::Register, .reg = value.regs[limb]};
  return home_of(value, limb);
}

Reg Values::load(ValueId v, unsigned limb) {
  const Where at = where(v, limb);
  if (at.in == Where::In::Register) {
    keep(at.reg);
    return at.reg;
  }
  const Reg r = fresh();
  encoder_.move(r, at);
  if (at.in == Where::In::Memory)
    hold(r, v, limb);
  return r;
}

Reg Values::take(ValueId v, unsigned limb) {
  const Where at = where(v, limb);
  if (at.in == Where::In::Register && dies(v)) {
    values_[v].regs[limb] = kNoReg;
    held_[at.reg] = kNone;
    keep(at.reg);
    return at.reg;
  }
  // The limb may be what makes room.
  const Reg r = fresh();
  encoder_.move(r, where(v, limb));
  return r;
}

Reg Values::spare() const {
  for (const Reg r : kPreferred) {
    if (held_[r] == kNone && (pinned_ >> r & 1) == 0)
      return r;
  }
  return kNoReg;
}

Reg Values::farthest() {
  Reg best = kNoReg;
  uint32_t best_use = 0;
  for (const Reg r : kPreferred) {
    if ((pinned_ >> r & 1) != 0)
      continue;
    const uint32_t use = chain_.next_use(held_[r] / 4, position_);
    if (best == kNoReg || use > best_use) {
      best = r;
      best_use = use;
    }
  }
  return best;
}

Reg Values::fresh() {
  Reg r = spare();
  if (r == kNoReg) {
    r = farthest();
    if (r == kNoReg) {
      // An instruction never asks for more than there are.
      failed_ = true;
      return kPreferred[0];
    }
    evict(r);
  }
  keep(r);
  return r;
}

void Values::claim(Reg r) {
  if (held_[r] != kNone) {
    const uint32_t limb = held_[r];
    const bool was_pinned = (pinned_ >> r & 1) != 0;
    keep(r);
    if (const Reg other = spare(); other != kNoReg) {
      encoder_.move(other, {.in = Where::In::Register, .reg = r});
      held_[r] = kNone;
      values_[limb / 4].regs[limb % 4] = kNoReg;
      hold(other, limb / 4, limb % 4);
      if (was_pinned)
        keep(other);
    } else {
      evict(r);
    }
  }
  keep(r);
}

void Values::hold(Reg r, ValueId v, unsigned limb) {
  held_[r] = v * 4 + limb;
  values_[v].regs[limb] = r;
}

void Values::evict(Reg r) {
  const ValueId v = held_[r] / 4;
  const unsigned limb = held_[r] % 4;
  Value& value = values_[v];
  if ((value.at_home >> limb & 1) == 0) {
    give_home(value);
    encoder_.store(home_of(value, limb), r);
    value.at_home |= static_cast<uint8_t>(1u << limb);
  }
  value.regs[limb] = kNoReg;
  held_[r] = kNone;
}

void Values::give_home(Value& value) {
  if (value.home != kNowhere)
    return;
  if (!free_homes_.empty()) {
    value.home = free_homes_.back();
    free_homes_.pop();
    return;
  }
  value.home = next_home_;
  next_home_ += 32;
  failed_ |= next_home_ > kReach;
}

void Values::free_home(int32_t offset) { failed_ |= !free_homes_.try_push(offset); }

void Values::define(ValueId v, unsigned limb, Reg r) { hold(r, v, limb); }

void Values::define_zeros(ValueId v, unsigned from) {
  values_[v].zeros |= static_cast<uint8_t>(0xf << from & 0xf);
}

void Values::define_field(ValueId v, int32_t offset) {
  values_[v].home = offset;
  values_[v].is_field = true;
  values_[v].at_home = 0xf;
}

void Values::define_home(ValueId v) {
  give_home(values_[v]);
  values_[v].at_home = 0xf;
}

Where Values::home(ValueId v) {
  Value& value = values_[v];
  give_home(value);
  complete_home(v);
  value.at_home = 0xf;
  return home_of(value, 0);
}

void Values::complete_home(ValueId v) const {
  const Value& value = values_[v];
  for (unsigned limb = 0; limb < 4; ++limb) {
    if ((value.at_home >> limb & 1) != 0)
      continue;
    const Where from = where(v, limb);
    encoder_.store(home_of(value, limb), from.in == Where::In::Register ? from.reg : kNoReg);
  }
}

std::optional<int32_t> Values::home_read(ValueId v) const {
  for (unsigned limb = 0; limb < 4; ++limb) {
    const Where at = where(v, limb);
    if (at.in == Where::In::Memory && !at.is_field)
      return values_[v].home;
  }
  return std::nullopt;
}

void Values::spill_all() {
  for (Reg r = 0; r < kRegisters; ++r) {
    if (held_[r] != kNone)
      evict(r);
  }
}

int32_t Values::run(uint32_t count) {
  const int32_t first = next_home_;
  for (uint32_t i = 0; i < count; ++i) {
    failed_ |= !runs_.try_push(next_home_);
    next_home_ += 32;
  }
  failed_ |= next_home_ > kReach;
  return first;
}

void Values::release(ValueId v) {
  Value& value = values_[v];
  for (Reg& r : value.regs) {
    if (r != kNoReg)
      held_[r] = kNone;
    r = kNoReg;
  }
  const bool is_own = value.home > spare_home_ && !value.is_field;
  if (is_own && value.at_home != 0)
    free_home(value.home);
  value.at_home = 0;
}

std::array<uint32_t, kRegisters> Values::registers() const { return held_; }

bool Values::try_note(Vec<Place>& places) const {
  Place* to = places.try_extend(values_.size());
  if (to == nullptr && !values_.empty())
    return false;
  for (ValueId v = 0; v < values_.size(); ++v) {
    const Value& value = values_[v];
    Place& place = to[v];
    place = {.zero_limbs = value.zeros};
    if (value.is_constant) {
      place.in = Place::In::Constants;
      place.offset = static_cast<int32_t>(f_->values[v].def);
    } else if (value.home != kNowhere) {
      place.in = value.is_field ? Place::In::Frame : Place::In::Operands;
      place.offset = value.home;
    }
  }
  return true;
}

} // namespace zvm::backend::asmjit
