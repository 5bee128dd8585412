// Handlers of pure ops at i256: arithmetic, bits, comparison.
//
// An op has a fast path inline and, where that is not all of it, a slow path in a handler of its
// own that is tail-called: a call inside the fast handler would cost it a stack frame. The fast
// paths look at the operands: nine of ten fit 64 bits.
#include "backend/interp/forms.hpp"
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
#define ANY ZVM_SIMPLE
#include "backend/interp/arithmetic.def"
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

template <Op kOp>
constexpr Forms kForms = all_forms([]<Kind A, Kind B, bool kStore>() -> Handler {
  if constexpr (is_constant(A) && is_constant(B))
    return nullptr; // folded before it comes here
  else if constexpr (requires { Binary<kOp>::kHasSlow; })
    return handler<binary<kOp, A, B, kStore>>;
  else
    return handler<slow_binary<kOp, A, B, kStore>>;
});
constexpr auto kByOp = forms_by_op<
#define ANY(OP, EXPRESSION) Op::OP,
#include "backend/interp/arithmetic.def"
    Op::Mul, Op::DivU, Op::DivS, Op::RemU, Op::RemS, Op::Exp, Op::SignExtend, Op::Shl, Op::ShrU,
    Op::ShrS, Op::Byte, Op::Eq, Op::Ne, Op::LtU, Op::LtS>([]<Op kOp>() { return &kForms<kOp>; });

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

} // namespace

Handler binary_handler(Op op, ir::Type type, Kind a, Kind b, bool store) {
  return type != ir::Type::I256 ? narrow_binary_handler(op, a, b, store)
                                : form_in(kByOp, op, a, b, store);
}

Handler shift_handler(Op op, unsigned whole, Kind value, bool store) {
  return chosen<Op::Shl, Op::ShrU, Op::ShrS>(op, [&]<Op kOp>() {
    return chosen<0u, 1u, 2u, 3u>(whole, [&]<unsigned kWhole>() {
      // A constant is folded before it comes here.
      return chosen<Kind::Slot, Kind::Acc>(value, [&]<Kind B>() {
        return chosen<false, true>(store, [&]<bool kStore>() {
          return handler<shift_by_constant<kOp, kWhole, B, kStore>>;
        });
      });
    });
  });
}

Handler unary_handler(Op op, ir::Type type, Kind a, bool store) {
  if (type != ir::Type::I256)
    return narrow_unary_handler(op, a, store);
  return chosen<Op::Not, Op::IsZero, Op::Clz>(op, [&]<Op kOp>() {
    return chosen<Kind::Slot, Kind::Acc>(a, [&]<Kind A>() {
      return chosen<false, true>(store,
                                 [&]<bool kStore>() { return handler<unary<kOp, A, kStore>>; });
    });
  });
}

Handler ternary_handler(Op op, bool store) {
  return chosen<Op::AddMod, Op::MulMod, Op::Select>(op, [&]<Op kOp>() {
    return chosen<false, true>(store, [&]<bool kStore>() { return handler<ternary<kOp, kStore>>; });
  });
}

} // namespace zvm::backend::interp
