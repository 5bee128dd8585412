// Handlers of pure ops at i256: arithmetic, bits, comparison.
//
// An op has a fast path inline and, where that is not all of it, a slow path in a handler of its own that
// is tail-called: a call inside the fast handler would cost it a stack frame. The fast paths look at the
// operands: nine of ten fit 64 bits.
#include <array>
#include <utility>

#include "backend/interp/handlers.hpp"

namespace zvm::backend::interp {
namespace {

using ir::Op;

template <Op kOp>
struct Binary;

/// Ops that are nothing but a short expression.
#define ZVM_SIMPLE(OP, EXPRESSION)                                                                 \
  template <>                                                                                      \
  struct Binary<Op::OP> {                                                                          \
    static constexpr bool kHasSlow = false;                                                        \
    [[gnu::always_inline]] static U256 fast(const U256& a, const U256& b) { return EXPRESSION; }   \
  };
ZVM_SIMPLE(Add, a + b)
ZVM_SIMPLE(Sub, a - b)
ZVM_SIMPLE(And, a& b)
ZVM_SIMPLE(Or, a | b)
ZVM_SIMPLE(Xor, a ^ b)
ZVM_SIMPLE(Eq, U256{static_cast<uint64_t>(a == b)})
ZVM_SIMPLE(Ne, U256{static_cast<uint64_t>(!(a == b))})
ZVM_SIMPLE(LtU, U256{static_cast<uint64_t>(a < b)})
ZVM_SIMPLE(LtS, U256{static_cast<uint64_t>(slt(a, b))})
ZVM_SIMPLE(Byte, byte_at(a, b))
#undef ZVM_SIMPLE

/// Ops with a slow path: `fits` says whether `fast` is right for the operands.
#define ZVM_TWO_SPEED(OP, FITS, FAST, SLOW)                                                        \
  template <>                                                                                      \
  struct Binary<Op::OP> {                                                                          \
    static constexpr bool kHasSlow = true;                                                         \
    [[gnu::always_inline]] static bool fits(const U256& a, const U256& b) { return FITS; }         \
    [[gnu::always_inline]] static U256 fast(const U256& a, const U256& b) { return FAST; }         \
    static U256 slow(const U256& a, const U256& b) { return SLOW; }                                \
  };

/// Ops that are a call.
#define ZVM_SLOW(OP, SLOW)                                                                         \
  template <>                                                                                      \
  struct Binary<Op::OP> {                                                                          \
    static U256 slow(const U256& a, const U256& b) { return SLOW; }                                \
  };

[[gnu::always_inline]] inline bool both_fit_u64(const U256& a, const U256& b) {
  return (a.limbs[1] | a.limbs[2] | a.limbs[3] | b.limbs[1] | b.limbs[2] | b.limbs[3]) == 0;
}
[[gnu::always_inline]] inline U256 product64(uint64_t a, uint64_t b) {
  const auto p = static_cast<unsigned __int128>(a) * b;
  return {static_cast<uint64_t>(p), static_cast<uint64_t>(p >> 64), 0, 0};
}
ZVM_TWO_SPEED(Mul, both_fit_u64(a, b), product64(a.limbs[0], b.limbs[0]), a* b)
ZVM_TWO_SPEED(DivU, both_fit_u64(a, b), U256{b.limbs[0] == 0 ? 0 : a.limbs[0] / b.limbs[0]},
              div(a, b))
ZVM_TWO_SPEED(RemU, both_fit_u64(a, b), U256{b.limbs[0] == 0 ? 0 : a.limbs[0] % b.limbs[0]},
              mod(a, b))
ZVM_TWO_SPEED(DivS, both_fit_u64(a, b), U256{b.limbs[0] == 0 ? 0 : a.limbs[0] / b.limbs[0]},
              sdiv(a, b))
ZVM_TWO_SPEED(RemS, both_fit_u64(a, b), U256{b.limbs[0] == 0 ? 0 : a.limbs[0] % b.limbs[0]},
              smod(a, b))
ZVM_SLOW(Exp, exp(a, b))
ZVM_SLOW(SignExtend, signextend(a, b))
ZVM_SLOW(Shl, shl(a, b))
ZVM_SLOW(ShrU, shr(a, b))
ZVM_SLOW(ShrS, sar(a, b))
#undef ZVM_TWO_SPEED
#undef ZVM_SLOW

template <Op kOp, Kind A, Kind B, bool kStore>
Next slow_binary(Regs& r) {
  write<kStore>(r, Binary<kOp>::slow(read_a<A>(r), read_b<B>(r)));
  return next(r);
}

template <Op kOp, Kind A, Kind B, bool kStore>
[[gnu::always_inline]] inline Next binary(Regs& r) {
  const U256 a = read_a<A>(r), b = read_b<B>(r);
  if constexpr (Binary<kOp>::kHasSlow) {
    if (!Binary<kOp>::fits(a, b)) [[unlikely]] {
      return to(handler<slow_binary<kOp, A, B, kStore>>);
    }
  }
  write<kStore>(r, Binary<kOp>::fast(a, b));
  return next(r);
}

/// Shifts by a known count: a form for each number of whole limbs, imm holds the rest.
template <Op kOp, unsigned kWhole, Kind B, bool kStore>
[[gnu::always_inline]] inline Next shift_by_constant(Regs& r) {
  const U256 value = read_b<B>(r);
  const auto rest = static_cast<unsigned>(r.ip->imm);
  if constexpr (kOp == Op::Shl)
    write<kStore>(r, Wide<U256>::shift_left_from<kWhole>(value, rest));
  if constexpr (kOp == Op::ShrU)
    write<kStore>(r, Wide<U256>::shift_right_from<kWhole>(value, rest));
  if constexpr (kOp == Op::ShrS) {
    const uint64_t fill = value.is_negative() ? ~uint64_t{0} : 0;
    write<kStore>(r, Wide<U256>::shift_right_from<kWhole>(value, rest, fill));
  }
  return next(r);
}

template <Op kOp, Kind B, bool kStore>
constexpr Handler shift_form(unsigned whole) {
  constexpr Handler kByWhole[] = {
      handler<shift_by_constant<kOp, 0, B, kStore>>, handler<shift_by_constant<kOp, 1, B, kStore>>,
      handler<shift_by_constant<kOp, 2, B, kStore>>, handler<shift_by_constant<kOp, 3, B, kStore>>};
  return kByWhole[whole];
}
template <Op kOp>
Handler shift_forms(unsigned whole, Kind value, bool store) {
  if (value == Kind::Slot) {
    return store ? shift_form<kOp, Kind::Slot, true>(whole)
                 : shift_form<kOp, Kind::Slot, false>(whole);
  }
  if (value == Kind::Acc) {
    return store ? shift_form<kOp, Kind::Acc, true>(whole)
                 : shift_form<kOp, Kind::Acc, false>(whole);
  }
  return nullptr; // folded before it comes here
}

template <Op kOp, Kind A, Kind B, bool kStore>
constexpr Handler binary_form() {
  constexpr bool a_constant = A == Kind::Imm || A == Kind::Pool;
  constexpr bool b_constant = B == Kind::Imm || B == Kind::Pool;
  if constexpr (a_constant && b_constant) {
    return nullptr; // folded before it comes here
  } else if constexpr (kOp == Op::Exp || kOp == Op::Shl || kOp == Op::ShrU || kOp == Op::ShrS ||
                       kOp == Op::SignExtend) {
    return handler<slow_binary<kOp, A, B, kStore>>;
  } else {
    return handler<binary<kOp, A, B, kStore>>;
  }
}

using Forms = std::array<Handler, kKinds * kKinds * 2>;

template <Op kOp, size_t... I>
constexpr Forms make_forms(std::index_sequence<I...>) {
  return {
      binary_form<kOp, static_cast<Kind>(I / 8), static_cast<Kind>(I / 2 % 4), I % 2 != 0>()...};
}
template <Op kOp>
constexpr Forms kForms = make_forms<kOp>(std::make_index_sequence<kKinds * kKinds * 2>());

const Forms* forms(Op op) {
  switch (op) {
#define ZVM_CASE(OP)                                                                               \
  case Op::OP:                                                                                     \
    return &kForms<Op::OP>;
    ZVM_CASE(Add)
    ZVM_CASE(Sub)
    ZVM_CASE(Mul)
    ZVM_CASE(DivU)
    ZVM_CASE(DivS)
    ZVM_CASE(RemU)
    ZVM_CASE(RemS)
    ZVM_CASE(Exp)
    ZVM_CASE(SignExtend)
    ZVM_CASE(And)
    ZVM_CASE(Or)
    ZVM_CASE(Xor)
    ZVM_CASE(Shl)
    ZVM_CASE(ShrU)
    ZVM_CASE(ShrS)
    ZVM_CASE(Byte)
    ZVM_CASE(Eq)
    ZVM_CASE(Ne)
    ZVM_CASE(LtU)
    ZVM_CASE(LtS)
#undef ZVM_CASE
  default:
    return nullptr;
  }
}

// --- one and three operands ---

template <Op kOp, Kind A, bool kStore>
Next unary(Regs& r) {
  const U256 a = read_a<A>(r);
  if constexpr (kOp == Op::Not)
    write<kStore>(r, ~a);
  if constexpr (kOp == Op::IsZero)
    write<kStore>(r, U256{static_cast<uint64_t>(a.is_zero())});
  if constexpr (kOp == Op::Clz)
    write<kStore>(r, U256{clz(a)});
  return next(r);
}

template <Op kOp, bool kStore>
Next ternary(Regs& r) {
  const U256 &a = slot(r, r.ip->a), &b = slot(r, r.ip->b), &c = slot(r, r.ip->c);
  if constexpr (kOp == Op::AddMod)
    write<kStore>(r, addmod(a, b, c));
  if constexpr (kOp == Op::MulMod)
    write<kStore>(r, mulmod(a, b, c));
  if constexpr (kOp == Op::Select)
    write<kStore>(r, a.is_zero() ? c : b);
  return next(r);
}

template <Op kOp>
Handler unary_form(Kind a, bool store) {
  if (a == Kind::Slot) {
    return store ? handler<unary<kOp, Kind::Slot, true>> : handler<unary<kOp, Kind::Slot, false>>;
  }
  if (a == Kind::Acc) {
    return store ? handler<unary<kOp, Kind::Acc, true>> : handler<unary<kOp, Kind::Acc, false>>;
  }
  return nullptr;
}

} // namespace

Handler narrow_binary_handler(Op op, Kind a, Kind b, bool store);
Handler narrow_unary_handler(Op op, Kind a, bool store);

Handler binary_handler(Op op, ir::Type type, Kind a, Kind b, bool store) {
  if (type != ir::Type::I256)
    return narrow_binary_handler(op, a, b, store);
  const Forms* all = forms(op);
  if (all == nullptr)
    return nullptr;
  return (*all)[static_cast<size_t>(a) * 8 + static_cast<size_t>(b) * 2 + (store ? 1 : 0)];
}

Handler shift_handler(Op op, unsigned whole, Kind value, bool store) {
  switch (op) {
  case Op::Shl:
    return shift_forms<Op::Shl>(whole, value, store);
  case Op::ShrU:
    return shift_forms<Op::ShrU>(whole, value, store);
  case Op::ShrS:
    return shift_forms<Op::ShrS>(whole, value, store);
  default:
    return nullptr;
  }
}

Handler unary_handler(Op op, ir::Type type, Kind a, bool store) {
  if (type != ir::Type::I256)
    return narrow_unary_handler(op, a, store);
  switch (op) {
  case Op::Not:
    return unary_form<Op::Not>(a, store);
  case Op::IsZero:
    return unary_form<Op::IsZero>(a, store);
  case Op::Clz:
    return unary_form<Op::Clz>(a, store);
  default:
    return nullptr;
  }
}

Handler ternary_handler(Op op, bool store) {
  switch (op) {
  case Op::AddMod:
    return store ? handler<ternary<Op::AddMod, true>> : handler<ternary<Op::AddMod, false>>;
  case Op::MulMod:
    return store ? handler<ternary<Op::MulMod, true>> : handler<ternary<Op::MulMod, false>>;
  case Op::Select:
    return store ? handler<ternary<Op::Select, true>> : handler<ternary<Op::Select, false>>;
  default:
    return nullptr;
  }
}

} // namespace zvm::backend::interp
