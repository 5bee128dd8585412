#include "tests/support/ir/reference.hpp"

#include "tests/support/ir/evaluation.hpp"

namespace zvm::test {

using namespace ir;

namespace {

mpz_class power_of_two(unsigned n) { return mpz_class{1} << n; }

} // namespace

mpz_class wrap(const mpz_class& v, unsigned bits) {
  mpz_class low;
  mpz_fdiv_r_2exp(low.get_mpz_t(), v.get_mpz_t(), bits);
  return low;
}

mpz_class as_signed(const mpz_class& v, unsigned bits) {
  return mpz_tstbit(v.get_mpz_t(), bits - 1) != 0 ? mpz_class{v - power_of_two(bits)} : v;
}

mpz_class reference_result(Op op, Type type, Type source, const std::vector<mpz_class>& in) {
  const unsigned width = bits(type), bytes = width / 8;
  const auto at = [&](size_t i) { return i < in.size() ? in[i] : mpz_class{}; };
  mpz_class a = at(0), b = at(1), c = at(2);
  const mpz_class sa = as_signed(a, width), sb = as_signed(b, width);
  switch (op) {
  case Op::Add:
    return wrap(a + b, width);
  case Op::Sub:
    return wrap(a - b, width);
  case Op::Mul:
    return wrap(a * b, width);
  case Op::DivU:
    return b == 0 ? mpz_class{} : mpz_class{a / b};
  case Op::DivS:
    return b == 0 ? mpz_class{} : wrap(sa / sb, width); // GMP truncates
  case Op::RemU:
    return b == 0 ? mpz_class{} : mpz_class{a % b};
  case Op::RemS:
    return b == 0 ? mpz_class{} : wrap(sa % sb, width);
  case Op::AddMod:
    return c == 0 ? mpz_class{} : mpz_class{(a + b) % c};
  case Op::MulMod:
    return c == 0 ? mpz_class{} : mpz_class{(a * b) % c};
  case Op::Exp: {
    mpz_class v, modulus = power_of_two(width);
    mpz_powm(v.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t(), modulus.get_mpz_t());
    return v;
  }
  case Op::SignExtend: {
    if (a >= bytes - 1)
      return b;
    const auto kept = static_cast<unsigned>(8 * a.get_ui() + 8);
    return wrap(as_signed(wrap(b, kept), kept), width);
  }
  case Op::And:
    return a & b;
  case Op::Or:
    return a | b;
  case Op::Xor:
    return a ^ b;
  case Op::Not:
    return power_of_two(width) - 1 - a;
  case Op::Shl:
    return a >= width ? mpz_class{} : wrap(b << a.get_ui(), width);
  case Op::ShrU:
    return a >= width ? mpz_class{} : mpz_class{b >> a.get_ui()};
  case Op::ShrS:
    return wrap(sb >> (a >= width ? width : a.get_ui()), width); // GMP rounds down
  case Op::ShlWrap:
    return wrap(b << mpz_class{a % width}.get_ui(), width);
  case Op::ShrUWrap:
    return b >> mpz_class{a % width}.get_ui();
  case Op::ShrSWrap:
    return wrap(sb >> mpz_class{a % width}.get_ui(), width);
  case Op::Byte:
    return a >= bytes ? mpz_class{} : mpz_class{(b >> (8 * (bytes - 1 - a.get_ui()))) & 0xff};
  case Op::Clz:
    return a == 0 ? mpz_class{width} : mpz_class{width - mpz_sizeinbase(a.get_mpz_t(), 2)};
  case Op::Ctz:
    return a == 0 ? mpz_class{width} : mpz_class{mpz_scan1(a.get_mpz_t(), 0)};
  case Op::Popcnt:
    return mpz_class{mpz_popcount(a.get_mpz_t())};
  case Op::RotL:
  case Op::RotR: {
    const mpz_class count = a % width;
    const auto left =
        static_cast<unsigned>(op == Op::RotL ? count.get_ui() : (width - count.get_ui()) % width);
    return wrap(b << left, width) + (b >> (width - left));
  }
  case Op::LeU:
    return a <= b ? 1 : 0;
  case Op::LeS:
    return sa <= sb ? 1 : 0;
  case Op::Eq:
    return a == b ? 1 : 0;
  case Op::Ne:
    return a != b ? 1 : 0;
  case Op::LtU:
    return a < b ? 1 : 0;
  case Op::LtS:
    return sa < sb ? 1 : 0;
  case Op::IsZero:
    return a == 0 ? 1 : 0;
  case Op::Select:
    return a != 0 ? b : c;
  case Op::Zext:
    return a;
  case Op::Sext:
    return wrap(as_signed(a, bits(source)), width);
  default: // Trunc
    return wrap(a, width);
  }
}

} // namespace zvm::test
