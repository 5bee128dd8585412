#include "frontend/lowering.hpp"

#include <algorithm>

#include "base/plant.hpp"
#include "ir/access.hpp"
#include "ir/evaluate.hpp"

namespace zvm::frontend {

using ir::kNone;
using ir::Op;
using ir::StateId;
using ir::Type;
using ir::ValueId;

Lowering::Lowering(const gas::Schedule& schedule, ir::Function& out)
    : schedule_(schedule), ir_(out) {}

// --- the symbolic stack ---

void Lowering::take_entry_items(uint32_t items) {
  while (high_ - low_ < items) {
    --low_;
    ZVM_ASSERT(low_ < kOrigin);
    items_[low_] = entry_[low_] = last_items_[low_] = make_item();
    stretches_[low_] = kFirstStretch;
  }
}

/// The deepest that is known now: a parameter of a trace, the variable of a place.
ValueId Lowering::make_item() {
  if (mode_ == Mode::Straight)
    return ir_.emit(Op::VarGet, Type::I256, ir::Builder::List{},
                    static_cast<uint64_t>(position(low_) + need_));
  ir::Function& f = ir_.function();
  const auto id = static_cast<ValueId>(f.values.size());
  // For now its depth; the number it gets in the end is that from the deepest.
  if (!f.values.try_push({ir::ValueKind::Parameter, Type::I256, 0, kOrigin - low_}))
    f.set_failed();
  return id;
}

const KnownItem* Lowering::known(ValueId v) const {
  if (known_.empty())
    return nullptr;
  const ir::Value& value = ir_.function().values[v];
  if (value.kind != ir::ValueKind::Parameter)
    return nullptr;
  for (const KnownItem& item : known_) {
    if (item.depth == value.index)
      return &item;
  }
  return nullptr;
}

/// Only of operands: an item that stays where it is needs no constant written over it.
ValueId Lowering::known_or(ValueId v) {
  const KnownItem* item = failed() ? nullptr : known(v);
  return item != nullptr ? word(item->value) : v;
}

void Lowering::exchange(unsigned upper, unsigned lower) {
  deepen(lower + 1);
  note_change(high_ - 1 - lower);
  std::swap(items_[high_ - 1 - upper], items_[high_ - 1 - lower]);
  std::swap(stretches_[high_ - 1 - upper], stretches_[high_ - 1 - lower]);
  state_cache_ = kNone;
}

ValueId Lowering::immediate() {
  if (mode_ == Mode::Snippet)
    return op(Op::StepImmediate, {}, info_->immediate);
  // Bytes behind the end of the code read as zero.
  const U256 bytes = U256::load_be(source_.bytes + pc_ + 1);
  const unsigned bits = 8 * info_->immediate;
  ir::Function& f = ir_.function();
  return bits <= 64 ? f.make_constant(Type::I256, bytes.limb(3) >> (64 - bits))
                    : f.make_constant(Type::I256, bytes >> (256 - bits));
}

std::optional<uint8_t> Lowering::immediate_byte() const {
  if (mode_ == Mode::Snippet)
    return std::nullopt;
  return source_.bytes[pc_ + 1];
}

ValueId Lowering::pc() {
  if (mode_ == Mode::Snippet)
    return op(Op::StepPc, {}, info_->immediate + 1u);
  return word(pc_);
}

// --- frame states ---

/// As frame states count it.
int32_t Lowering::position(uint32_t item) const {
  return static_cast<int32_t>(item) - static_cast<int32_t>(kOrigin) + height_;
}

StateId Lowering::state_at(uint32_t pc, uint32_t height, int64_t unused) {
  ir::Function& f = ir_.function();
  if (mode_ == Mode::Straight && last_state_ == kNone) {
    // The first of the block: it tells of all places that may have changed.
    reach(changed_places_);
    changed_from_ = low_;
    last_height_ = low_;
  }
  const auto first = static_cast<uint32_t>(f.stack_items.size());
  for (uint32_t i = changed_from_; i < height; ++i) {
    if (i < last_height_ && items_[i] == last_items_[i])
      continue;
    last_items_[i] = items_[i];
    if (!f.stack_items.try_push({position(i), items_[i]}))
      f.set_failed();
  }
  changed_from_ = last_height_ = height;
  const auto count = static_cast<uint32_t>(f.stack_items.size()) - first;
  last_state_ = ir_.make_state({.pc = pc,
                                .parent = last_state_,
                                .items = {first, count},
                                .height = position(height),
                                .unused = unused});
  return last_state_;
}

StateId Lowering::state_before() {
  // Popping leaves the items where they were, so the stack before is still there.
  if (state_cache_ == kNone) {
    state_cache_ = state_at(pc_, height_before_, -spent_before_);
    if (!prepaid_.try_push(state_cache_))
      ir_.function().set_failed();
  }
  return state_cache_;
}

StateId Lowering::state() { return mode_ == Mode::Snippet ? kNone : state_before(); }

// --- emission ---

/// A program's own constants, masked labels among them, are known while it is written.
ValueId Lowering::try_fold(Op op, Type type, std::span<const ValueId> args) {
  ir::Function& f = ir_.function();
  const bool folds = mode_ == Mode::Straight && ir::info(op).has(ir::Computes) && !f.failed() &&
                     std::ranges::all_of(args, [&](ValueId v) { return f.is_constant(v); });
  if (!folds)
    return kNone;
  U256 words[3]{};
  for (size_t i = 0; i < args.size(); ++i)
    words[i] = f.constant(args[i]);
  return f.make_constant(ir::result_type(op, type),
                         ir::evaluate(op, type, f.type(args[0]), words[0], words[1], words[2]));
}

ValueId Lowering::op_n(Op op, std::span<const ValueId> args, uint64_t attribute) {
  const ir::Effects effects = ir::effects(op, attribute);
  const bool may_fail = (effects & ir::MayExit) != 0;
  // In a program who cannot pay is out of gas for good, and what fails otherwise ends its block.
  const bool is_final = mode_ == Mode::Straight && may_fail && (effects & ir::ReadsHost) == 0;
  const StateId state_id = may_fail && !is_final ? state() : kNone;
  const Type type = ir::signature(op).generic ? Type::I256 : Type::None;
  if (const ValueId known = try_fold(op, type, args); known != kNone)
    return known;
  ir::Function& f = ir_.function();
  const size_t at = f.insts.size();
  const ValueId result = ir_.emit_here(op, type, args, attribute, state_id);
  if (is_final && !f.failed())
    f.insts[at].is_final = 1;
  return result;
}

ValueId Lowering::boolean(ValueId flag) {
  const ValueId known = try_fold(Op::Zext, Type::I256, {&flag, 1});
  return known != kNone ? known : ir_.emit(Op::Zext, Type::I256, {flag});
}

ValueId Lowering::touch(ValueId offset, ValueId length) {
  return op(Op::MemTouch, {offset, length});
}

void Lowering::terminate(Op op, std::initializer_list<ValueId> args, uint64_t attribute,
                         StateId state_id) {
  ir_.emit(op, Type::None, args, attribute, state_id);
  end_ = End::Ends;
  ended_ = true;
}

void Lowering::jump(ValueId destination) {
  if (mode_ == Mode::Straight) {
    destination_ = destination;
    end_ = End::Jumps;
    ended_ = true;
    return;
  }
  if (mode_ == Mode::Trace && ir_.function().is_constant(destination)) {
    const U256& target = ir_.function().constant(destination);
    if (target.fits_u64() && source_.is_destination(target.low64())) {
      next_pc_ = static_cast<uint32_t>(target.low64());
      jumped_ = true;
    } else {
      exit_before();
    }
    return;
  }
  terminate(Op::LeaveDynamic, {destination}, 1, state_before());
}

void Lowering::jump_if(ValueId destination, ValueId condition) {
  ir::Function& f = ir_.function();
  if (mode_ == Mode::Snippet) {
    const StateId before = state_before();
    const StateId after = state_at(ir::kNextPc, high_, 0);
    const ValueId flag = ir_.emit(Op::Ne, Type::I256, {condition, word(0)});
    const ir::BlockId taken = f.make_block(), next = f.make_block();
    ir_.br_if(flag, taken, next);
    ir_.set_block(taken);
    ir_.leave_dynamic(destination, 2, before);
    ir_.set_block(next);
    ir_.leave(after);
    ended_ = true;
    return;
  }
  if (f.is_constant(condition)) {
    if (f.constant(condition).is_zero())
      return;
    if (f.is_constant(destination) || mode_ == Mode::Straight)
      return jump(destination);
    return terminate(Op::LeaveDynamic, {destination}, 2, state_before());
  }
  if (mode_ == Mode::Straight) {
    destination_ = destination;
    condition_ = condition;
    end_ = End::Forks;
    ended_ = true;
    return;
  }
  SideExit side;
  side.op = Op::LeaveDynamic;
  side.destination = destination;
  if (f.is_constant(destination)) {
    const U256& target = f.constant(destination);
    if (target.fits_u64() && source_.is_destination(target.low64())) {
      side.op = Op::Leave;
      side.state = state_at(static_cast<uint32_t>(target.low64()), high_, 0);
    } else {
      side.op = Op::Exit;
    }
  }
  if (side.state == kNone)
    side.state = state_before();
  emit_branch(condition, side);
}

void Lowering::emit_branch(ValueId condition, SideExit side) {
  ir::Function& f = ir_.function();
  const ValueId flag = ir_.emit(Op::Ne, Type::I256, {condition, word(0)});
  const ir::BlockId before = ir_.block();
  const ir::BlockId next = f.make_block();
  side.target = static_cast<uint32_t>(f.targets.size());
  ir_.br_if(flag, kNone, next);
  if (!side_exits_.try_push(side))
    f.set_failed();
  close_block(before);
  open_block(next, next_pc_);
}

void Lowering::stop() { terminate(Op::Stop, {}, 0, kNone); }

void Lowering::finish(ValueId address, ValueId length, bool revert) {
  terminate(revert ? Op::Revert : Op::Finish, {address, length}, 0, kNone);
}

void Lowering::trap(Status status) {
  terminate(Op::Trap, {}, static_cast<uint64_t>(status), kNone);
}

void Lowering::exit_before() { terminate(Op::Exit, {}, 0, state_before()); }

void Lowering::self_destruct(ValueId beneficiary) {
  terminate(Op::SelfDestruct, {beneficiary}, 0, state());
}

void Lowering::message_call(CallKind kind) {
  std::array<ValueId, 7> operands;
  const unsigned count = operand_count(kind);
  for (unsigned i = 0; i < count; ++i)
    operands[i] = items_[height_before_ - 1 - i];
  ir::Function& f = ir_.function();
  const ir::BlockId before = ir_.block(), resume = f.make_block();
  ir_.message_call(kind, {operands.data(), count}, resume, state_before());
  close_block(before);
  if (failed())
    return;
  if (mode_ == Mode::Straight)
    f.move_block(resume, before);
  // Behind it the trace only says where to go on, and with what.
  ir_.set_block(resume);
  f.blocks[resume].pc = next_pc_;
  push(f.add_param(resume, Type::I256));
  if (mode_ == Mode::Straight) {
    last_state_ = kNone;
    end_ = End::Falls;
    ended_ = true;
    return;
  }
  const uint32_t pc = mode_ == Mode::Snippet ? ir::kNextPc : next_pc_;
  terminate(Op::Leave, {}, 0, state_at(pc, high_, 0));
  resumes_at_ = next_pc_;
}

// --- straight code of programs ---

void Lowering::begin_straight(const Source& source, uint32_t pc, ir::BlockId block, int32_t height,
                              uint32_t need, int32_t changed_from) {
  mode_ = Mode::Straight;
  source_ = source;
  low_ = high_ = peak_ = height_before_ = kOrigin;
  height_ = height;
  need_ = static_cast<int32_t>(need);
  changed_places_ = changed_from;
  last_state_ = state_cache_ = kNone;
  end_ = End::Falls;
  ended_ = jumped_ = false;
  open_block(block, pc);
}

void Lowering::reach(int32_t position_wanted) {
  while (position(low_) > position_wanted)
    deepen(high_ - low_ + 1);
}

void Lowering::set_top(int32_t position_wanted) {
  reach(position_wanted);
  high_ = static_cast<uint32_t>(position_wanted - height_ + static_cast<int32_t>(kOrigin));
  ZVM_ASSERT(high_ < kCapacity);
  peak_ = std::max(peak_, high_);
  state_cache_ = kNone;
}

void Lowering::put(int32_t position_wanted, ValueId value) {
  const auto at = static_cast<uint32_t>(position_wanted - height_ + static_cast<int32_t>(kOrigin));
  note_change(at);
  items_[at] = value;
}

void Lowering::store_places() {
  for (uint32_t i = low_; i < high_; ++i) {
    if (i >= kOrigin || items_[i] != entry_[i])
      ir_.emit(Op::VarSet, Type::I256, {items_[i]}, static_cast<uint64_t>(position(i) + need_));
  }
}

// --- snippets ---

void Lowering::begin_snippet(const OpcodeInfo& info) {
  mode_ = Mode::Snippet;
  info_ = &info;
  pc_ = ir::kNextPc;
  ir_.function().has_states = false;
  ir_.function().entry_pc = ir::kNextPc;
  ir_.set_block(ir_.function().make_block());
  deepen(info.pops);
  height_before_ = high_;
}

void Lowering::end_snippet() {
  if (!ended_)
    terminate(Op::Leave, {}, 0, state_at(ir::kNextPc, high_, 0));
  end_trace();
}

// --- traces ---

void Lowering::begin_trace(const Source& source, uint32_t pc, std::span<const KnownItem> known) {
  mode_ = Mode::Trace;
  source_ = source;
  known_ = known;
  ir_.function().entry_pc = pc;
  const ir::BlockId entry = ir_.function().make_block();
  open_block(entry, pc);
  if (!failed())
    ir_.function().blocks[entry].poll = true;
}

void Lowering::split_block(uint32_t pc) {
  const ir::BlockId before = ir_.block();
  const ir::BlockId next = ir_.function().make_block();
  ir_.br(next);
  close_block(before);
  if (mode_ == Mode::Straight && !failed())
    ir_.function().move_block(next, before);
  open_block(next, pc);
}

void Lowering::open_block(ir::BlockId block, uint32_t pc) {
  ir_.set_block(block);
  if (mode_ == Mode::Straight) {
    if (!failed())
      ir_.function().blocks[block].pc = pc;
    return;
  }
  const StateId head = state_at(pc, high_, 0);
  if (failed())
    return;
  ir_.function().blocks[block].pc = pc;
  ir_.function().blocks[block].state = head;
}

void Lowering::close_block(ir::BlockId block) {
  ir::Function& f = ir_.function();
  if (f.failed())
    return;
  f.blocks[block].gas = spent_ + (is_planted(Plant::Gas) && spent_ == 24 ? 1 : 0);
  f.blocks[block].is_final = mode_ == Mode::Straight && f.blocks[block].gas != 0;
  // States were made with minus the gas spent before them, as the block's sum was not known yet.
  for (const StateId state_id : prepaid_)
    f.states[state_id].unused += spent_;
  prepaid_.clear();
  spent_ = spent_before_ = 0;
}

void Lowering::leave(uint32_t pc) {
  terminate(Op::Leave, {}, 0, state_at(pc, high_, 0));
  resumes_at_ = pc;
}

void Lowering::exit(uint32_t pc) { terminate(Op::Exit, {}, 0, state_at(pc, high_, 0)); }

size_t Lowering::known_there(std::span<KnownItem> out) const {
  const ir::Function& f = ir_.function();
  size_t count = 0;
  const auto add = [&](uint32_t depth, const U256& value) {
    if (count < out.size())
      out[count++] = {depth, value};
  };
  for (uint32_t i = high_; i > low_; --i) {
    if (stretches_[i - 1] != stretch_)
      continue;
    const ValueId v = items_[i - 1];
    if (f.is_constant(v))
      add(high_ - i + 1, f.constant(v));
    else if (const KnownItem* item = known(v))
      add(high_ - i + 1, item->value);
  }
  // Below what the trace has looked at.
  for (const KnownItem& item : known_) {
    if (stretch_ == kFirstStretch && item.depth > kOrigin - low_)
      add(high_ - kOrigin + item.depth, item.value);
  }
  return count;
}

void Lowering::end_trace() {
  ir::Function& f = ir_.function();
  close_block(ir_.block());
  if (f.failed())
    return;
  // The cold blocks go behind the whole chain.
  for (const SideExit& side : side_exits_) {
    const ir::BlockId block = ir_.begin_block(f.states[side.state].pc);
    if (f.failed())
      return;
    f.blocks[block].cold = true;
    f.targets[side.target].block = block;
    if (side.op == Op::LeaveDynamic) {
      ir_.leave_dynamic(side.destination, 2, side.state);
    } else {
      ir_.emit(side.op, {}, 0, side.state);
    }
  }
  const uint32_t need = kOrigin - low_;
  f.stack_need = need;
  f.stack_growth = peak_ > kOrigin ? peak_ - kOrigin : 0;
  for (uint32_t i = 0; i < need; ++i) {
    f.values[entry_[low_ + i]].index = i;
  }
  f.blocks[0].params = {f.make_range({entry_.data() + low_, need}), need};
}

} // namespace zvm::frontend
