#include "ir/passes/sccp.hpp"

#include <algorithm>

#include "ir/builder.hpp"
#include "ir/edit.hpp"
#include "ir/evaluate.hpp"
#include "ir/passes/passes.hpp"

namespace zvm::ir {

bool Sccp::run(Function& f, Forward& forward) {
  f_ = &f;
  forward_ = &forward;
  if (!prepare())
    return false;
  const bool entered = f.for_each_root([&](BlockId root) { return enter(root); });
  if (!entered || !propagate() || !settle_entries())
    return false;
  change();
  for (const BlockId entry : f.entries)
    compare_at_entry(entry);
  return !f.failed();
}

bool Sccp::prepare() {
  Function& f = *f_;
  cell_.clear();
  users_.clear();
  links_.clear();
  visited_.clear();
  entered_.clear();
  taken_.clear();
  edges_.clear();
  lowered_.clear();
  is_expected_.clear();
  if (!cell_.try_resize(f.values.size()) || !users_.try_resize(f.values.size()) ||
      !visited_.try_resize(f.insts.size()) || !entered_.try_resize(f.blocks.size()) ||
      !taken_.try_resize(f.targets.size()) || !is_expected_.try_resize(f.values.size()) ||
      !forward_->try_reset(f.values.size()))
    return false;
  std::ranges::fill(cell_, kUnknown);
  for (const ValueId v : f.values_of(f.blocks[0].params))
    cell_[v] = kAny;
  for (const BlockId b : layout(f)) {
    if (!add_users(b))
      return false;
  }
  return true;
}

bool Sccp::add_users(BlockId b) {
  const Function& f = *f_;
  for (const InstId i : body(f, b)) {
    const Inst& inst = f.insts[i];
    if (!info(inst.op).has(Computes) && inst.op != Op::BrIf && inst.op != Op::BrTable)
      continue;
    for (const ValueId v : f.args(inst)) {
      if (!add_user(v, i, kNone))
        return false;
    }
  }
  const Range targets = f.insts[f.blocks[b].last].targets;
  for (uint32_t t = targets.begin; t < targets.begin + targets.count; ++t) {
    const auto args = f.values_of(f.targets[t].args);
    const auto params = f.values_of(f.blocks[f.targets[t].block].params);
    for (size_t a = 0; a < args.size(); ++a) {
      if (!add_user(args[a], params[a], t))
        return false;
    }
  }
  return true;
}

bool Sccp::add_user(ValueId v, uint32_t inst, uint32_t target) {
  if (f_->is_constant(v))
    return true;
  if (!links_.try_push({inst, target, users_[v]}))
    return false;
  users_[v] = static_cast<uint32_t>(links_.size());
  return true;
}

bool Sccp::propagate() {
  while (!lowered_.empty() || !edges_.empty()) {
    if (lowered_.empty()) {
      const uint32_t target = edges_.back();
      edges_.pop();
      if (!go(target))
        return false;
    } else {
      const ValueId v = lowered_.back();
      lowered_.pop();
      if (!tell_users(v))
        return false;
    }
  }
  return true;
}

bool Sccp::enter(BlockId b) {
  entered_[b] = 1;
  for (const InstId i : body(*f_, b)) {
    if (!visit(i))
      return false;
  }
  return true;
}

bool Sccp::go(uint32_t target) {
  const Target& t = f_->targets[target];
  const auto args = f_->values_of(t.args);
  const auto params = f_->values_of(f_->blocks[t.block].params);
  for (size_t a = 0; a < args.size(); ++a) {
    if (!lower(params[a], cell(args[a])))
      return false;
  }
  return entered_[t.block] != 0 || enter(t.block);
}

bool Sccp::tell_users(ValueId v) {
  for (uint32_t at = users_[v]; at != 0; at = links_[at - 1].next) {
    const User& user = links_[at - 1];
    if (has_looked(user) && !(user.target != kNone ? lower(user.inst, cell(v)) : visit(user.inst)))
      return false;
  }
  return true;
}

bool Sccp::take(uint32_t target) {
  if (taken_[target] != 0)
    return true;
  taken_[target] = 1;
  return edges_.try_push(target);
}

/// A value is this, too. Who has not looked at it yet will see it so.
bool Sccp::lower(ValueId v, Cell to) {
  const Cell now = meet(cell_[v], to);
  if (now == cell_[v])
    return true;
  cell_[v] = now;
  for (uint32_t at = users_[v]; at != 0; at = links_[at - 1].next) {
    if (has_looked(links_[at - 1]))
      return lowered_.try_push(v);
  }
  return true;
}

bool Sccp::visit(InstId id) {
  const Inst& inst = f_->insts[id];
  visited_[id] = 1;
  if (inst.op == Op::BrIf || inst.op == Op::BrTable)
    return branch(inst);
  if (info(inst.op).has(Computes)) {
    const ValueId result = inst.result;
    const Cell is = inst.op == Op::Select ? select(inst) : compute(inst);
    return lower(result, is) && !f_->failed();
  }
  for (uint32_t r = 0; r < inst.result_count; ++r) {
    if (!lower(inst.result + r, kAny))
      return false;
  }
  return take_all(inst.targets);
}

Sccp::Cell Sccp::compute(const Inst& inst) {
  Function& f = *f_;
  U256 operands[3];
  bool is_known = true;
  const auto args = f.args(inst);
  for (size_t n = 0; n < args.size(); ++n) {
    const Cell c = cell(args[n]);
    if (c == kAny)
      return kAny;
    is_known &= c != kUnknown;
    if (c != kUnknown)
      operands[n] = f.constant(c);
  }
  if (!is_known)
    return kUnknown;
  const U256 value =
      evaluate(inst.op, inst.type, f.type(args[0]), operands[0], operands[1], operands[2]);
  return f.make_constant(f.type(inst.result), value);
}

/// Like a parameter, whose edges are the operands.
Sccp::Cell Sccp::select(const Inst& inst) const {
  const auto args = f_->args(inst);
  const Cell condition = cell(args[0]);
  if (condition == kUnknown)
    return kUnknown;
  if (is_constant(condition))
    return cell(args[f_->constant(condition).is_zero() ? 2 : 1]);
  return meet(cell(args[1]), cell(args[2]));
}

bool Sccp::branch(const Inst& inst) {
  const Range targets = inst.targets;
  const Cell condition = cell(f_->args(inst)[0]);
  if (condition == kUnknown)
    return true;
  if (is_constant(condition)) {
    const U256& value = f_->constant(condition);
    uint32_t which = value.is_zero() ? 1 : 0;
    if (inst.op == Op::BrTable)
      which = static_cast<uint32_t>(std::min<uint64_t>(value.low64(), targets.count - 1));
    return take(targets.begin + which);
  }
  return take_all(targets);
}

bool Sccp::take_all(Range targets) {
  for (uint32_t t = 0; t < targets.count; ++t) {
    if (!take(targets.begin + t))
      return false;
  }
  return true;
}

// --- entries ---

bool Sccp::for_each_entry_parameter(bool (Sccp::*visit)(ValueId v)) {
  for (const BlockId entry : f_->entries) {
    for (const ValueId v : f_->values_of(f_->blocks[entry].params)) {
      if (!(this->*visit)(v))
        return false;
    }
  }
  return true;
}

/// What other ways bring to the parameter that this one of an entry is passed to.
Sccp::Cell Sccp::others_bring(ValueId v) const {
  Cell all = kUnknown;
  for (uint32_t at = users_[v]; at != 0; at = links_[at - 1].next) {
    const User& user = links_[at - 1];
    if (user.target != kNone)
      all = meet(all, cell_[user.inst]);
  }
  return all;
}

bool Sccp::expect(ValueId v) {
  const Cell others = others_bring(v);
  is_expected_[v] = is_constant(others);
  return lower(v, is_constant(others) ? others : kAny);
}

bool Sccp::keep_expecting(ValueId v) {
  if (is_expected_[v] == 0 || others_bring(v) == cell_[v])
    return true;
  is_expected_[v] = 0;
  return lower(v, kAny);
}

/// So far entries have brought nothing.
bool Sccp::settle_entries() {
  if (!for_each_entry_parameter(&Sccp::expect))
    return false;
  while (!lowered_.empty() || !edges_.empty()) {
    if (!propagate() || !for_each_entry_parameter(&Sccp::keep_expecting))
      return false;
  }
  return true;
}

void Sccp::compare_at_entry(BlockId entry) {
  Function& f = *f_;
  Vec<ValueId> expected;
  for (const ValueId v : f.values_of(f.blocks[entry].params)) {
    if (is_expected_[v] != 0 && !expected.try_push(v))
      f.set_failed();
  }
  if (expected.empty() || f.failed())
    return;
  const BlockId rest = split_block(f, f.blocks[entry].first);
  const BlockId refuses = f.make_block();
  if (f.failed())
    return;
  f.remove(f.blocks[entry].last);
  f.blocks[refuses].cold = true;
  f.blocks[rest].pc = f.blocks[refuses].pc = f.blocks[entry].pc;
  Builder b{f};
  b.set_block(entry);
  ValueId all = kNone;
  for (const ValueId v : expected) {
    const ValueId is_so = b.emit(Op::Eq, f.type(v), {v, cell_[v]});
    all = all == kNone ? is_so : b.emit(Op::And, Type::I32, {all, is_so});
    if (f.failed())
      return;
  }
  b.br_if(all, rest, refuses);
  b.set_block(refuses);
  b.emit(Op::Exit, Builder::List{}, 0, f.blocks[entry].state);
}

// --- making it so ---

void Sccp::change() {
  Function& f = *f_;
  const auto set = [&](ValueId v) {
    if (is_constant(cell_[v]))
      forward_->set(v, cell_[v]);
  };
  if (!forward_->try_extend(f.values.size()))
    return f.set_failed();
  for (const BlockId b : layout(f)) {
    if (entered_[b] == 0)
      continue;
    for (const ValueId p : f.values_of(f.blocks[b].params)) {
      if (is_expected_[p] == 0) // else it is what is compared
        set(p);
    }
    for (const InstId i : body(f, b)) {
      Inst& inst = f.insts[i];
      cut_branch(inst);
      if (!info(inst.op).has(Computes) || !is_constant(cell_[inst.result]))
        continue;
      set(inst.result);
      f.remove(i);
    }
  }
  for (const BlockId b : layout(f)) {
    if (entered_[b] == 0)
      f.remove_block(b);
  }
  forward_->finish_with_parameters(f);
}

/// A branch that takes one of its ways alone goes there.
void Sccp::cut_branch(Inst& inst) {
  const Range targets = inst.targets;
  const auto* taken = taken_.data() + targets.begin;
  if (targets.count < 2 || std::count(taken, taken + targets.count, 1) != 1)
    return;
  inst.op = Op::Br;
  inst.args.count = 0;
  inst.targets = {
      targets.begin + static_cast<uint32_t>(std::find(taken, taken + targets.count, 1) - taken), 1};
}

bool sccp(Function& f, PassContext& context) { return context.sccp.run(f, context.forward); }

} // namespace zvm::ir
