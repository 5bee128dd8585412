// Rules for eq, ne, lt.u, lt.s, is_zero. Results are i32, the instruction's type is that of the
// operands.
#include "ir/passes/folder.hpp"

namespace zvm::ir {
namespace {

/// Both operands as they were before they were widened, where that says the same.
struct Narrowed {
  Type type = Type::None;
  ValueId a = kNone, b = kNone;
  explicit operator bool() const { return type != Type::None; }
};

Narrowed before_widening(Folder& k, Op widening) {
  const ValueId operands[] = {k.arg(0), k.arg(1)};
  if (k.def(operands[0], widening) == nullptr && k.def(operands[1], widening) == nullptr)
    return {};
  Narrowed n;
  for (const ValueId v : operands) {
    if (const Inst* d = k.def(v, widening)) {
      const Type t = k.function().type(k.arg(d, 0));
      if (n && n.type != t)
        return {};
      n.type = t;
    } else if (!k.is_constant(v)) {
      return {};
    }
  }
  ValueId found[2] = {};
  for (unsigned i = 0; i < 2; ++i) {
    if (const Inst* d = k.def(operands[i], widening)) {
      found[i] = k.arg(d, 0);
    } else {
      const U256 c = k.constant(operands[i]);
      const U256 low = cut(n.type, c);
      const U256 again = widening == Op::Zext ? low : cut(k.type(), sign_extended(n.type, low));
      if (!(again == c))
        return {};
      found[i] = k.number(n.type, low);
    }
  }
  n.a = found[0];
  n.b = found[1];
  return n;
}

/// not (a < b), where one is a constant: b <= a, so b - 1 < a or b < a + 1. Neither may wrap round:
/// with the least b or the greatest a, which fold leaves to no one, but cse may meet.
ValueId negated_less(Folder& k, Op op, Type t, ValueId a, ValueId b) {
  const U256 least = op == Op::LtU ? U256{} : U256{1} << (bits(t) - 1);
  if (k.is_constant(b) && !(k.constant(b) == least))
    return k.change(op, t, k.number(t, k.constant(b) - U256{1}), a);
  if (k.is_constant(a) && !(k.constant(a) == cut(t, least - U256{1})))
    return k.change(op, t, b, k.number(t, k.constant(a) + U256{1}));
  return kNone;
}

} // namespace

/// eq and ne, which is its negation.
ValueId fold_equality(Folder& k) {
  const Op op = k.inst().op;
  const bool is_eq = op == Op::Eq;
  const Type t = k.type();
  const ValueId a = k.arg(0), b = k.arg(1);
  if (a == b)
    return k.flag(is_eq);
  if (const Narrowed n = before_widening(k, Op::Zext))
    return k.change(op, n.type, n.a, n.b);
  if (!k.is_constant(b))
    return kNone;
  const U256 c = k.constant(b);
  if (c.bit_width() > k.width(a))
    return k.flag(!is_eq);
  if (!k.is_computed(a))
    return is_eq && c.is_zero() ? k.change(Op::IsZero, t, a) : kNone;
  if (const auto d = k.def_constant(a, Op::Add))
    return k.change(op, t, d.x, k.number(t, c - d.c));
  if (const auto d = k.def_constant(a, Op::Sub))
    return k.change(op, t, d.x, k.number(t, c + d.c));
  if (const auto d = k.def_constant_first(a, Op::Sub))
    return k.change(op, t, d.x, k.number(t, d.c - c));
  if (const auto d = k.def_constant(a, Op::Xor))
    return k.change(op, t, d.x, k.number(t, c ^ d.c));
  if (const Inst* d = k.def(a, Op::Not))
    return k.change(op, t, k.arg(d, 0), k.number(t, ~c));
  if (c.is_zero()) {
    for (const Op difference : {Op::Sub, Op::Xor}) {
      if (const Inst* d = k.def(a, difference))
        return k.change(op, t, k.arg(d, 0), k.arg(d, 1));
    }
  }
  const bool is_boolean = k.width(a) <= 1;
  if (is_eq) {
    if (c.is_zero())
      return k.change(Op::IsZero, t, a);
    if (is_boolean)
      return t == Type::I32 ? a : k.change(Op::Ne, t, a, k.number(t, 0));
  } else {
    if (is_boolean && c == U256{1})
      return k.change(Op::IsZero, t, a);
    if (is_boolean && t == Type::I32)
      return a;
  }
  return kNone;
}

ValueId fold_less_unsigned(Folder& k) {
  const Type t = k.type();
  const ValueId a = k.arg(0), b = k.arg(1);
  if (a == b)
    return k.flag(false);
  if (const Narrowed n = before_widening(k, Op::Zext))
    return k.change(Op::LtU, n.type, n.a, n.b);
  if (k.is_constant(b)) {
    const U256 c = k.constant(b);
    if (c.is_zero())
      return k.flag(false);
    if (c == U256{1})
      return k.change(Op::IsZero, t, a);
    if (k.width(a) < c.bit_width())
      return k.flag(true);
  }
  if (k.is_constant(a)) {
    const U256 c = k.constant(a);
    if (c >= low_mask(k.width(b)))
      return k.flag(false);
    if (c.is_zero())
      return k.change(Op::Ne, t, b, a);
  }
  return kNone;
}

ValueId fold_less_signed(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (a == b)
    return k.flag(false);
  if (k.is_nonnegative(a) && k.is_nonnegative(b))
    return k.change(Op::LtU, k.type(), a, b);
  if (const Narrowed n = before_widening(k, Op::Sext))
    return k.change(Op::LtS, n.type, n.a, n.b);
  const U256 smallest = U256{1} << (k.bits_here() - 1);
  if (k.is_constant(b) && k.constant(b) == smallest)
    return k.flag(false);
  if (k.is_constant(a) && k.constant(a) == smallest - U256{1})
    return k.flag(false);
  return kNone;
}

ValueId fold_is_zero(Folder& k) {
  const Type t = k.type();
  const ValueId a = k.arg(0);
  if (!k.is_computed(a))
    return kNone;
  if (const Inst* d = k.def(a, Op::Zext))
    return k.change(Op::IsZero, k.function().type(k.arg(d, 0)), k.arg(d, 0));
  if (const auto d = k.def_constant(a, Op::Add))
    return k.change(Op::Eq, t, d.x, k.number(t, -d.c));
  if (const Inst* d = k.def(a, Op::Sub))
    return k.change(Op::Eq, t, k.arg(d, 0), k.arg(d, 1));
  if (const Inst* d = k.def(a, Op::Xor))
    return k.change(Op::Eq, t, k.arg(d, 0), k.arg(d, 1));
  if (t != Type::I32)
    return kNone;
  // The negation of a boolean.
  if (const Inst* d = k.def(a, Op::Eq))
    return k.change(Op::Ne, d->type, k.arg(d, 0), k.arg(d, 1));
  if (const Inst* d = k.def(a, Op::Ne))
    return k.change(Op::Eq, d->type, k.arg(d, 0), k.arg(d, 1));
  if (const Inst* d = k.def(a, Op::IsZero)) {
    const Type inner = d->type;
    const ValueId x = k.arg(d, 0);
    return k.change(Op::Ne, inner, x, k.number(inner, 0));
  }
  for (const Op less : {Op::LtU, Op::LtS}) {
    if (const Inst* d = k.def(a, less))
      return negated_less(k, less, d->type, k.arg(d, 0), k.arg(d, 1));
  }
  return kNone;
}

} // namespace zvm::ir
