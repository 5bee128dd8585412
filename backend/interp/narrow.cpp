// Handlers of pure ops at i64 and i32: only the low limb is read, the result is zero-extended.
// Booleans (i32, 0 or 1) use the same bodies where 32 bits cannot overflow.
#include <array>
#include <bit>
#include <utility>

#include "backend/interp/handlers.hpp"
#include "base/integer.hpp"

namespace zvm::backend::interp {

Handler narrow_binary_handler(ir::Op op, Kind a, Kind b, bool store);
Handler narrow_unary_handler(ir::Op op, Kind a, bool store);

namespace {

using ir::Op;

template <Op kOp>
[[gnu::always_inline]] inline uint64_t compute(uint64_t a, uint64_t b) {
  if constexpr (kOp == Op::Add)
    return a + b;
  if constexpr (kOp == Op::Sub)
    return a - b;
  if constexpr (kOp == Op::Mul)
    return a * b;
  if constexpr (kOp == Op::DivU)
    return integer::div_u(a, b);
  if constexpr (kOp == Op::RemU)
    return integer::rem_u(a, b);
  if constexpr (kOp == Op::And)
    return a & b;
  if constexpr (kOp == Op::Or)
    return a | b;
  if constexpr (kOp == Op::Xor)
    return a ^ b;
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

template <Op kOp, Kind A, Kind B, bool kStore>
constexpr Handler form() {
  // Immediates only: a narrow constant always fits one.
  if constexpr (A == Kind::Pool || B == Kind::Pool || (A == Kind::Imm && B == Kind::Imm)) {
    return nullptr;
  } else {
    return handler<narrow<kOp, A, B, kStore>>;
  }
}

using Forms = std::array<Handler, kKinds * kKinds * 2>;

template <Op kOp, size_t... I>
constexpr Forms make_forms(std::index_sequence<I...>) {
  return {form<kOp, static_cast<Kind>(I / 8), static_cast<Kind>(I / 2 % 4), I % 2 != 0>()...};
}
template <Op kOp>
constexpr Forms kForms = make_forms<kOp>(std::make_index_sequence<kKinds * kKinds * 2>());

template <Op kOp>
Handler unary_form(Kind a, bool store) {
  if (a == Kind::Slot) {
    return store ? handler<narrow_unary<kOp, Kind::Slot, true>>
                 : handler<narrow_unary<kOp, Kind::Slot, false>>;
  }
  if (a == Kind::Acc) {
    return store ? handler<narrow_unary<kOp, Kind::Acc, true>>
                 : handler<narrow_unary<kOp, Kind::Acc, false>>;
  }
  return nullptr;
}

} // namespace

Handler narrow_binary_handler(Op op, Kind a, Kind b, bool store) {
  const size_t at = static_cast<size_t>(a) * 8 + static_cast<size_t>(b) * 2 + (store ? 1 : 0);
  switch (op) {
#define ZVM_CASE(OP)                                                                               \
  case Op::OP:                                                                                     \
    return kForms<Op::OP>[at];
    ZVM_CASE(Add)
    ZVM_CASE(Sub)
    ZVM_CASE(Mul)
    ZVM_CASE(DivU)
    ZVM_CASE(RemU)
    ZVM_CASE(And)
    ZVM_CASE(Or)
    ZVM_CASE(Xor)
    ZVM_CASE(Shl)
    ZVM_CASE(ShrU)
    ZVM_CASE(Eq)
    ZVM_CASE(Ne)
    ZVM_CASE(LtU)
#undef ZVM_CASE
  default:
    return nullptr;
  }
}

Handler narrow_unary_handler(Op op, Kind a, bool store) {
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

} // namespace zvm::backend::interp
