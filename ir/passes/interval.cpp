#include "ir/passes/interval.hpp"

namespace zvm::ir {
namespace {

struct Operands {
  unsigned bits, from;
  std::span<const Interval> of;

  [[nodiscard]] const Interval& a() const { return of[0]; }
  [[nodiscard]] const Interval& b() const { return of[1]; }
  [[nodiscard]] Interval all() const { return Interval::all(bits); }
  [[nodiscard]] U256 mask() const { return low_mask(bits); }
  [[nodiscard]] U256 sign() const { return U256{1} << (bits - 1); }
};
using Rule = Interval (*)(const Operands&);

Interval flag(bool can_be_false, bool can_be_true) {
  return {can_be_false ? 0u : 1u, can_be_true ? 1u : 0u};
}

Interval add(const Operands& o) {
  const U256 low = o.a().low + o.b().low, high = o.a().high + o.b().high, most = o.mask();
  const bool low_wraps = low < o.b().low || low > most,
             high_wraps = high < o.b().high || high > most;
  if (low_wraps != high_wraps)
    return o.all();
  return {low & most, high & most};
}

Interval sub(const Operands& o) {
  const bool never_wraps = o.b().high <= o.a().low, always_wraps = o.a().high < o.b().low;
  if (!never_wraps && !always_wraps)
    return o.all();
  return {(o.a().low - o.b().high) & o.mask(), (o.a().high - o.b().low) & o.mask()};
}

Interval mul(const Operands& o) {
  if (o.a().high.bit_width() + o.b().high.bit_width() > o.bits)
    return o.all();
  return {o.a().low * o.b().low, o.a().high * o.b().high};
}

Interval div_u(const Operands& o) {
  if (o.b().low.is_zero())
    return {0, o.b().high.is_zero() ? U256{} : o.a().high};
  return {div(o.a().low, o.b().high), div(o.a().high, o.b().low)};
}

Interval rem_u(const Operands& o) {
  if (o.a().high < o.b().low)
    return o.a();
  return {0, o.b().high.is_zero() ? U256{} : std::min(o.a().high, o.b().high - U256{1})};
}

bool is_nonnegative(const Operands& o, const Interval& v) { return v.high < o.sign(); }

Interval div_s(const Operands& o) {
  return is_nonnegative(o, o.a()) && is_nonnegative(o, o.b()) ? div_u(o) : o.all();
}
Interval rem_s(const Operands& o) {
  return is_nonnegative(o, o.a()) && is_nonnegative(o, o.b()) ? rem_u(o) : o.all();
}

Interval modular(const Operands& o) {
  const U256& most = o.of[2].high;
  return {0, most.is_zero() ? U256{} : most - U256{1}};
}

Interval bit_and(const Operands& o) { return {0, std::min(o.a().high, o.b().high)}; }
Interval bit_or(const Operands& o) {
  return {std::max(o.a().low, o.b().low),
          low_mask(std::max(o.a().high.bit_width(), o.b().high.bit_width()))};
}
Interval bit_xor(const Operands& o) { return {0, bit_or(o).high}; }
Interval bit_not(const Operands& o) { return {o.mask() - o.a().high, o.mask() - o.a().low}; }

/// A count of the width or more, or of which nothing is known, as the width.
unsigned count(const Operands& o, const U256& v) {
  return v < U256{o.bits} ? static_cast<unsigned>(v.low64()) : o.bits;
}

Interval shl(const Operands& o) {
  const unsigned least = count(o, o.a().low), most = count(o, o.a().high);
  if (most >= o.bits || o.b().high.bit_width() + most > o.bits)
    return o.all();
  return {o.b().low << least, o.b().high << most};
}
Interval shr_u(const Operands& o) {
  return {o.b().low >> count(o, o.a().high), o.b().high >> count(o, o.a().low)};
}
Interval shr_s(const Operands& o) { return is_nonnegative(o, o.b()) ? shr_u(o) : o.all(); }
Interval shr_u_wrap(const Operands& o) { return {0, o.b().high}; }

Interval byte(const Operands& o) { return {0, std::min(o.mask(), U256{255})}; }
Interval bit_count(const Operands& o) { return {0, std::min(o.mask(), U256{o.bits})}; }
Interval sign_extend(const Operands& o) {
  const U256 least = o.a().low;
  const bool is_whole = least >= U256{o.bits / 8};
  if (is_whole || o.b().high < U256{1} << (8 * static_cast<unsigned>(least.low64()) + 7))
    return o.b();
  return o.all();
}

Interval equal(const Operands& o) {
  const bool can_be = !meet(o.a(), o.b()).is_empty();
  return flag(!(o.a().is_exact() && o.a() == o.b()), can_be);
}
Interval not_equal(const Operands& o) {
  const Interval e = equal(o);
  return flag(!e.high.is_zero(), e.low.is_zero());
}
Interval less_u(const Operands& o) { return flag(o.a().high >= o.b().low, o.a().low < o.b().high); }
Interval less_equal_u(const Operands& o) {
  return flag(o.a().high > o.b().low, o.a().low <= o.b().high);
}
Interval is_zero(const Operands& o) { return flag(!o.a().high.is_zero(), o.a().low.is_zero()); }

/// Signed numbers as unsigned ones of the same order, where the interval has one sign only.
bool order_signed(const Operands& o, Interval (&ordered)[2]) {
  for (unsigned i = 0; i < 2; ++i) {
    if ((o.of[i].low < o.sign()) != (o.of[i].high < o.sign()))
      return false;
    ordered[i] = {o.of[i].low ^ o.sign(), o.of[i].high ^ o.sign()};
  }
  return true;
}
Interval less_s(const Operands& o) {
  Interval ordered[2];
  return order_signed(o, ordered) ? less_u({o.bits, o.from, ordered}) : flag(true, true);
}
Interval less_equal_s(const Operands& o) {
  Interval ordered[2];
  return order_signed(o, ordered) ? less_equal_u({o.bits, o.from, ordered}) : flag(true, true);
}

Interval select(const Operands& o) {
  if (o.a().low > U256{})
    return o.of[1];
  return o.a().high.is_zero() ? o.of[2] : join(o.of[1], o.of[2]);
}
Interval zext(const Operands& o) { return o.a(); }
Interval trunc(const Operands& o) { return o.a().high <= o.mask() ? o.a() : o.all(); }
Interval sext(const Operands& o) {
  const U256 sign = U256{1} << (o.from - 1), above = o.mask() - low_mask(o.from);
  if (o.a().high < sign)
    return o.a();
  return o.a().low < sign ? o.all() : Interval{o.a().low | above, o.a().high | above};
}

Rule rule_of(Op op) {
  struct Row {
    Op op;
    Rule rule;
  };
  static constexpr Row kRows[] = {
      {Op::Add, add},          {Op::Sub, sub},
      {Op::Mul, mul},          {Op::DivU, div_u},
      {Op::DivS, div_s},       {Op::RemU, rem_u},
      {Op::RemS, rem_s},       {Op::AddMod, modular},
      {Op::MulMod, modular},   {Op::SignExtend, sign_extend},
      {Op::And, bit_and},      {Op::Or, bit_or},
      {Op::Xor, bit_xor},      {Op::Not, bit_not},
      {Op::Shl, shl},          {Op::ShrU, shr_u},
      {Op::ShrS, shr_s},       {Op::ShrUWrap, shr_u_wrap},
      {Op::Byte, byte},        {Op::Clz, bit_count},
      {Op::Ctz, bit_count},    {Op::Popcnt, bit_count},
      {Op::Eq, equal},         {Op::Ne, not_equal},
      {Op::LtU, less_u},       {Op::LtS, less_s},
      {Op::LeU, less_equal_u}, {Op::LeS, less_equal_s},
      {Op::IsZero, is_zero},   {Op::Select, select},
      {Op::Zext, zext},        {Op::Sext, sext},
      {Op::Trunc, trunc},
  };
  static constexpr auto kByOp = [] {
    std::array<Rule, kOpCount> rules{};
    for (const Row& row : kRows)
      rules[static_cast<uint8_t>(row.op)] = row.rule;
    return rules;
  }();
  return kByOp[static_cast<uint8_t>(op)];
}

} // namespace

Interval interval_of(Op op, unsigned bits, unsigned from, std::span<const Interval> operands) {
  for (const Interval& v : operands) {
    if (v.is_empty())
      return Interval::none();
  }
  const Rule rule = rule_of(op);
  return rule == nullptr ? Interval::all(bits) : rule({bits, from, operands});
}

namespace {

/// a < b, or a <= b.
void narrow_order(bool is_strict, Interval& a, Interval& b) {
  if (is_strict && (b.high.is_zero() || a.low == ~U256{})) {
    a = b = Interval::none();
    return;
  }
  const U256 one{is_strict ? 1u : 0u};
  const U256 most = b.high - one, least = a.low + one;
  a.high = std::min(a.high, most);
  b.low = std::max(b.low, least);
}

void narrow_different(const Interval& one, Interval& other) {
  if (!one.is_exact())
    return;
  if (other == one)
    other = Interval::none();
  else if (other.low == one.low)
    other.low += U256{1};
  else if (other.high == one.high)
    other.high -= U256{1};
}

/// Of a <s b, or a <=s b: what is not negative there is so here, too.
void narrow_signed(bool is_strict, unsigned bits, Interval& a, Interval& b) {
  const U256 most = low_mask(bits - 1);
  if (a.high > most)
    return;
  b = meet(b, {0, most});
  if (!b.is_empty())
    narrow_order(is_strict, a, b);
}

} // namespace

void narrow_by(Op op, unsigned bits, bool holds, Interval& a, Interval& b) {
  if (a.is_empty() || b.is_empty())
    return;
  switch (op) {
  case Op::IsZero:
  case Op::Eq:
  case Op::Ne:
    if (holds == (op != Op::Ne)) {
      a = b = meet(a, b);
    } else {
      narrow_different(b, a);
      if (!a.is_empty())
        narrow_different(a, b);
    }
    return;
  case Op::LtU:
  case Op::LeU:
    return holds ? narrow_order(op == Op::LtU, a, b) : narrow_order(op == Op::LeU, b, a);
  case Op::LtS:
  case Op::LeS:
    return holds ? narrow_signed(op == Op::LtS, bits, a, b)
                 : narrow_signed(op == Op::LeS, bits, b, a);
  default:
    return;
  }
}

} // namespace zvm::ir
