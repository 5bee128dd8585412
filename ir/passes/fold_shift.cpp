// Rules for shl, shr.u, shr.s, and those that take the count modulo the width: it comes first.
#include <algorithm>

#include "ir/passes/folder.hpp"

namespace zvm::ir {
namespace {

/// A shift of the same kind below this one; its count is less than the width, as larger ones are
/// folded.
struct Inner {
  ValueId x = kNone;
  unsigned count = 0;
  explicit operator bool() const { return x != kNone; }
};

Inner inner_shift(const Folder& k, Op op) {
  const auto d = k.def_constant_first(k.arg(1), op);
  return d ? Inner{d.x, static_cast<unsigned>(d.c.low64())} : Inner{};
}

ValueId fold_shl(Folder& k, unsigned count) {
  const unsigned width = k.bits_here();
  if (const Inner d = inner_shift(k, Op::Shl))
    return d.count + count >= width ? k.number(0)
                                    : k.change(Op::Shl, k.type(), k.number(d.count + count), d.x);
  if (const Inner d = inner_shift(k, Op::ShrU); d && d.count == count)
    return k.change(Op::And, k.type(), d.x, k.number(low_mask(width) << count));
  const U256 kept = low_mask(width - count);
  if (const auto d = k.def_constant(k.arg(1), Op::And)) {
    if ((d.c & kept) == kept)
      return k.change(Op::Shl, k.type(), k.arg(0), d.x);
    if ((d.c & kept).is_zero())
      return k.number(0);
  }
  return kNone;
}

ValueId fold_shr_u(Folder& k, unsigned count) {
  const unsigned width = k.bits_here();
  if (k.width(k.arg(1)) <= count)
    return k.number(0);
  if (const Inner d = inner_shift(k, Op::ShrU))
    return d.count + count >= width ? k.number(0)
                                    : k.change(Op::ShrU, k.type(), k.number(d.count + count), d.x);
  if (const Inner d = inner_shift(k, Op::Shl); d && d.count == count)
    return k.change(Op::And, k.type(), d.x, k.number(low_mask(width - count)));
  if (const auto d = k.def_constant(k.arg(1), Op::And)) {
    const U256 kept = low_mask(width - count), mask = d.c >> count;
    if (mask == kept)
      return k.change(Op::ShrU, k.type(), k.arg(0), d.x);
    if (mask.is_zero())
      return k.number(0);
  }
  return kNone;
}

ValueId fold_shr_s(Folder& k, unsigned count) {
  const unsigned width = k.bits_here();
  if (k.is_nonnegative(k.arg(1)))
    return k.change(Op::ShrU, k.type(), k.arg(0), k.arg(1));
  if (const Inner d = inner_shift(k, Op::ShrS))
    return k.change(Op::ShrS, k.type(), k.number(std::min(d.count + count, width - 1)), d.x);
  if (const Inner d = inner_shift(k, Op::Shl); d && d.count == count && count % 8 == 0)
    return k.change(Op::SignExtend, k.type(), k.number((width - count) / 8 - 1), d.x);
  return kNone;
}

/// A known count makes a total shift of it, which has all other rules.
ValueId fold_wrapping(Folder& k, Op total) {
  const ValueId a = k.arg(0), b = k.arg(1);
  const U256 mask{k.bits_here() - 1};
  if (k.is_constant(a))
    return k.change(total, k.type(), k.number(k.constant(a) & mask), b);
  if (const auto d = k.def_constant(a, Op::And); d && (d.c & mask) == mask)
    return k.change(k.inst().op, k.type(), d.x, b);
  if (total == Op::ShrS && k.is_nonnegative(b))
    return k.change(Op::ShrUWrap, k.type(), a, b);
  return kNone;
}

} // namespace

ValueId fold_shift(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  const Op op = k.inst().op;
  if (k.is(b, 0))
    return b;
  switch (op) {
  case Op::ShlWrap:
    return fold_wrapping(k, Op::Shl);
  case Op::ShrUWrap:
    return fold_wrapping(k, Op::ShrU);
  case Op::ShrSWrap:
    return fold_wrapping(k, Op::ShrS);
  default:
    break;
  }
  if (!k.is_constant(a))
    return kNone;
  const U256 c = k.constant(a);
  if (c.is_zero())
    return b;
  if (c >= U256{k.bits_here()})
    return op == Op::ShrS ? k.change(op, k.type(), k.number(k.bits_here() - 1), b) : k.number(0);
  const auto count = static_cast<unsigned>(c.low64());
  switch (op) {
  case Op::Shl:
    return fold_shl(k, count);
  case Op::ShrU:
    return fold_shr_u(k, count);
  default:
    return fold_shr_s(k, count);
  }
}

} // namespace zvm::ir
