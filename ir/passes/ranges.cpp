#include "ir/passes/ranges.hpp"

#include "base/guest.hpp"
#include "base/plant.hpp"
#include "ir/edit.hpp"
#include "ir/passes/passes.hpp"

namespace zvm::ir {
namespace {

/// So often it is looked at what was assumed; then nothing is.
constexpr unsigned kMostSweeps = 6;

bool has_arg(const Function& f, const Inst& inst, ValueId v) {
  const auto args = f.args(inst);
  return std::ranges::find(args, v) != args.end();
}

/// A little more than what was found, so that it will do for what is not known yet.
Interval widened(const Interval& is, unsigned bits) {
  const bool is_narrow = is.high.fits_u64();
  return {is.low, is_narrow ? low_mask(std::min(bits, 64u)) : low_mask(bits)};
}

} // namespace

bool Ranges::run(Function& f, Cfg& cfg, Dominators& dominators, Forward& forward) {
  f_ = &f;
  cfg_ = &cfg;
  dominators_ = &dominators;
  forward_ = &forward;
  has_changed_ = is_rewriting_ = false;
  if (!f.has_states || !f.variables.empty())
    return true; // where there are words there are states, and no variables any more
  if (!cfg.try_build(f) || !dominators.try_build(f, cfg))
    return false;
  if (const Order order = order_by_dominance(f, cfg); order != Order::ByDominance)
    return order == Order::Other;
  if (!prepare() || !analyse())
    return false;
  change();
  return !f.failed();
}

bool Ranges::prepare() {
  Function& f = *f_;
  const size_t values = f.values.size();
  for (Vec<uint8_t>* flags : {&is_assumed_, &is_reached_, &is_passed_, &is_retyped_})
    flags->clear();
  of_.clear();
  fact_.clear();
  assumed_.clear();
  low_.clear();
  back_.clear();
  if (!of_.try_resize(values) || !fact_.try_resize(values) || !assumed_.try_resize(values) ||
      !low_.try_resize(values) || !is_assumed_.try_resize(values) ||
      !is_retyped_.try_resize(values) || !is_reached_.try_resize(f.blocks.size()) ||
      !is_passed_.try_resize(f.insts.size()))
    return false;
  for (const BlockId b : cfg_->order()) {
    for (const Edge& e : cfg_->predecessors(b)) {
      if (is_back(e, b) && !back_.try_push(e))
        return false;
    }
  }
  for (const BlockId entry : f.entries) {
    for (const ValueId v : f.values_of(f.blocks[entry].params)) {
      assumed_[v] = Interval::none();
      is_assumed_[v] = 1;
    }
  }
  return true;
}

/// At first entries bring nothing: what they may bring is then what others do.
bool Ranges::analyse() {
  bool is_settled = false;
  unsigned sweeps = 0;
  const auto settle = [&] {
    for (is_settled = false; !is_settled && sweeps < kMostSweeps; ++sweeps) {
      if (!sweep())
        return false;
      is_settled = !correct();
    }
    return true;
  };
  if (!settle())
    return false;
  if (is_settled)
    tighten();
  expect_at_entries();
  sweeps = std::min(sweeps, kMostSweeps - 2);
  if (!settle())
    return false;
  if (is_settled)
    return true;
  assume_nothing();
  return sweep();
}

template <typename Visit>
void Ranges::for_each_head_parameter(Visit visit) {
  Function& f = *f_;
  for (const Edge& e : back_) {
    Condition condition;
    if (is_reached_[e.block] == 0 || !is_feasible(e, condition))
      continue;
    const auto args = f.values_of(target_of(e).args);
    const auto params = f.values_of(f.blocks[target_of(e).block].params);
    for (size_t i = 0; i < params.size(); ++i)
      visit(params[i], brought(e, condition, args[i]));
  }
}

bool Ranges::correct() {
  bool has_corrected = false;
  for_each_head_parameter([&](ValueId v, const Interval& is) {
    Interval& assumed = assumed_[v];
    if (assumed.contains(is))
      return;
    has_corrected = true;
    const unsigned width = bits(f_->type(v));
    const Interval both = join(assumed, is);
    // Who counts down to 0 ends there.
    const U256 below{both.low.is_zero() ? 0u : 1u};
    assumed = {both.low < assumed.low ? below : both.low,
               assumed.high < both.high ? widened(both, width).high : both.high};
  });
  return has_corrected;
}

/// What was assumed holds; so does what it leads to. What edges bring is found by what heads were.
void Ranges::tighten() {
  Function& f = *f_;
  BlockId last = kNone;
  for (const Edge& back : back_) { // those of one head follow each other
    const BlockId head = target_of(back).block;
    if (head == last || is_reached_[head] == 0)
      continue;
    last = head;
    const auto params = f.values_of(f.blocks[head].params);
    for (const ValueId v : params)
      assumed_[v] = Interval::none();
    for (const Edge& e : cfg_->predecessors(head)) {
      Condition condition;
      if (is_reached_[e.block] == 0 || !is_feasible(e, condition))
        continue;
      const auto args = f.values_of(target_of(e).args);
      for (size_t i = 0; i < params.size(); ++i)
        assumed_[params[i]] = join(assumed_[params[i]], brought(e, condition, args[i]));
    }
    for (const ValueId v : params)
      of_[v] = assumed_[v];
  }
}

void Ranges::assume_nothing() {
  for (const Edge& back : back_) {
    for (const ValueId v : f_->values_of(f_->blocks[target_of(back).block].params)) {
      assumed_[v] = Interval::all(bits(f_->type(v)));
      is_assumed_[v] = 1;
    }
  }
}

/// What an entry's parameter may be, where all it is passed to fits 64 bits.
void Ranges::expect_at_entries() {
  Function& f = *f_;
  for (const BlockId entry : f.entries) {
    for (const ValueId v : f.values_of(f.blocks[entry].params))
      assumed_[v] = Interval::all(bits(f.type(v)));
  }
  for (const BlockId b : cfg_->order()) {
    for (const Target& t : targets_of(f, b)) {
      const auto args = f.values_of(t.args);
      const auto params = f.values_of(f.blocks[t.block].params);
      for (size_t i = 0; i < args.size(); ++i) {
        const Value& value = f.values[args[i]];
        if (value.kind != ValueKind::Parameter || is_assumed_[args[i]] == 0 ||
            !cfg_->predecessors(value.def).empty())
          continue;
        const Interval& others = of_[params[i]];
        if (is_reached_[t.block] != 0 && !others.is_empty() && others.high.fits_u64())
          assumed_[args[i]] = meet(assumed_[args[i]], others);
      }
    }
  }
  for (const BlockId entry : f.entries) {
    for (const ValueId v : f.values_of(f.blocks[entry].params)) {
      if (assumed_[v].is_empty())
        assumed_[v] = Interval::all(bits(f.type(v)));
    }
  }
}

bool Ranges::sweep() {
  facts_.clear();
  std::ranges::fill(fact_, 0);
  std::ranges::fill(is_reached_, uint8_t{0});
  for (const BlockId b : cfg_->order()) {
    if (!visit_block(b))
      return false;
  }
  return !f_->failed();
}

bool Ranges::visit_block(BlockId b) {
  begin_block(b);
  if (is_reached_[b] == 0)
    return true;
  for (const InstId i : body(*f_, b))
    visit(i, b);
  return !f_->failed();
}

void Ranges::begin_block(BlockId b) {
  Function& f = *f_;
  const auto edges = cfg_->predecessors(b);
  const auto params = f.values_of(f.blocks[b].params);
  if (edges.empty()) {
    is_reached_[b] = 1;
    for (const ValueId v : params)
      of_[v] = is_assumed_[v] != 0 ? assumed_[v] : Interval::all(bits(f.type(v)));
    return;
  }
  for (const ValueId v : params)
    of_[v] = Interval::none();
  bool is_head = false;
  for (const Edge& e : edges) {
    if (is_back(e, b)) {
      is_head = true;
      continue;
    }
    Condition condition;
    if (is_reached_[e.block] == 0 || !is_feasible(e, condition))
      continue;
    is_reached_[b] = 1;
    const auto args = f.values_of(target_of(e).args);
    for (size_t i = 0; i < params.size(); ++i)
      of_[params[i]] = join(of_[params[i]], brought(e, condition, args[i]));
    if (edges.size() == 1) {
      for (unsigned n = 0; n < condition.count; ++n)
        add_fact(condition.said[n].value, condition.said[n].is, b, kNone);
    }
  }
  if (!is_head)
    return;
  for (const ValueId v : params) {
    const unsigned width = bits(f.type(v));
    if (is_assumed_[v] == 0) {
      is_assumed_[v] = 1;
      assumed_[v] = widened(of_[v], width);
    } else if (!assumed_[v].contains(of_[v])) {
      assumed_[v] = widened(join(assumed_[v], of_[v]), width);
    }
    of_[v] = assumed_[v];
  }
}

void Ranges::visit(InstId id, BlockId b) {
  const Inst& inst = f_->insts[id];
  if (inst.op == Op::MemTouch)
    return visit_touch(inst, id, b);
  if (info(inst.op).has(Computes)) {
    if (is_int(f_->type(inst.result)))
      of_[inst.result] = compute(inst, b, nullptr);
    return;
  }
  for (uint32_t r = 0; r < inst.result_count; ++r)
    of_[inst.result + r] = Interval::all(std::min(bits(f_->type(inst.result + r)), 256u));
  if (inst.op == Op::DataSize || inst.op == Op::GasLeft)
    of_[inst.result] = Interval::all(kNarrow);
  if (inst.op == Op::MemSize)
    of_[inst.result] = Interval::all(kMemoryBits);
}

/// Behind it, if its length is not 0, the offset is an address.
void Ranges::visit_touch(const Inst& inst, InstId id, BlockId b) {
  const auto args = f_->args(inst);
  const Interval offset = at(args[0], b), length = at(args[1], b);
  const Interval address{0, low_mask(kMemoryBits)};
  of_[inst.result] = offset.high.fits_u64() ? offset : Interval::all(kNarrow);
  if (length.is_empty() || length.low.is_zero())
    return;
  of_[inst.result] = meet(offset, address);
  add_fact(args[0], address, b, id);
  add_fact(args[1], address, b, id);
}

// --- what is known where ---

Interval Ranges::at(ValueId v, BlockId b, unsigned depth) const {
  if (f_->is_constant(v))
    return Interval::exactly(f_->constant(v));
  Interval is = of_[v];
  unsigned steps = 0;
  for (uint32_t n = fact_[v]; n != 0 && ++steps <= 8; n = facts_[n - 1].next) {
    const Fact& fact = facts_[n - 1];
    if (is_rewriting_ && fact.behind != kNone && is_passed_[fact.behind] == 0)
      continue;
    if (!dominators_->dominates(fact.block, b))
      continue;
    is = meet(is, fact.is);
    break;
  }
  // What was found of the value it was before it was converted holds for it, too.
  const Value& value = f_->values[v];
  if (depth < 2 && value.kind == ValueKind::Result) {
    const Inst& inst = f_->insts[value.def];
    const ValueId from = inst.args.count == 1 ? f_->args(inst)[0] : kNone;
    if ((inst.op == Op::Zext || inst.op == Op::Trunc) && from < of_.size()) {
      const Interval before = at(from, b, depth + 1);
      if (!before.is_empty() && before.high <= low_mask(bits(value.type)))
        is = meet(is, before);
    }
  }
  return is;
}

void Ranges::add_fact(ValueId v, const Interval& is, BlockId b, InstId behind) {
  Function& f = *f_;
  for (unsigned depth = 0; depth < 3 && !f.is_constant(v); ++depth) {
    const Interval before = at(v, b, 2), now = meet(before, is);
    if (!now.is_empty() && !(now == before)) {
      if (!facts_.try_push({now, b, behind, fact_[v]}))
        return f.set_failed();
      fact_[v] = static_cast<uint32_t>(facts_.size());
    }
    const Value& value = f.values[v];
    if (value.kind != ValueKind::Result)
      return;
    const Inst& inst = f.insts[value.def];
    const bool keeps_all = inst.op == Op::Zext ||
                           (inst.op == Op::Trunc &&
                            at(f.args(inst)[0], b, 2).high <= low_mask(bits(f.type(inst.result))));
    if (!keeps_all)
      return;
    v = f.args(inst)[0];
  }
}

Interval Ranges::compute(const Inst& inst, BlockId b, const Said* instead) const {
  Interval operands[3] = {};
  const auto args = f_->args(inst);
  for (size_t i = 0; i < args.size() && i < 3; ++i) {
    operands[i] = is_int(f_->type(args[i])) ? at(args[i], b) : Interval::all(256);
    if (instead != nullptr && instead->value == args[i])
      operands[i] = meet(operands[i], instead->is);
  }
  const Type from = f_->type(args[0]);
  // A comparison is of its operands' width.
  const bool compares = !(f_->type(inst.result) == inst.type);
  const unsigned width = compares ? bits(from) : bits(f_->type(inst.result));
  return interval_of(inst.op, width, is_int(from) ? bits(from) : 256, {operands, args.size()});
}

// --- conditions ---

void Ranges::say(Condition& c, ValueId v, const Interval& is, BlockId b) const {
  if (f_->is_constant(v))
    return;
  for (unsigned depth = 0; depth < 3; ++depth) {
    if (c.count == kMostSaid)
      return;
    const Interval now = meet(at(v, b), is);
    c.can_be &= !now.is_empty();
    c.said[c.count++] = {v, now};
    const Value& value = f_->values[v];
    if (value.kind != ValueKind::Result)
      return;
    const Inst& inst = f_->insts[value.def];
    if (inst.op != Op::Zext && (inst.op != Op::Trunc || at(f_->args(inst)[0], b).high >
                                                            low_mask(bits(f_->type(inst.result)))))
      return;
    v = f_->args(inst)[0];
    if (f_->is_constant(v))
      return;
  }
}

void Ranges::collect(Condition& c, ValueId condition, bool holds, BlockId b, unsigned depth) const {
  const Interval now = at(condition, b);
  c.can_be &= holds ? !now.high.is_zero() : now.low.is_zero();
  const Value& value = f_->values[condition];
  if (value.kind != ValueKind::Result || depth > 3)
    return;
  const Inst& inst = f_->insts[value.def];
  const auto args = f_->args(inst);
  switch (inst.op) {
  case Op::And:
    if (holds) { // a bit of each
      collect(c, args[0], true, b, depth + 1);
      collect(c, args[1], true, b, depth + 1);
    }
    return;
  case Op::Zext:
    return collect(c, args[0], holds, b, depth + 1);
  case Op::IsZero:
    if (f_->type(args[0]) == Type::I32)
      collect(c, args[0], !holds, b, depth + 1);
    [[fallthrough]];
  case Op::Eq:
  case Op::Ne:
  case Op::LtU:
  case Op::LeU:
  case Op::LtS:
  case Op::LeS: {
    Interval x = at(args[0], b);
    Interval y = inst.op == Op::IsZero ? Interval::exactly(0) : at(args[1], b);
    narrow_by(inst.op, bits(f_->type(args[0])), holds, x, y);
    say(c, args[0], x, b);
    if (inst.op != Op::IsZero)
      say(c, args[1], y, b);
    return;
  }
  default:
    return;
  }
}

/// Whether the branch may take the edge, and what it has compared where it does.
bool Ranges::is_feasible(const Edge& edge, Condition& condition) {
  const Inst& branch = f_->insts[f_->blocks[edge.block].last];
  if (branch.op != Op::BrIf)
    return true;
  const bool holds = (edge.target == 0) != is_planted(Plant::StaleFact);
  collect(condition, f_->args(branch)[0], holds, edge.block, 0);
  return condition.can_be;
}

/// The value as the edge passes it. What was computed of an operand that the branch has compared is
/// looked at again.
Interval Ranges::brought(const Edge& edge, const Condition& condition, ValueId v) const {
  if (!is_int(f_->type(v)))
    return Interval::all(256);
  Interval is = at(v, edge.block);
  const Value& value = f_->values[v];
  const Inst* def = value.kind == ValueKind::Result ? &f_->insts[value.def] : nullptr;
  if (def != nullptr && !info(def->op).has(Computes))
    def = nullptr;
  for (unsigned n = 0; n < condition.count; ++n) {
    const Said& said = condition.said[n];
    if (said.value == v)
      is = meet(is, said.is);
    else if (def != nullptr && has_arg(*f_, *def, said.value))
      is = meet(is, compute(*def, edge.block, &said));
  }
  return is;
}

bool ranges(Function& f, PassContext& context) {
  return context.ranges.run(f, context.cfg, context.dominators, context.forward);
}

} // namespace zvm::ir
