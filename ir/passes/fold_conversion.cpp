// Rules for select, zext, sext, trunc, and for branches, whose condition is like select's.
#include <utility>

#include "ir/passes/folder.hpp"

namespace zvm::ir {
ValueId fold_select(Folder& k) {
  const Type t = k.type();
  const ValueId c = k.arg(0), x = k.arg(1), y = k.arg(2);
  if (k.is_constant(c))
    return k.constant(c).is_zero() ? y : x;
  if (x == y)
    return x;
  if (const Inst* d = k.def(c, Op::IsZero); d != nullptr && d->type == Type::I32)
    return k.change(Op::Select, t, k.arg(d, 0), y, x);
  if (const auto d = k.def_constant(c, Op::Ne);
      d && d.c.is_zero() && k.def(c, Op::Ne)->type == Type::I32)
    return k.change(Op::Select, t, d.x, x, y);
  if (is_int(t) && k.is(x, 1) && k.is(y, 0) && k.width(c) <= 1)
    return t == Type::I32 ? c : k.change(Op::Zext, t, c);
  return kNone;
}

ValueId fold_zext(Folder& k) {
  const Type t = k.type();
  const ValueId a = k.arg(0);
  if (const Inst* d = k.def(a, Op::Zext))
    return k.change(Op::Zext, t, k.arg(d, 0));
  if (const Inst* d = k.def(a, Op::Trunc)) {
    const ValueId x = k.arg(d, 0);
    const Type whole = k.function().type(x), middle = k.function().type(a);
    const bool keeps_all = k.width(x) <= bits(middle);
    if (whole == t)
      return keeps_all ? x : k.change(Op::And, t, x, k.number(low_mask(bits(middle))));
    if (keeps_all)
      return k.change(bits(whole) > bits(t) ? Op::Trunc : Op::Zext, t, x);
  }
  return kNone;
}

ValueId fold_sext(Folder& k) {
  const Type t = k.type();
  const ValueId a = k.arg(0);
  if (k.is_nonnegative(a))
    return k.change(Op::Zext, t, a);
  if (const Inst* d = k.def(a, Op::Sext))
    return k.change(Op::Sext, t, k.arg(d, 0));
  return kNone;
}

ValueId fold_trunc(Folder& k) {
  const Type t = k.type();
  const ValueId a = k.arg(0);
  for (const Op op : {Op::Zext, Op::Sext, Op::Trunc}) {
    const Inst* d = k.def(a, op);
    if (d == nullptr)
      continue;
    const ValueId x = k.arg(d, 0);
    const Type from = k.function().type(x);
    if (from == t)
      return x;
    return k.change(bits(from) > bits(t) ? Op::Trunc : op, t, x);
  }
  const U256 kept = low_mask(bits(t));
  if (const auto d = k.def_constant(a, Op::And); d && (d.c & kept) == kept)
    return k.change(Op::Trunc, t, d.x);
  return kNone;
}

bool fold_branch(Folder& k) {
  Function& f = k.function();
  const Inst& i = k.inst();
  Target* targets = f.targets.data() + i.targets.begin;
  const ValueId c = k.arg(0);
  if (k.is_constant(c)) {
    const U256 value = k.constant(c);
    const uint32_t last = i.targets.count - 1;
    const uint32_t taken = i.op == Op::BrIf
                               ? (value.is_zero() ? 1 : 0)
                               : static_cast<uint32_t>(value < U256{last} ? value.low64() : last);
    targets[0] = targets[taken];
    Inst& changed = f.insts[k.id()];
    changed.op = Op::Br;
    changed.args.count = 0;
    changed.targets.count = 1;
    return false;
  }
  if (i.op != Op::BrIf)
    return false;
  if (const Inst* d = k.def(c, Op::IsZero); d != nullptr && d->type == Type::I32) {
    f.pool[i.args.begin] = k.arg(d, 0);
    std::swap(targets[0], targets[1]);
    return true;
  }
  if (const auto d = k.def_constant(c, Op::Ne);
      d && d.c.is_zero() && k.def(c, Op::Ne)->type == Type::I32) {
    f.pool[i.args.begin] = d.x;
    return true;
  }
  return false;
}

} // namespace zvm::ir
