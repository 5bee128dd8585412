#include "ir/passes/narrower.hpp"

#include <algorithm>
#include <bit>

#include "ir/access.hpp"

namespace zvm::ir {

bool Narrower::try_begin() {
  demand_.clear();
  narrow_.clear();
  chosen_.clear();
  return demand_.try_resize(f_.values.size()) && narrow_.try_resize(f_.values.size());
}

void Narrower::demand(ValueId v, unsigned bits, bool wide) {
  Demand& d = demand_[v];
  // Used at all is a bit at least: 0 means dead.
  if (bits > d.bits)
    d.bits = static_cast<uint16_t>(bits);
  else if (d.bits == 0)
    d.bits = 1;
  d.is_wide |= wide;
}

unsigned Narrower::width(ValueId v) const {
  return f_.is_constant(v) ? f_.constant(v).bit_width() : width_[v];
}

unsigned Narrower::constant_count(ValueId v) const {
  const bool known = f_.is_constant(v) && f_.constant(v) < U256{256};
  return known ? static_cast<unsigned>(f_.constant(v).low64()) : 256;
}

bool Narrower::can_narrow(const Inst& inst) const {
  if (inst.type != Type::I256)
    return false;
  const auto args = f_.args(inst);
  const auto few = [&] { return demand_[inst.result].bits <= kNarrow; };
  if ((inst.op == Op::Add || inst.op == Op::Sub) && demand_[inst.result].is_offset)
    return false;
  switch (inst.op) {
  case Op::Add:
  case Op::Mul:
  case Op::And: // one narrow operand will do: the high bits of the other go
  case Op::Or:
  case Op::Xor:
    return few() || fits(inst.result);
  case Op::Sub:
  case Op::Not:
    return few();
  case Op::Shl:
    return fits(args[0]) && (few() || (f_.is_constant(args[0]) && fits(inst.result)));
  case Op::ShrU:
    if (fits(args[0]) && fits(args[1]))
      return true;
    return demand_[inst.result].bits + constant_count(args[0]) <= kNarrow;
  case Op::DivU:
  case Op::RemU:
  case Op::Eq:
  case Op::Ne:
  case Op::LtU:
    return fits(args[0]) && fits(args[1]);
  case Op::IsZero:
    return fits(args[0]);
  case Op::Zext:
    return bits(f_.type(args[0])) <= kNarrow;
  default:
    return false;
  }
}

void Narrower::demand_operands(const Inst& inst, bool is_narrow) {
  const auto args = f_.args(inst);
  const unsigned most = is_narrow ? kNarrow : 256;
  const unsigned d =
      inst.result_count == 1 ? std::min<unsigned>(demand_[inst.result].bits, most) : most;
  const auto of = [&](unsigned i, unsigned bits) {
    demand(args[i], std::min(bits, most), !is_narrow);
  };
  switch (inst.op) {
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::Or:
  case Op::Xor:
    of(0, d);
    return of(1, d);
  case Op::Not:
    return of(0, d);
  case Op::And:
    of(0, f_.is_constant(args[1]) ? std::min(d, width(args[1])) : d);
    return of(1, d);
  case Op::Shl: {
    const unsigned count = constant_count(args[0]);
    of(0, most);
    return of(1, count >= 256 ? d : d - std::min(d, count));
  }
  case Op::ShrU: {
    const unsigned count = constant_count(args[0]);
    of(0, most);
    return of(1, count >= 256 ? most : d + count);
  }
  case Op::ShlWrap:
  case Op::ShrUWrap:
  case Op::ShrSWrap:
    of(0, static_cast<unsigned>(std::countr_zero(bits(inst.type))));
    return of(1, inst.op == Op::ShlWrap ? d : most);
  case Op::Byte: {
    const unsigned index = constant_count(args[0]);
    of(0, most);
    return of(1, inst.type == Type::I256 && index < 32 ? 8 * (32 - index) : most);
  }
  case Op::SignExtend: {
    const unsigned index = constant_count(args[0]);
    of(0, most);
    return of(1, index < 32 ? 8 * (index + 1) : most);
  }
  case Op::Select:
    demand(args[0], 256, true);
    of(1, d);
    return of(2, d);
  case Op::Store:
    of(0, most);
    return of(1, 8u * decode_access(inst.attribute).width);
  case Op::MemTouch:
    of(0, most);
    demand_[args[0]].is_offset = true;
    return of(1, most);
  case Op::Trunc:
    return of(0, bits(inst.type));
  default:
    for (const ValueId v : args)
      demand(v, most, !is_narrow);
  }
}

bool Narrower::try_visit(InstId id, bool narrows) {
  const Inst& inst = f_.insts[id];
  const bool is_narrow = narrows && can_narrow(inst);
  // A zext that only wide instructions use stays as it is.
  demand_operands(inst, is_narrow && inst.op != Op::Zext);
  return !is_narrow || chosen_.try_push(id);
}

bool Narrower::try_rewrite() {
  while (!chosen_.empty()) {
    const InstId id = chosen_.back();
    chosen_.pop();
    if (f_.insts[id].op == Op::Zext) {
      rewrite_zext(id);
    } else {
      rewrite(id);
    }
    if (f_.failed())
      return false;
  }
  return true;
}

void Narrower::rewrite(InstId id) {
  const Inst before = f_.insts[id];
  ValueId args[2] = {};
  for (uint32_t i = 0; i < before.args.count; ++i)
    args[i] = narrowed(f_.pool[before.args.begin + i], id);
  if (f_.failed())
    return;
  const bool is_comparison = f_.type(before.result) == Type::I32;
  if (is_comparison || !demand_[before.result].is_wide) {
    // No one wants it as a word.
    f_.insts[id].type = Type::I64;
    std::copy_n(args, before.args.count, f_.pool.data() + before.args.begin);
    if (is_comparison)
      return;
    f_.values[before.result].type = Type::I64;
    narrow_[before.result] = before.result + 1;
    return;
  }
  constexpr Type kResult = Type::I64;
  const InstId made =
      f_.make_inst(before.op, Type::I64, {args, before.args.count}, 0, {&kResult, 1});
  if (made == kNone)
    return;
  f_.insert_before(id, made);
  // The word is the new result, widened.
  Inst& inst = f_.insts[id];
  inst.op = Op::Zext;
  inst.args.count = 1;
  f_.pool[inst.args.begin] = f_.insts[made].result;
  narrow_[before.result] = f_.insts[made].result + 1;
}

/// Its operand is the narrow value, if it is i64.
void Narrower::rewrite_zext(InstId id) {
  Inst& inst = f_.insts[id];
  const ValueId from = f_.args(inst)[0];
  const bool is_same = f_.type(from) == Type::I64;
  if (is_same)
    narrow_[inst.result] = from + 1;
  if (demand_[inst.result].is_wide)
    return;
  if (is_same)
    return f_.remove(id);
  inst.type = Type::I64;
  f_.values[inst.result].type = Type::I64;
  narrow_[inst.result] = inst.result + 1;
}

ValueId Narrower::narrowed(ValueId v, InstId user) {
  if (f_.is_constant(v))
    return f_.make_constant(Type::I64, f_.constant(v));
  if (v < narrow_.size() && narrow_[v] != 0)
    return narrow_[v] - 1;
  const Value& value = f_.values[v];
  if (value.kind == ValueKind::Result && f_.insts[value.def].op == Op::Zext) {
    const ValueId from = f_.args(f_.insts[value.def])[0];
    return convert(bits(f_.type(from)) < kNarrow ? Op::Zext : Op::Trunc, from, v, user);
  }
  return convert(Op::Trunc, v, v, user);
}

ValueId Narrower::convert(Op op, ValueId v, ValueId key, InstId user) {
  constexpr Type kResult = Type::I64;
  const Value value = f_.values[key];
  const InstId made = f_.make_inst(op, Type::I64, {&v, 1}, 0, {&kResult, 1});
  if (made == kNone)
    return 0;
  const InstId behind =
      value.kind == ValueKind::Parameter ? f_.blocks[value.def].first : f_.insts[value.def].next;
  f_.insert_before(behind != kNone ? behind : user, made);
  if (behind != kNone) // else it is the result of a terminator, which each user narrows for itself
    narrow_[key] = f_.insts[made].result + 1;
  return f_.insts[made].result;
}

} // namespace zvm::ir
