// Handlers of pure ops at i64 and i32: only the low limb is read, the result is zero-extended.
// Booleans (i32, 0 or 1) use the same bodies where 32 bits cannot overflow.
#include <bit>

#include "backend/interp/forms.hpp"
#include "base/integer.hpp"

namespace zvm::backend::interp {

namespace {

using ir::Op;

template <Op kOp>
[[gnu::always_inline]] inline uint64_t compute(uint64_t a, uint64_t b) {
#define ANY(OP, EXPRESSION)                                                                        \
  if constexpr (kOp == Op::OP)                                                                     \
    return EXPRESSION;
#define NARROW ANY
#include "backend/interp/arithmetic.def"
  if constexpr (kOp == Op::Shl)
    return a < 64 ? b << a : 0;
  if constexpr (kOp == Op::ShrU)
    return a < 64 ? b >> a : 0;
  if constexpr (kOp == Op::Eq)
    return a == b;
  if constexpr (kOp == Op::Ne)
    return a != b;
  if constexpr (kOp == Op::LtU)
    return a < b;
}

template <Op kOp, Kind A, Kind B, bool kStore>
Next narrow(Regs& r) {
  write<kStore>(r, U256{compute<kOp>(low_a<A>(r), low_b<B>(r))});
  return next(r);
}

template <Op kOp, Kind A, bool kStore>
Next narrow_unary(Regs& r) {
  const uint64_t a = low_a<A>(r);
  if constexpr (kOp == Op::Not)
    write<kStore>(r, U256{~a});
  if constexpr (kOp == Op::IsZero)
    write<kStore>(r, U256{static_cast<uint64_t>(a == 0)});
  if constexpr (kOp == Op::Clz)
    write<kStore>(r, U256{static_cast<uint64_t>(std::countl_zero(a))});
  return next(r);
}

template <Op kOp>
constexpr Forms kForms = all_forms([]<Kind A, Kind B, bool kStore>() -> Handler {
  // Immediates only: a narrow constant always fits one.
  if constexpr (A == Kind::Pool || B == Kind::Pool || (A == Kind::Imm && B == Kind::Imm))
    return nullptr;
  else
    return handler<narrow<kOp, A, B, kStore>>;
});
constexpr auto kByOp = forms_by_op<
#define ANY(OP, EXPRESSION) Op::OP,
#define NARROW ANY
#include "backend/interp/arithmetic.def"
    Op::Shl, Op::ShrU, Op::Eq, Op::Ne, Op::LtU>([]<Op kOp>() { return &kForms<kOp>; });

} // namespace

Handler narrow_binary_handler(Op op, Kind a, Kind b, bool store) {
  return form_in(kByOp, op, a, b, store);
}

Handler narrow_unary_handler(Op op, Kind a, bool store) {
  return chosen<Op::Not, Op::IsZero, Op::Clz>(op, [&]<Op kOp>() {
    return chosen<Kind::Slot, Kind::Acc>(a, [&]<Kind A>() {
      return chosen<false, true>(
          store, [&]<bool kStore>() { return handler<narrow_unary<kOp, A, kStore>>; });
    });
  });
}

} // namespace zvm::backend::interp
