// What the intervals of ranges are used for: parameters and words that fit 64 bits become i64,
// signed ops of what is not negative unsigned ones, comparisons that are decided constants.
#include "ir/builder.hpp"
#include "ir/edit.hpp"
#include "ir/passes/ranges.hpp"

namespace zvm::ir {

/// Everything is found before anything is changed: intervals and facts stay those of the values as
/// they were.
void Ranges::change() {
  Function& f = *f_;
  if (!forward_->try_reset(f.values.size()))
    return f.set_failed();
  is_rewriting_ = true;
  retype_parameters();
  for (const BlockId b : cfg_->order()) {
    if (is_reached_[b] == 0) { // its edges are of the right types all the same
      const InstId last = f.blocks[b].last;
      rewrite_edges(f.insts[last], last, b);
      continue;
    }
    for (const InstId i : body(f, b)) {
      rewrite(i, b);
      if (f.failed())
        return;
    }
  }
  if (!forward_->try_extend(f.values.size()))
    return f.set_failed();
  forward_->finish_with_parameters(f);
  for (const BlockId entry : f.entries) {
    if (!f.failed())
      check_entry(entry);
  }
}

/// At a call the guest's stack is in memory, as words. Who is on it had better be one.
bool Ranges::find_carried() {
  Function& f = *f_;
  is_carried_.clear();
  is_seen_.clear();
  if (!is_carried_.try_resize(f.values.size()) || !is_seen_.try_resize(f.states.size()))
    return false;
  for (const BlockId b : cfg_->order()) {
    for (const InstId i : body(f, b)) {
      if (f.insts[i].op != Op::CallFunction && f.insts[i].op != Op::MessageCall)
        continue;
      for (StateId s = f.insts[i].state; s != kNone && is_seen_[s] == 0; s = f.states[s].parent) {
        is_seen_[s] = 1;
        const Range items = f.states[s].items;
        for (uint32_t n = items.begin; n < items.begin + items.count; ++n)
          is_carried_[f.stack_items[n].value] = 1;
      }
    }
  }
  return true;
}

/// What stands for a parameter that is i64 now is its extension, in frame states, too.
void Ranges::retype_parameters() {
  Function& f = *f_;
  Vec<InstId> widenings;
  if (!find_carried())
    return f.set_failed();
  for (const BlockId b : cfg_->order()) {
    // What the head of a block leaves with is not extended yet.
    if (is_reached_[b] == 0 || cfg_->predecessors(b).empty() || f.blocks[b].state != kNone)
      continue;
    const InstId first = f.blocks[b].first;
    for (uint32_t i = 0; i < f.blocks[b].params.count; ++i) {
      const ValueId p = f.pool[f.blocks[b].params.begin + i];
      if (f.type(p) != Type::I256 || !of_[p].high.fits_u64() || is_carried_[p] != 0)
        continue;
      const ValueId wide = insert(Op::Zext, Type::I256, {&p, 1}, first);
      if (f.failed() || !of_.try_push(of_[p]) || !fact_.try_push(fact_[p]) ||
          !low_.try_push({b, p + 1}) || !widenings.try_push(f.values[wide].def) ||
          !forward_->try_extend(f.values.size()))
        return f.set_failed();
      is_retyped_[p] = 1;
      forward_->set(p, wide);
    }
  }
  if (widenings.empty())
    return;
  forward_->finish_with_parameters(f);
  for (const InstId i : widenings) {
    const ValueId wide = f.insts[i].result, p = low_[wide].value - 1;
    f.pool[f.insts[i].args.begin] = p;
    f.values[p].type = Type::I64;
  }
  if (!forward_->try_reset(f.values.size()))
    f.set_failed();
}

ValueId Ranges::insert(Op op, Type type, std::span<const ValueId> args, InstId before) {
  Function& f = *f_;
  const InstId made = f.make_inst(op, type, args, 0, {&type, 1});
  if (made == kNone)
    return 0;
  f.insert_before(before, made);
  has_changed_ = true;
  return f.insts[made].result;
}

ValueId Ranges::low(ValueId v, InstId user, BlockId b) {
  Function& f = *f_;
  if (f.is_constant(v))
    return f.make_constant(Type::I64, f.constant(v));
  Low& known = low_[v];
  if (known.value != 0 && dominators_->dominates(known.block, b))
    return known.value - 1;
  const Value& value = f.values[v];
  ValueId from = v;
  if (value.kind == ValueKind::Result && f.insts[value.def].op == Op::Zext)
    from = f.args(f.insts[value.def])[0];
  if (f.type(from) == Type::I64)
    return from;
  const Op op = bits(f.type(from)) < kNarrow ? Op::Zext : Op::Trunc;
  const ValueId made = insert(op, Type::I64, {&from, 1}, user);
  known = {b, made + 1};
  return made;
}

void Ranges::rewrite(InstId id, BlockId b) {
  Function& f = *f_;
  Inst& inst = f.insts[id];
  if (inst.op == Op::MemTouch)
    return rewrite_touch(id, b);
  if (inst.targets.count != 0)
    return rewrite_edges(inst, id, b);
  if (!info(inst.op).has(Computes) || inst.result >= is_retyped_.size())
    return;
  const Interval is = of_[inst.result];
  const Type type = f.type(inst.result);
  if (is_int(type) && is.is_exact()) {
    const ValueId constant = f.make_constant(type, is.low);
    if (f.failed() || !forward_->try_extend(f.values.size()))
      return f.set_failed();
    forward_->set(inst.result, constant);
    f.remove(id);
    has_changed_ = true;
    return;
  }
  if (inst.type != Type::I256)
    return;
  if (type == Type::I32)
    return rewrite_comparison(inst, id, b);
  rewrite_word(inst, id, b);
}

namespace {

/// Ops whose low bits depend on those of the operands alone.
bool is_ring(Op op) {
  return op == Op::Add || op == Op::Sub || op == Op::Mul || op == Op::And || op == Op::Or ||
         op == Op::Xor;
}

Op unsigned_of(Op op) {
  return op == Op::DivS   ? Op::DivU
         : op == Op::RemS ? Op::RemU
         : op == Op::LtS  ? Op::LtU
         : op == Op::LeS  ? Op::LeU
                          : op;
}

} // namespace

void Ranges::rewrite_word(Inst& inst, InstId id, BlockId b) {
  Function& f = *f_;
  const U256 sign = U256{1} << 255;
  ValueId args[3] = {};
  const uint32_t count = inst.args.count;
  std::ranges::copy(f.args(inst), args);
  const auto is_below_sign = [&](ValueId v) { return at(v, b).high < sign; };
  if ((inst.op == Op::DivS || inst.op == Op::RemS) && is_below_sign(args[0]) &&
      is_below_sign(args[1])) {
    inst.op = unsigned_of(inst.op);
    has_changed_ = true;
  }
  if (inst.op == Op::ShrS && is_below_sign(args[1])) {
    inst.op = Op::ShrU;
    has_changed_ = true;
  }
  if (!of_[inst.result].high.fits_u64())
    return;
  uint32_t first = 0; // of the operands that become i64
  switch (inst.op) {
  case Op::DivU:
  case Op::RemU:
  case Op::ShrU:
    if (!fits(args[0], b) || !fits(args[1], b))
      return;
    break;
  case Op::Shl:
    if (!fits(args[0], b))
      return;
    break;
  case Op::Select:
    first = 1;
    break;
  default:
    if (!is_ring(inst.op))
      return;
  }
  for (uint32_t i = first; i < count; ++i)
    args[i] = low(args[i], id, b);
  if (f.failed())
    return;
  const ValueId made = insert(f.insts[id].op, Type::I64, {args, count}, id);
  if (f.failed())
    return;
  Inst& widened = f.insts[id]; // its result is the same value
  widened.op = Op::Zext;
  widened.args.count = 1;
  f.pool[widened.args.begin] = made;
  low_[widened.result] = {b, made + 1};
}

void Ranges::rewrite_comparison(Inst& inst, InstId id, BlockId b) {
  Function& f = *f_;
  const U256 sign = U256{1} << 255;
  const uint32_t count = inst.args.count;
  ValueId args[2] = {};
  std::ranges::copy(f.args(inst), args);
  if (inst.op == Op::LtS || inst.op == Op::LeS) {
    if (!(at(args[0], b).high < sign) || !(at(args[1], b).high < sign))
      return;
    inst.op = unsigned_of(inst.op);
    has_changed_ = true;
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (!fits(args[i], b))
      return;
  }
  for (uint32_t i = 0; i < count; ++i)
    args[i] = low(args[i], id, b);
  if (f.failed())
    return;
  f.insts[id].type = Type::I64;
  std::copy_n(args, count, f.args(f.insts[id]).begin());
  has_changed_ = true;
}

/// An offset that is known to be short is given so: no more than its low limb is looked at. The
/// length stays, by which the verifier knows what has been touched.
void Ranges::rewrite_touch(InstId id, BlockId b) {
  Function& f = *f_;
  const ValueId offset = f.args(f.insts[id])[0];
  const Value& value = f.values[offset];
  const bool is_extended = value.kind == ValueKind::Result && f.insts[value.def].op == Op::Zext;
  const bool is_word = !f.is_constant(offset) && !is_extended;
  if (is_word && fits(offset, b)) {
    const ValueId word = low(offset, id, b);
    const ValueId wide = f.failed() ? 0 : insert(Op::Zext, Type::I256, {&word, 1}, id);
    if (f.failed())
      return;
    f.args(f.insts[id])[0] = wide;
  }
  is_passed_[id] = 1;
  // The address is the low limb.
  if (is_word && fits(offset, b) && low_[offset].value == 0)
    low_[offset] = {b, f.insts[id].result + 1};
}

void Ranges::rewrite_edges(const Inst& inst, InstId id, BlockId b) {
  Function& f = *f_;
  const Range targets = inst.targets;
  for (uint32_t t = targets.begin; t < targets.begin + targets.count; ++t) {
    const Target target = f.targets[t];
    for (uint32_t i = 0; i < target.args.count; ++i) {
      const ValueId p = f.pool[f.blocks[target.block].params.begin + i];
      if (is_retyped_[p] == 0)
        continue;
      const ValueId v = low(f.pool[target.args.begin + i], id, b);
      if (f.failed())
        return;
      f.pool[target.args.begin + i] = v;
    }
  }
}

void Ranges::check_entry(BlockId entry) {
  Function& f = *f_;
  Vec<ValueId> expected;
  for (const ValueId v : f.values_of(f.blocks[entry].params)) {
    if (!(assumed_[v] == Interval::all(256)) && !expected.try_push(v))
      f.set_failed();
  }
  if (expected.empty() || f.failed())
    return;
  Builder b{f};
  const BlockId rest = split_block(f, f.blocks[entry].first);
  const BlockId refuses = f.make_block();
  if (f.failed())
    return;
  has_changed_ = true;
  f.remove(f.blocks[entry].last);
  f.blocks[refuses].cold = true;
  f.blocks[rest].pc = f.blocks[refuses].pc = f.blocks[entry].pc;
  b.set_block(entry);
  ValueId all = kNone;
  const auto check = [&](ValueId below, ValueId above) {
    const ValueId is_so = b.emit(Op::LtU, Type::I256, {below, above});
    all = all == kNone ? is_so : b.emit(Op::And, Type::I32, {all, is_so});
  };
  for (const ValueId v : expected) {
    check(v, b.word(assumed_[v].high + U256{1}));
    if (!assumed_[v].low.is_zero())
      check(b.word(assumed_[v].low - U256{1}), v);
    if (f.failed())
      return;
  }
  b.br_if(all, rest, refuses);
  b.set_block(refuses);
  b.emit(Op::Exit, Builder::List{}, 0, f.blocks[entry].state);
}

} // namespace zvm::ir
