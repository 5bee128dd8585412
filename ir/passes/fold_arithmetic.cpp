// Rules for add, sub, mul, exp.
#include "base/plant.hpp"
#include "ir/passes/folder.hpp"

namespace zvm::ir {
namespace {

/// x + c, written as the subtraction where that has the smaller constant.
ValueId change_to_sum(Folder& k, ValueId x, const U256& c) {
  const U256 sum = cut(k.type(), c), negated = cut(k.type(), -c);
  if (sum.is_zero())
    return x;
  if (negated.bit_width() < sum.bit_width())
    return k.change(Op::Sub, k.type(), x, k.number(negated));
  return k.change(Op::Add, k.type(), x, k.number(sum));
}

/// By the sum of two powers of 2^64, one of them perhaps 1: shifts by whole limbs move nothing but
/// names of registers.
ValueId fold_mul_by_limbs(Folder& k, ValueId a, const U256& c) {
  if (k.type() != Type::I256)
    return kNone;
  unsigned counts[2] = {};
  unsigned found = 0;
  for (unsigned limb = 0; limb < 4; ++limb) {
    if (c.limb(limb) > 1 || (c.limb(limb) == 1 && found == 2))
      return kNone;
    if (c.limb(limb) == 1)
      counts[found++] = 64 * limb;
  }
  if (found != 2)
    return kNone;
  const ValueId low = counts[0] == 0 ? a : k.make(Op::Shl, k.number(counts[0]), a);
  return k.change(Op::Add, k.type(), low, k.make(Op::Shl, k.number(counts[1]), a));
}

} // namespace

ValueId fold_add(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (k.is_constant(b)) {
    const U256 c = k.constant(b);
    if (const auto d = k.def_constant(a, Op::Add))
      return change_to_sum(k, d.x, d.c + c);
    if (const auto d = k.def_constant(a, Op::Sub))
      return change_to_sum(k, d.x, c - d.c);
    if (const auto d = k.def_constant_first(a, Op::Sub))
      return k.change(Op::Sub, k.type(), k.number(d.c + c), d.x);
    if (c.is_zero())
      return a;
    if (cut(k.type(), -c).bit_width() < c.bit_width())
      return change_to_sum(k, a, c);
    return kNone;
  }
  if (const Inst* d = k.def(a, Op::Sub); d != nullptr && k.arg(d, 1) == b)
    return k.arg(d, 0);
  if (const Inst* d = k.def(b, Op::Sub); d != nullptr && k.arg(d, 1) == a)
    return k.arg(d, 0);
  return kNone;
}

ValueId fold_sub(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (a == b)
    return k.number(is_planted(Plant::Fold) ? 1 : 0);
  if (k.is_constant(b)) {
    const U256 c = k.constant(b);
    if (const auto d = k.def_constant(a, Op::Add))
      return change_to_sum(k, d.x, d.c - c);
    if (const auto d = k.def_constant(a, Op::Sub))
      return change_to_sum(k, d.x, -(d.c + c));
    if (const auto d = k.def_constant_first(a, Op::Sub))
      return k.change(Op::Sub, k.type(), k.number(d.c - c), d.x);
    if (c.is_zero())
      return a;
    if (cut(k.type(), -c).bit_width() < c.bit_width())
      return change_to_sum(k, a, -c);
    return kNone;
  }
  if (k.is_constant(a)) {
    const U256 c = k.constant(a);
    if (const auto d = k.def_constant_first(b, Op::Sub))
      return change_to_sum(k, d.x, c - d.c);
    if (const auto d = k.def_constant(b, Op::Add))
      return k.change(Op::Sub, k.type(), k.number(c - d.c), d.x);
    if (const auto d = k.def_constant(b, Op::Sub))
      return k.change(Op::Sub, k.type(), k.number(c + d.c), d.x);
    return kNone;
  }
  if (const Inst* d = k.def(a, Op::Add)) {
    if (k.arg(d, 0) == b)
      return k.arg(d, 1);
    if (k.arg(d, 1) == b)
      return k.arg(d, 0);
  }
  return kNone;
}

ValueId fold_mul(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (!k.is_constant(b))
    return kNone;
  const U256 c = k.constant(b);
  if (c.is_zero())
    return b;
  if (c == U256{1})
    return a;
  if (const auto d = k.def_constant(a, Op::Mul))
    return k.change(Op::Mul, k.type(), d.x, k.number(d.c * c));
  if (const auto d = k.def_constant_first(a, Op::Shl))
    return k.change(Op::Mul, k.type(), d.x, k.number(shl(d.c, c)));
  if (is_power_of_two(c))
    return k.change(Op::Shl, k.type(), k.number(c.bit_width() - 1), a);
  if (c == low_mask(k.bits_here()))
    return k.change(Op::Sub, k.type(), k.number(0), a);
  return fold_mul_by_limbs(k, a, c);
}

ValueId fold_exp(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  const Type t = k.type();
  if (k.is_constant(b)) {
    const U256 c = k.constant(b);
    if (c.is_zero())
      return k.number(1);
    if (c == U256{1})
      return a;
    if (c == U256{2})
      return k.change(Op::Mul, t, a, a);
    if (c == U256{3})
      return k.change(Op::Mul, t, k.make(Op::Mul, a, a), a);
    if (c == U256{4}) {
      const ValueId square = k.make(Op::Mul, a, a);
      return k.change(Op::Mul, t, square, square);
    }
    return kNone;
  }
  if (!k.is_constant(a))
    return kNone;
  const U256 c = k.constant(a);
  if (c == U256{1})
    return a;
  if (c == U256{2})
    return k.change(Op::Shl, t, b, k.number(1));
  if (c.is_zero()) {
    const ValueId flag = k.make(Op::IsZero, t, {b});
    return t == Type::I32 ? flag : k.change(Op::Zext, t, flag);
  }
  // (2^n)^b is 1 shifted by n * b, if the product cannot wrap round.
  const U256 log{c.bit_width() - 1};
  if (!is_power_of_two(c) || k.width(b) + log.bit_width() > k.bits_here())
    return kNone;
  const ValueId count = is_power_of_two(log) ? k.make(Op::Shl, k.number(log.bit_width() - 1), b)
                                             : k.make(Op::Mul, b, k.number(log));
  return k.change(Op::Shl, t, count, k.number(1));
}

} // namespace zvm::ir
