#include "ir/evaluate.hpp"

#include <algorithm>
#include <bit>

namespace zvm::ir {

U256 cut(Type type, const U256& value) {
  const unsigned width = bits(type);
  return width >= 256 ? value : value & ((U256{1} << width) - U256{1});
}

U256 sign_extended(Type type, const U256& value) {
  return signextend(U256{bits(type) / 8 - 1}, value);
}

namespace {

/// b rotated left by a.
U256 rotated(Type type, const U256& a, const U256& b) {
  const U256 width{bits(type)};
  const U256 count = a & (width - U256{1});
  return cut(type, shl(count, b) | shr(width - count, b));
}

} // namespace

U256 evaluate(Op op, Type type, Type source, const U256& a, const U256& b, const U256& c) {
  const unsigned width = bits(type);
  const U256 bytes{width / 8};
  const auto flag = [](bool is) { return U256{is ? 1u : 0u}; };
  const auto modulo_width = [width](const U256& v) { return v & U256{width - 1}; };
  const auto signed_of = [type](const U256& v) { return sign_extended(type, v); };
  switch (op) {
  case Op::Add:
    return cut(type, a + b);
  case Op::Sub:
    return cut(type, a - b);
  case Op::Mul:
    return cut(type, a * b);
  case Op::DivU:
    return div(a, b);
  case Op::DivS:
    return cut(type, sdiv(signed_of(a), signed_of(b)));
  case Op::RemU:
    return mod(a, b);
  case Op::RemS:
    return cut(type, smod(signed_of(a), signed_of(b)));
  case Op::AddMod:
    return addmod(a, b, c);
  case Op::MulMod:
    return mulmod(a, b, c);
  case Op::Exp:
    return cut(type, exp(a, b));
  case Op::SignExtend:
    return a >= bytes - U256{1} ? b : cut(type, signextend(a, b));
  case Op::And:
    return a & b;
  case Op::Or:
    return a | b;
  case Op::Xor:
    return a ^ b;
  case Op::Not:
    return cut(type, ~a);
  case Op::Shl:
    return cut(type, shl(a, b));
  case Op::ShrU:
    return shr(a, b);
  case Op::ShrS:
    return cut(type, sar(a, signed_of(b)));
  case Op::ShlWrap:
    return cut(type, shl(modulo_width(a), b));
  case Op::ShrUWrap:
    return shr(modulo_width(a), b);
  case Op::ShrSWrap:
    return cut(type, sar(modulo_width(a), signed_of(b)));
  case Op::Byte:
    return a >= bytes ? U256{} : byte_at(a + U256{32 - width / 8}, b);
  case Op::Clz:
    return U256{width - a.bit_width()};
  case Op::Ctz:
    return a.is_zero() ? U256{width} : U256{(a ^ (a - U256{1})).bit_width() - 1};
  case Op::Popcnt: {
    unsigned ones = 0;
    for (unsigned i = 0; i < 4; ++i)
      ones += static_cast<unsigned>(std::popcount(a.limb(i)));
    return U256{ones};
  }
  case Op::RotL:
    return rotated(type, a, b);
  case Op::RotR: // the width is a power of two
    return rotated(type, cut(type, U256{} - a), b);
  case Op::Eq:
    return flag(a == b);
  case Op::Ne:
    return flag(!(a == b));
  case Op::LtU:
    return flag(a < b);
  case Op::LtS:
    return flag(slt(signed_of(a), signed_of(b)));
  case Op::LeU:
    return flag(!(b < a));
  case Op::LeS:
    return flag(!slt(signed_of(b), signed_of(a)));
  case Op::IsZero:
    return flag(a.is_zero());
  case Op::Select:
    return a.is_zero() ? c : b;
  case Op::Zext:
    return a;
  case Op::Sext:
    return cut(type, sign_extended(source, a));
  default: // Trunc
    return cut(type, a);
  }
}

} // namespace zvm::ir
