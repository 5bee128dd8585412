#include "backend/asmjit/values.hpp"

#include <algorithm>

#include "base/plant.hpp"

namespace zvm::backend::asmjit {

using ir::kNone;
using ir::ValueId;

namespace {

/// Bytes of an item of the guest's stack and of a slot of the function's own frame, how many slots
/// there may be (depth is bounded by the stack that frames take), and most limbs of a value.
struct Sizes {
  int32_t item, slot;
  size_t most_slots;
  unsigned limbs;
};
constexpr Sizes kByteCode = {32, 32, 128, 4}, kModule = {8, 16, 1024, 1};

constexpr Reg kBelieved = 5; ///< of Plant::Clobbered

} // namespace

/// Some of what registers hold goes to memory. Not where a block begins: ways in may go past that.
void Values::perturb() {
  if (position_ == flow_.first(block_) || !by_chance(4))
    return;
  for (Reg r = 0; r < kAllRegisters; ++r) {
    if (held_[r] != kNone && by_chance(2))
      evict(r);
  }
}

bool Values::try_begin(const ir::Function& f) {
  f_ = &f;
  failed_ = false;
  const size_t values = f.values.size();
  const size_t items =
      f.has_states ? size_t{f.stack_need} + f.stack_growth + 1 : 2 * f.blocks[0].params.count + 1;
  for (auto* v : {&item_users_, &slot_users_})
    v->clear();
  for (auto* v : {&item_taken_, &slot_taken_, &live_out_, &claimed_, &noted_})
    v->clear();
  values_.clear();
  zeros_.clear();
  is_bound_.clear();
  bound_.clear();
  bounds_.clear();
  shapes_.clear();
  has_shape_.clear();
  held_.fill(kNone);
  pinned_ = 0;
  serial_ = 0;
  chance_ = Chance::begin();
  need_ = static_cast<int32_t>(f.stack_need);
  const Sizes& sizes = f.has_states ? kByteCode : kModule;
  item_bytes_ = sizes.item;
  slot_bytes_ = sizes.slot;
  most_slots_ = sizes.most_slots;
  limbs_ = sizes.limbs;
  Binding* bindings = values_.try_extend(values);
  if (!flow_.try_begin(f) || (bindings == nullptr && values != 0) || !zeros_.try_resize(values) ||
      !is_bound_.try_resize(values) || !item_users_.try_resize(items) ||
      !item_taken_.try_resize(items) || !live_out_.try_resize(values) ||
      !noted_.try_resize(f.blocks.size()) || !claimed_.try_resize(values) ||
      !shapes_.try_resize(f.blocks.size()) || !has_shape_.try_resize(f.blocks.size()))
    return false;
  for (ValueId v = 0; v < values; ++v) {
    bindings[v] = {};
    zeros_[v] = static_cast<uint8_t>(0xf << limbs_of(v) & 0xf);
  }
  return true;
}

uint8_t Values::limbs_of(ValueId v) const {
  return is_vector(v) ? 1 : static_cast<uint8_t>((ir::bits(f_->type(v)) + 63) / 64);
}

Where Values::place_of(ValueId v, const Home& home, unsigned limb) const {
  Where at = limb_of(home, limb);
  at.is_vector = f_->type(v) == ir::Type::V128;
  return at;
}

// --- instructions ---

void Values::begin(const ir::Inst& inst, uint32_t position) {
  position_ = position;
  pinned_ = 0;
  const auto args = f_->args(inst);
  is_shared_ = args.size() == 2 && args[0] == args[1];
  for (size_t i = 1; i < args.size() && args.size() > 2; ++i)
    is_shared_ |= std::ranges::find(args.first(i), args[i]) != args.begin() + static_cast<long>(i);
  perturb();
}

void Values::end(const ir::Inst& inst) {
  const auto let_go = [&](ValueId v) {
    if (!lives_on(v))
      release(v);
  };
  for (const ValueId v : f_->args(inst))
    let_go(v);
  for (uint32_t i = 0; i < inst.result_count; ++i)
    let_go(inst.result + i);
}

bool Values::lives_on(ValueId v) const {
  return live_out_[v] == block_ + 1 || flow_.last_state(v) > position_ ||
         flow_.next_use(v, position_ + 1) < block_end_;
}

Where Values::where(ValueId v, unsigned limb) const {
  if ((zeros_[v] >> limb & 1) != 0)
    return {};
  const bool is_wide = f_->type(v) == ir::Type::V128;
  if (f_->is_constant(v)) {
    const U256& bits = f_->constant(v);
    return {.is_vector = is_wide, .constant = bits.limb(limb), .upper = is_wide ? bits.limb(1) : 0};
  }
  const Binding& b = values_[v];
  if (b.regs[limb] != kNoReg)
    return in_register(v, b.regs[limb]);
  return place_of(v, b.home, limb);
}

Reg Values::load(ValueId v, unsigned limb) {
  const Where at = where(v, limb);
  if (at.in == Where::In::Register) {
    keep(at.reg);
    return at.reg;
  }
  const Reg r = fresh(is_vector(v));
  encoder_.copy(in_register(v, r), at);
  if (at.is_memory())
    hold(r, v, limb);
  return r;
}

Reg Values::take(ValueId v, unsigned limb) {
  if (gives(v, limb)) {
    const Reg given = where(v, limb).reg;
    values_[v].regs[limb] = kNoReg;
    held_[given] = kNone;
    keep(given);
    return given;
  }
  // The limb may be what makes room.
  const Reg r = fresh(is_vector(v));
  encoder_.copy(in_register(v, r), where(v, limb));
  return r;
}

Reg Values::spare(bool vector) const {
  const std::span<const Reg> registers = preferred(vector);
  const uint64_t first = chance_.number(Perturb::Registers);
  for (size_t i = 0; i < registers.size(); ++i) {
    const Reg r = registers[(first + i) % registers.size()];
    if (held_[r] == kNone && (pinned_ >> r & 1) == 0)
      return r;
  }
  return kNoReg;
}

Reg Values::farthest(bool vectors) {
  Reg best = kNoReg;
  uint64_t best_use = 0;
  for (const Reg r : preferred(vectors)) {
    if ((pinned_ >> r & 1) != 0)
      continue;
    const ValueId v = held_[r] / 4;
    uint64_t use = flow_.next_use(v, position_);
    // What is used in the next round of a loop only comes before what no instruction takes again.
    if (use == Flow::kNever && flow_.uses(v) != 0 && live_out_[v] == block_ + 1)
      use = Flow::kNever - 1;
    // What memory has already costs no store.
    use = 2 * use + ((values_[v].at_home >> held_[r] % 4 & 1) != 0 ? 1 : 0);
    if (best == kNoReg || use > best_use || by_chance(3)) {
      best = r;
      best_use = use;
    }
  }
  return best;
}

Reg Values::fresh(bool vector) {
  Reg r = spare(vector);
  if (r == kNoReg) {
    r = farthest(vector);
    if (r == kNoReg) {
      // An instruction never asks for more than there are.
      failed_ = true;
      return preferred(vector)[0];
    }
    evict(r);
  }
  keep(r);
  return r;
}

void Values::claim(Reg r) {
  if (held_[r] != kNone) {
    const uint32_t limb = held_[r];
    const bool was_kept = (pinned_ >> r & 1) != 0;
    keep(r);
    if (const Reg other = spare(false); other != kNoReg) {
      encoder_.copy({.in = Where::In::Register, .reg = other},
                    {.in = Where::In::Register, .reg = r});
      held_[r] = kNone;
      hold(other, limb / 4, limb % 4);
      if (was_kept)
        keep(other);
    } else {
      evict(r);
    }
  }
  keep(r);
}

void Values::bind(ValueId v) {
  if (is_bound_[v] != 0)
    return;
  is_bound_[v] = 1;
  failed_ |= !bound_.try_push(v);
}

void Values::hold(Reg r, ValueId v, unsigned limb) {
  bind(v);
  held_[r] = v * 4 + limb;
  values_[v].regs[limb] = r;
}

void Values::define(ValueId v, unsigned limb, Reg r) { hold(r, v, limb); }

void Values::define_field(ValueId v, int32_t offset) {
  set_home(v, {Where::In::Frame, offset});
  values_[v].at_home = 0xf;
}

void Values::define_home(ValueId v) {
  give_home(v);
  values_[v].at_home = 0xf;
}

void Values::define_item(ValueId v, int32_t position) {
  set_home(v, {Where::In::Operands, item_bytes_ * position});
  values_[v].at_home = static_cast<uint8_t>(0xf & ~zeros_[v]);
}

// --- memory ---

uint16_t* Values::users(const Home& home) {
  if (home.in == Where::In::Operands)
    return &item_users_[static_cast<size_t>(home.offset / item_bytes_ + need_)];
  return home.in == Where::In::Native ? &slot_users_[static_cast<size_t>(home.offset / slot_bytes_)]
                                      : nullptr;
}

void Values::set_home(ValueId v, const Home& home) {
  bind(v);
  if (uint16_t* before = users(values_[v].home))
    --*before;
  values_[v].home = home;
  if (uint16_t* now = users(home))
    ++*now;
}

Values::Home Values::free_slot() {
  size_t slot = 0;
  while (slot < slot_users_.size() && slot_users_[slot] != 0)
    ++slot;
  if (slot == slot_users_.size())
    failed_ |= slot == most_slots_ || !slot_users_.try_push(0) || !slot_taken_.try_push(0);
  if (failed_)
    return {};
  return {Where::In::Native, slot_bytes_ * static_cast<int32_t>(slot)};
}

/// Its own item of the guest's stack, where nothing is that a state could ask for.
Values::Home Values::choose_home(ValueId v) {
  const int32_t place = flow_.stack_place(v);
  if (place >= 0 && item_users_[static_cast<size_t>(place + need_)] == 0)
    return {Where::In::Operands, item_bytes_ * place};
  return free_slot();
}

void Values::give_home(ValueId v) {
  if (values_[v].home.in == Where::In::Constant)
    set_home(v, choose_home(v));
}

void Values::save(Reg r) {
  const ValueId v = held_[r] / 4;
  const unsigned limb = held_[r] % 4;
  Binding& b = values_[v];
  if ((b.at_home >> limb & 1) != 0)
    return;
  give_home(v);
  if (!is_planted(Plant::Spill) || limb != 3)
    encoder_.copy(place_of(v, b.home, limb), in_register(v, r));
  b.at_home |= static_cast<uint8_t>(1u << limb);
}

void Values::evict(Reg r) {
  save(r);
  values_[held_[r] / 4].regs[held_[r] % 4] = kNoReg;
  held_[r] = kNone;
}

Where Values::home(ValueId v) {
  give_home(v);
  Binding& b = values_[v];
  for (unsigned limb = 0; limb < 4; ++limb) {
    if ((b.at_home >> limb & 1) == 0)
      encoder_.copy(limb_of(b.home, limb), where(v, limb));
  }
  b.at_home = 0xf;
  return limb_of(b.home, 0);
}

bool Values::is_item(ValueId v, int32_t position) const {
  const Home place{Where::In::Operands, 32 * position};
  return !f_->is_constant(v) && values_[v].home == place && values_[v].at_home == 0xf;
}

void Values::spill_all() {
  for (Reg r = 0; r < kAllRegisters; ++r) {
    if (held_[r] != kNone && is_planted(Plant::Clobbered) && r == kBelieved)
      save(r);
    else if (held_[r] != kNone)
      evict(r);
  }
}

void Values::release(ValueId v) {
  if (f_->is_constant(v))
    return;
  Binding& b = values_[v];
  for (unsigned limb = 0; limb < limbs_; ++limb) {
    if (b.regs[limb] != kNoReg)
      held_[b.regs[limb]] = kNone;
    b.regs[limb] = kNoReg;
  }
  if (b.home.in != Where::In::Constant)
    set_home(v, {});
  b.at_home = 0;
}

void Values::forget_all() {
  for (const ValueId v : bound_) {
    release(v);
    is_bound_[v] = 0;
  }
  bound_.clear();
}

// --- calls ---

void Values::add_call(const ir::StackWalk& stack, int32_t kept, ParallelMoves& moves) {
  behind_call_.clear();
  ++serial_;
  const auto add_word = [&](const Where& to, ValueId v) {
    for (unsigned limb = 0; limb < 4; ++limb) {
      Where at = to;
      at.offset += static_cast<int32_t>(8 * limb);
      moves.add(at, where(v, limb));
    }
  };
  const auto stays = [&](ValueId v, const Home& home) {
    claimed_[v] = serial_;
    Bound bound{v, {}};
    bound.binding.home = home;
    bound.binding.at_home = 0xf;
    failed_ |= !behind_call_.try_push(bound);
  };
  for (int32_t p = stack.low(); p < stack.height(); ++p) {
    const ValueId v = stack[p];
    if (v == ir::StackWalk::kEntryItem)
      continue;
    if (!is_item(v, p))
      add_word(item(p), v);
    if (p < kept && !f_->is_constant(v) && claimed_[v] != serial_ && lives_on(v))
      stays(v, {Where::In::Operands, 32 * p});
  }
  // What lives on without being on the stack, or only where the callee may write.
  const size_t count = bound_.size();
  for (size_t i = 0; i < count; ++i) {
    const ValueId v = bound_[i];
    if (claimed_[v] == serial_ || !lives_on(v))
      continue;
    const Binding& b = values_[v];
    const int32_t place = b.home.offset / 32;
    const bool is_untouched = b.home.in == Where::In::Operands && place < kept &&
                              (place < stack.low() || stack[place] == ir::StackWalk::kEntryItem);
    const bool is_safe =
        b.home.in == Where::In::Native || b.home.in == Where::In::Frame || is_untouched;
    if (is_safe) {
      // Limbs that only registers hold.
      for (unsigned limb = 0; limb < 4; ++limb) {
        if ((b.at_home >> limb & 1) == 0)
          moves.add(limb_of(b.home, limb), where(v, limb));
      }
      stays(v, b.home);
      continue;
    }
    const Home slot = free_slot();
    if (failed_)
      return;
    ++slot_users_[static_cast<size_t>(slot.offset / 32)]; // given back by finish_call()
    add_word(limb_of(slot, 0), v);
    stays(v, slot);
  }
}

void Values::save_living() {
  for (Reg r = 0; r < kAllRegisters; ++r) {
    if (held_[r] != kNone && lives_on(held_[r] / 4))
      save(r);
  }
}

void Values::forget_registers() {
  for (uint32_t& held : held_) {
    if (held != kNone)
      values_[held / 4].regs[held % 4] = kNoReg;
    held = kNone;
  }
}

void Values::finish_call() {
  forget_all();
  std::ranges::fill(slot_users_, uint16_t{0});
  for (const Bound& bound : behind_call_) {
    set_home(bound.value, bound.binding.home);
    values_[bound.value].at_home = bound.binding.at_home;
  }
}

} // namespace zvm::backend::asmjit
