// Rules for division, remainder, addmod, mulmod. By 0 they give 0.
#include "ir/passes/folder.hpp"

namespace zvm::ir {
namespace {

/// What a signed dividend must be corrected by so that shifting rounds to zero: 2^log - 1 where
/// negative.
ValueId make_bias(Folder& k, ValueId a, unsigned log) {
  const unsigned width = k.bits_here();
  const ValueId sign = k.make(Op::ShrS, k.number(width - 1), a);
  return k.make(Op::ShrU, k.number(width - log), sign);
}

/// Of a signed divisor: the logarithm of its absolute value, where that is a power of two above 1;
/// else 0.
unsigned signed_log(const Folder& k, const U256& c) {
  const U256 wide = sign_extended(k.type(), c);
  const U256 absolute = wide.is_negative() ? -wide : wide;
  return is_power_of_two(absolute) ? absolute.bit_width() - 1 : 0;
}

} // namespace

ValueId fold_div_u(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (k.is(a, 0))
    return a;
  if (!k.is_constant(b))
    return kNone;
  const U256 c = k.constant(b);
  if (c.is_zero())
    return b;
  if (c == U256{1})
    return a;
  if (k.width(a) < c.bit_width())
    return k.number(0);
  if (is_power_of_two(c))
    return k.change(Op::ShrU, k.type(), k.number(c.bit_width() - 1), a);
  if (const auto d = k.def_constant(a, Op::DivU); d && !d.c.is_zero()) {
    if (d.c.bit_width() + c.bit_width() <= k.bits_here())
      return k.change(Op::DivU, k.type(), d.x, k.number(d.c * c));
  }
  return kNone;
}

ValueId fold_div_s(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (k.is(a, 0))
    return a;
  if (k.is_nonnegative(a) && k.is_nonnegative(b))
    return k.change(Op::DivU, k.type(), a, b);
  if (!k.is_constant(b))
    return kNone;
  const U256 c = k.constant(b);
  if (c == low_mask(k.bits_here()))
    return k.change(Op::Sub, k.type(), k.number(0), a);
  if (c == U256{1})
    return a;
  if (c.is_zero())
    return b;
  const unsigned log = signed_log(k, c);
  if (log == 0)
    return kNone;
  const ValueId corrected = k.make(Op::Add, a, make_bias(k, a, log));
  const ValueId count = k.number(log);
  if (!sign_extended(k.type(), c).is_negative())
    return k.change(Op::ShrS, k.type(), count, corrected);
  return k.change(Op::Sub, k.type(), k.number(0), k.make(Op::ShrS, count, corrected));
}

ValueId fold_rem_u(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (a == b || k.is(a, 0))
    return k.number(0);
  if (!k.is_constant(b))
    return kNone;
  const U256 c = k.constant(b);
  if (c.is_zero() || c == U256{1})
    return k.number(0);
  if (k.width(a) < c.bit_width())
    return a;
  if (is_power_of_two(c))
    return k.change(Op::And, k.type(), a, k.number(c - U256{1}));
  return kNone;
}

ValueId fold_rem_s(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (a == b || k.is(a, 0))
    return k.number(0);
  if (k.is_nonnegative(a) && k.is_nonnegative(b))
    return k.change(Op::RemU, k.type(), a, b);
  if (!k.is_constant(b))
    return kNone;
  const U256 c = k.constant(b);
  if (c.is_zero() || c == U256{1} || c == low_mask(k.bits_here()))
    return k.number(0);
  const unsigned log = signed_log(k, c);
  if (log == 0)
    return kNone;
  const ValueId bias = make_bias(k, a, log);
  const ValueId corrected = k.make(Op::Add, a, bias);
  const ValueId low = k.make(Op::And, corrected, k.number(low_mask(log)));
  return k.change(Op::Sub, k.type(), low, bias);
}

ValueId fold_modular(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1), n = k.arg(2);
  const Op op = k.inst().op == Op::AddMod ? Op::Add : Op::Mul; // the first half
  if (k.is(b, op == Op::Add ? 0 : 1))
    return k.change(Op::RemU, k.type(), a, n);
  if (op == Op::Mul && k.is(b, 0))
    return b;
  if (!k.is_constant(n))
    return kNone;
  const U256 c = k.constant(n);
  if (c.is_zero() || c == U256{1})
    return k.number(0);
  // The carry that is lost is a multiple of the modulus.
  if (is_power_of_two(c))
    return k.change(Op::And, k.type(), k.make(op, a, b), k.number(c - U256{1}));
  return kNone;
}

} // namespace zvm::ir
