// Values: where they are where blocks begin.
#include <algorithm>
#include <utility>

#include "backend/asmjit/values.hpp"
#include "ir/call.hpp"

namespace zvm::backend::asmjit {

using ir::BlockId;
using ir::kNone;
using ir::ValueId;

namespace {

/// Registers of each kind that hold values at the head of a loop: what the loop does needs some, too.
constexpr unsigned kMostAtHead = kRegisters - 2, kMostVectorsAtHead = kVectors - 2;
/// A parameter that is used within so many instructions is worth registers.
constexpr uint32_t kSoon = 40;

} // namespace

void Values::begin_block(BlockId b) {
  forget_all();
  block_ = b;
  position_ = flow_.first(b);
  block_end_ = flow_.end(b);
  pinned_ = 0;
  for (const ir::Target& t : targets_of(*f_, b)) {
    if (std::exchange(noted_[t.block], b + 1) == b + 1)
      continue; // a table may lead to one block many times
    for (const ValueId v : flow_.live_in(t.block))
      live_out_[v] = b + 1;
  }
  if (has_shape_[b] == 0) {
    // Nobody has come here yet: all is in memory.
    const ir::Target none{b, {}};
    make_shape(none);
  }
  const ir::Range shape = shapes_[b];
  for (uint32_t i = shape.begin; i < shape.begin + shape.count && !failed_; ++i) {
    const auto& [v, binding] = bounds_[i];
    set_home(v, binding.home);
    values_[v].at_home = binding.at_home;
    for (unsigned limb = 0; limb < limbs_; ++limb) {
      if (binding.regs[limb] != kNoReg)
        hold(binding.regs[limb], v, limb);
    }
  }
}

void Values::begin_root(BlockId b, int32_t first_item) {
  has_shape_[b] = 1;
  shapes_[b] = {};
  begin_block(b);
  for (const ValueId v : f_->values_of(f_->blocks[b].params)) {
    define_item(v, first_item);
    first_item += static_cast<int32_t>(ir::slots_of(f_->type(v)));
  }
}

void Values::add_edge(const ir::Target& target, ParallelMoves& moves) {
  if (has_shape_[target.block] == 0)
    make_shape(target);
  if (failed_)
    return;
  const auto params = f_->values_of(f_->blocks[target.block].params);
  const auto args = f_->values_of(target.args);
  const ir::Range shape = shapes_[target.block];
  // Its parameters come first, in their order.
  for (uint32_t i = 0; i < shape.count; ++i) {
    const auto& [v, to] = bounds_[shape.begin + i];
    const ValueId from = i < params.size() ? args[i] : v;
    const Binding& now = values_[from];
    for (unsigned limb = 0; limb < limbs_; ++limb) {
      if (to.regs[limb] != kNoReg)
        moves.add(in_register(v, to.regs[limb]), where(from, limb));
      const bool wants_memory = (to.at_home >> limb & 1) != 0;
      const bool is_there =
          !f_->is_constant(from) && now.home == to.home && (now.at_home >> limb & 1) != 0;
      if (wants_memory && !is_there && to.home.in != Where::In::Frame)
        moves.add(place_of(v, to.home, limb), where(from, limb));
    }
  }
}

// --- making a shape ---

bool Values::is_taken(const Home& home, const Taken& taken) {
  if (home.in == Where::In::Operands)
    return item_taken_[static_cast<size_t>(home.offset / item_bytes_ + need_)] == taken.serial;
  return home.in == Where::In::Native &&
         slot_taken_[static_cast<size_t>(home.offset / slot_bytes_)] == taken.serial;
}

void Values::note_taken(const Binding& binding, Taken& taken) {
  for (const Reg r : binding.regs) {
    if (r != kNoReg)
      taken.registers |= 1u << r;
  }
  if (binding.home.in == Where::In::Operands)
    item_taken_[static_cast<size_t>(binding.home.offset / item_bytes_ + need_)] = taken.serial;
  if (binding.home.in == Where::In::Native)
    slot_taken_[static_cast<size_t>(binding.home.offset / slot_bytes_)] = taken.serial;
}

Values::Home Values::untaken_home(ValueId v, Taken& taken) {
  if (const int32_t place = flow_.stack_place(v); place >= 0) {
    const Home own{Where::In::Operands, item_bytes_ * place};
    if (!is_taken(own, taken))
      return own;
  }
  size_t slot = 0;
  while (slot < slot_taken_.size() && slot_taken_[slot] == taken.serial)
    ++slot;
  if (slot == slot_taken_.size()) {
    const Home made = free_slot(); // or one that nobody has now
    if (failed_)
      return {};
    slot = static_cast<size_t>(made.offset / slot_bytes_);
    if (slot_taken_[slot] == taken.serial) {
      failed_ |= !slot_users_.try_push(0) || !slot_taken_.try_push(0);
      slot = slot_users_.size() - 1;
    }
  }
  return {Where::In::Native, slot_bytes_ * static_cast<int32_t>(slot)};
}

void Values::to_memory(Bound& bound, Taken& taken) {
  Binding& b = bound.binding;
  for (Reg& r : b.regs) {
    if (r != kNoReg)
      taken.registers &= ~(1u << r);
    r = kNoReg;
  }
  if (b.home.in == Where::In::Constant) {
    b.home = untaken_home(bound.value, taken);
    note_taken(b, taken);
  }
  b.at_home = static_cast<uint8_t>(0xf & ~zeros_[bound.value]);
}

/// The parameter is where its argument is, which nobody else needs any more.
void Values::take_over(Bound& bound, ValueId from, Taken& taken) {
  bound.binding = values_[from];
  claimed_[from] = taken.serial;
  // Other edges bring other values, for which the message's frame has no room.
  if (bound.binding.home.in == Where::In::Frame) {
    bound.binding.home = {};
    bound.binding.at_home = 0;
  }
  note_taken(bound.binding, taken);
}

/// Limbs of a parameter that are nowhere yet: in registers, if it is used soon and there are some.
void Values::place_parameter(Bound& bound, BlockId b, Taken& taken) {
  Binding& binding = bound.binding;
  const auto is_missing = [&](unsigned limb) {
    return binding.regs[limb] == kNoReg && (binding.at_home >> limb & 1) == 0 &&
           (zeros_[bound.value] >> limb & 1) == 0;
  };
  const std::span<const Reg> registers = preferred(is_vector(bound.value));
  unsigned missing = 0, free = 0;
  for (unsigned limb = 0; limb < 4; ++limb)
    missing += is_missing(limb);
  for (const Reg r : registers)
    free += (taken.registers >> r & 1) == 0;
  if (missing == 0)
    return;
  const uint32_t first = flow_.first(b), loop_end = flow_.loop_end(b);
  const uint32_t use = flow_.next_use(bound.value, first);
  const bool is_soon = use < first + kSoon || use < loop_end;
  if (!is_soon || free < missing + 2 || by_chance(4))
    return to_memory(bound, taken);
  for (unsigned limb = 0; limb < 4; ++limb) {
    if (!is_missing(limb))
      continue;
    const auto r = std::ranges::find_if(
        registers, [&](Reg candidate) { return (taken.registers >> candidate & 1) == 0; });
    binding.regs[limb] = *r;
    taken.registers |= 1u << *r;
  }
}

unsigned Values::registers_of(const Bound& bound) {
  return static_cast<unsigned>(
      std::ranges::count_if(bound.binding.regs, [](Reg r) { return r != kNoReg; }));
}

/// No more than `most` of a kind hold values.
void Values::leave_registers(BlockId head, std::span<Bound> all, bool vectors, unsigned most,
                             Taken& taken) {
  unsigned count = 0;
  for (const Bound& bound : all)
    count += is_vector(bound.value) == vectors ? registers_of(bound) : 0;
  while (count > most) {
    Bound* last = nullptr;
    uint32_t last_use = 0;
    for (Bound& bound : all) {
      const uint32_t use = flow_.next_use(bound.value, flow_.first(head));
      if (is_vector(bound.value) == vectors && registers_of(bound) != 0 &&
          (last == nullptr || use > last_use)) {
        last = &bound;
        last_use = use;
      }
    }
    count -= registers_of(*last);
    to_memory(*last, taken);
  }
}

/// What the loop does not use is in memory, and of the rest what it uses last, if there is much.
void Values::settle_loop(BlockId head, std::span<Bound> all, Taken& taken) {
  for (Bound& bound : all) {
    if (registers_of(bound) != 0 &&
        flow_.next_use(bound.value, flow_.first(head)) >= flow_.loop_end(head))
      to_memory(bound, taken);
  }
  leave_registers(head, all, false, kMostAtHead, taken);
  leave_registers(head, all, true, kMostVectorsAtHead, taken);
  // A parameter that changes in the loop would be stored each time if memory had it, too.
  for (Bound& bound : all.first(f_->blocks[head].params.count)) {
    for (unsigned limb = 0; limb < 4; ++limb) {
      if (bound.binding.regs[limb] != kNoReg)
        bound.binding.at_home &= static_cast<uint8_t>(~(1u << limb));
    }
    if (bound.binding.at_home == 0)
      bound.binding.home = {};
  }
}

void Values::make_shape(const ir::Target& target) {
  const BlockId b = target.block;
  const auto params = f_->values_of(f_->blocks[b].params);
  const auto args = f_->values_of(target.args);
  const auto live = flow_.live_in(b);
  Taken taken{0, ++serial_};
  const auto first = static_cast<uint32_t>(bounds_.size());
  Bound* all = bounds_.try_extend(params.size() + live.size());
  if (all == nullptr && params.size() + live.size() != 0) {
    failed_ = true;
    return;
  }
  for (size_t i = 0; i < live.size(); ++i) {
    const ValueId v = live[i];
    claimed_[v] = taken.serial;
    Bound& bound = all[params.size() + i];
    bound = {v, values_[v]};
    note_taken(bound.binding, taken);
  }
  for (size_t i = 0; i < params.size(); ++i) {
    all[i] = {params[i], {}};
    if (i < args.size() && !f_->is_constant(args[i]) && claimed_[args[i]] != taken.serial)
      take_over(all[i], args[i], taken);
  }
  for (size_t i = 0; i < params.size(); ++i)
    place_parameter(all[i], b, taken);
  for (size_t i = 0; i < live.size(); ++i) {
    Bound& bound = all[params.size() + i];
    const Binding& binding = bound.binding;
    bool is_somewhere = binding.at_home != 0 || zeros_[bound.value] == 0xf;
    for (const Reg r : binding.regs)
      is_somewhere |= r != kNoReg;
    if (!is_somewhere || by_chance(8))
      to_memory(bound, taken);
  }
  const std::span<Bound> shape{all, params.size() + live.size()};
  if (flow_.loop_end(b) != 0)
    settle_loop(b, shape, taken);
  // A home that holds no limb is none.
  for (Bound& bound : shape) {
    if (bound.binding.at_home == 0)
      bound.binding.home = {};
  }
  has_shape_[b] = 1;
  shapes_[b] = {first, static_cast<uint32_t>(shape.size())};
}

} // namespace zvm::backend::asmjit
