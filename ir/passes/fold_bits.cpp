// Rules for and, or, xor, not, byte, signextend.
#include "ir/passes/folder.hpp"

namespace zvm::ir {
namespace {

/// The lowest bits of a value that are known to be zero.
U256 known_low_zeros(const Folder& k, ValueId v) {
  const auto d = k.def_constant_first(v, Op::Shl);
  return d ? low_mask(static_cast<unsigned>(d.c.low64())) : U256{};
}

} // namespace

ValueId fold_and(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (a == b)
    return a;
  if (!k.is_constant(b))
    return kNone;
  const U256 c = k.constant(b);
  // Only the bits that a may have matter.
  const U256 possible = low_mask(k.width(a)) & ~known_low_zeros(k, a);
  if ((c & possible) == possible)
    return a;
  if ((c & possible).is_zero())
    return k.number(0);
  if (const auto d = k.def_constant(a, Op::And))
    return k.change(Op::And, k.type(), d.x, k.number(d.c & c));
  if (const auto d = k.def_constant(a, Op::Or); d && (d.c & c).is_zero())
    return k.change(Op::And, k.type(), d.x, b);
  if (const auto d = k.def_constant_first(a, Op::SignExtend)) {
    if (c.bit_width() <= 8 * d.c.low64() + 8)
      return k.change(Op::And, k.type(), d.x, b);
  }
  return kNone;
}

ValueId fold_or(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (a == b)
    return a;
  if (!k.is_constant(b))
    return kNone;
  const U256 c = k.constant(b);
  if (c.is_zero())
    return a;
  if (c == low_mask(k.bits_here()))
    return b;
  if (const auto d = k.def_constant(a, Op::Or))
    return k.change(Op::Or, k.type(), d.x, k.number(d.c | c));
  return kNone;
}

ValueId fold_xor(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (a == b)
    return k.number(0);
  for (unsigned side = 0; side < 2; ++side) {
    const ValueId one = side == 0 ? a : b, other = side == 0 ? b : a;
    const Inst* d = k.def(one, Op::Xor);
    if (d == nullptr)
      continue;
    if (k.arg(d, 0) == other)
      return k.arg(d, 1);
    if (k.arg(d, 1) == other)
      return k.arg(d, 0);
  }
  if (!k.is_constant(b))
    return kNone;
  const U256 c = k.constant(b);
  if (c.is_zero())
    return a;
  if (const auto d = k.def_constant(a, Op::Xor))
    return k.change(Op::Xor, k.type(), d.x, k.number(d.c ^ c));
  if (c == low_mask(k.bits_here()))
    return k.change(Op::Not, k.type(), a);
  return kNone;
}

ValueId fold_not(Folder& k) {
  if (const Inst* d = k.def(k.arg(0), Op::Not))
    return k.arg(d, 0);
  if (const auto d = k.def_constant(k.arg(0), Op::Xor))
    return k.change(Op::Xor, k.type(), d.x, k.number(~d.c));
  return kNone;
}

ValueId fold_byte(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (k.is(b, 0))
    return b;
  if (!k.is_constant(a))
    return kNone;
  const unsigned bytes = k.bits_here() / 8;
  if (k.constant(a) >= U256{bytes})
    return k.number(0);
  const auto index = static_cast<unsigned>(k.constant(a).low64());
  const unsigned below = 8 * (bytes - 1 - index);
  if (k.width(b) <= below)
    return k.number(0);
  // Nothing above the byte: a shift alone reaches it; nothing below: a mask alone.
  if (below == 0)
    return k.change(Op::And, k.type(), b, k.number(0xff));
  if (k.width(b) <= below + 8)
    return k.change(Op::ShrU, k.type(), k.number(below), b);
  return kNone;
}

ValueId fold_sign_extend(Folder& k) {
  const ValueId a = k.arg(0), b = k.arg(1);
  if (k.is(b, 0))
    return b;
  if (const Inst* d = k.def(b, Op::SignExtend); d != nullptr && k.arg(d, 0) == a)
    return b; // the sign is there already
  if (!k.is_constant(a))
    return kNone;
  const U256 c = k.constant(a);
  if (c >= U256{k.bits_here() / 8 - 1})
    return b;
  const auto size = 8 * static_cast<unsigned>(c.low64()) + 8; // bits that count
  if (k.width(b) < size)
    return b;
  if (const auto d = k.def_constant_first(b, Op::SignExtend))
    return d.c <= c ? b : k.change(Op::SignExtend, k.type(), a, d.x);
  if (const auto d = k.def_constant(b, Op::And); d && (d.c & low_mask(size)) == low_mask(size))
    return k.change(Op::SignExtend, k.type(), a, d.x);
  return kNone;
}

} // namespace zvm::ir
