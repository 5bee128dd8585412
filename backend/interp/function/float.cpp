// Handlers of floats.
#include "backend/interp/function/float.hpp"

#include "backend/interp/forms.hpp"
#include "backend/interp/function/handlers_internal.hpp"

namespace zvm::backend::interp::word {
namespace {

using ir::Op;
using ir::Type;

// --- two operands ---

/// form.operator()<a, b, store>(): operands in slots, or one of them in facc.
template <typename F>
Handler form_of(At a, At b, bool store, F form) {
  return chosen<At::Slot, At::Acc>(a, [&]<At kA>() {
    return chosen<At::Slot, At::Acc>(b, [&]<At kB>() {
      return chosen<false, true>(store, [&]<bool kStore>() -> Handler {
        if constexpr (kA == At::Acc && kB == At::Acc)
          return nullptr;
        else
          return form.template operator()<kA, kB, kStore>();
      });
    });
  });
}
template <auto kFunction, typename T>
Handler binary_form(At a, At b, bool store) {
  return form_of(a, b, store, []<At kA, At kB, bool kStore>() {
    return straight<float_binary<kFunction, T, kA, kB, kStore>>;
  });
}
template <auto kFunction, typename T>
Handler compare_form(At a, At b, bool store) {
  return form_of(a, b, store, []<At kA, At kB, bool kStore>() {
    return straight<float_compare<kFunction, T, kA, kB, kStore>>;
  });
}

template <typename T>
bool equal(T a, T b) {
  return a == b;
}
template <typename T>
bool differ(T a, T b) {
  return a != b;
}
template <typename T>
bool less(T a, T b) {
  return a < b;
}
template <typename T>
bool at_most(T a, T b) {
  return a <= b;
}

template <typename T>
Handler binary_of(Op op, At a, At b, bool store) {
  switch (op) {
  case Op::FAdd:
    return binary_form<ieee::add<T>, T>(a, b, store);
  case Op::FSub:
    return binary_form<ieee::sub<T>, T>(a, b, store);
  case Op::FMul:
    return binary_form<ieee::mul<T>, T>(a, b, store);
  case Op::FDiv:
    return binary_form<ieee::div<T>, T>(a, b, store);
  case Op::FMin:
    return binary_form<ieee::min<T>, T>(a, b, store);
  case Op::FMax:
    return binary_form<ieee::max<T>, T>(a, b, store);
  case Op::FCopySign:
    return binary_form<ieee::copysign<T>, T>(a, b, store);
  case Op::FEq:
    return compare_form<equal<T>, T>(a, b, store);
  case Op::FNe:
    return compare_form<differ<T>, T>(a, b, store);
  case Op::FLt:
    return compare_form<less<T>, T>(a, b, store);
  case Op::FLe:
    return compare_form<at_most<T>, T>(a, b, store);
  default:
    return nullptr;
  }
}

// --- one operand: From in its slot or accumulator, To in that of its type ---

template <typename From, At kAtA>
[[gnu::always_inline]] inline From operand(const Regs& r) {
  if constexpr (std::is_floating_point_v<From>)
    return read_float<From, kAtA, kA>(r);
  else
    return static_cast<From>(read<kAtA, kA>(r));
}
template <bool kStore, typename To>
[[gnu::always_inline]] inline void result(Regs& r, To value) {
  if constexpr (std::is_floating_point_v<To>)
    write_float<kStore>(r, value);
  else
    write<kStore>(r, static_cast<std::make_unsigned_t<To>>(value));
}

template <auto kFunction, typename From, At kAtA, bool kStore>
Next unary(Regs& r) {
  result<kStore>(r, kFunction(operand<From, kAtA>(r)));
  return next<2>(r);
}
template <auto kFunction, typename From>
Handler unary_form(At a, bool store) {
  return chosen<At::Slot, At::Acc>(a, [&]<At kA>() {
    return chosen<false, true>(
        store, [&]<bool kStore>() { return handler<unary<kFunction, From, kA, kStore>>; });
  });
}

/// To an integer, or not at all.
template <typename To, typename From, At kAtA, bool kStore>
Next truncate(Regs& r) {
  To value{};
  switch (ieee::trunc_to<To, From>(operand<From, kAtA>(r), value)) {
  case ieee::Truncation::Ok:
    break;
  case ieee::Truncation::InvalidConversion:
    return to(handler<trap<Status::InvalidConversion>>);
  case ieee::Truncation::IntegerOverflow:
    return to(handler<trap<Status::IntegerOverflow>>);
  }
  result<kStore>(r, value);
  return next<2>(r);
}
template <typename To, typename From>
Handler truncate_form(At a, bool store) {
  return chosen<At::Slot, At::Acc>(a, [&]<At kA>() {
    return chosen<false, true>(
        store, [&]<bool kStore>() { return handler<truncate<To, From, kA, kStore>>; });
  });
}

template <typename To, typename From>
To cast(From value) {
  return std::bit_cast<To>(value);
}

template <typename T>
Handler unary_of(Op op, At a, bool store) {
  switch (op) {
  case Op::FAbs:
    return unary_form<ieee::abs<T>, T>(a, store);
  case Op::FNeg:
    return unary_form<ieee::neg<T>, T>(a, store);
  case Op::FSqrt:
    return unary_form<ieee::sqrt<T>, T>(a, store);
  case Op::FCeil:
    return unary_form<ieee::ceil<T>, T>(a, store);
  case Op::FFloor:
    return unary_form<ieee::floor<T>, T>(a, store);
  case Op::FTrunc:
    return unary_form<ieee::trunc<T>, T>(a, store);
  case Op::FNearest:
    return unary_form<ieee::nearest<T>, T>(a, store);
  default:
    return nullptr;
  }
}

template <typename T>
Handler from_integer(Op op, Type from, At a, bool store) {
  const bool narrow = from == Type::I32;
  if (op == Op::FromIntU)
    return narrow ? unary_form<ieee::convert<T, uint32_t>, uint32_t>(a, store)
                  : unary_form<ieee::convert<T, uint64_t>, uint64_t>(a, store);
  return narrow ? unary_form<ieee::convert<T, int32_t>, int32_t>(a, store)
                : unary_form<ieee::convert<T, int64_t>, int64_t>(a, store);
}

template <typename To, typename From>
Handler to_integer_from(Op op, At a, bool store) {
  return op == Op::ToIntU || op == Op::ToIntS
             ? truncate_form<To, From>(a, store)
             : unary_form<ieee::trunc_sat<To, From>, From>(a, store);
}
template <typename To>
Handler to_integer_of(Op op, Type from, At a, bool store) {
  return from == Type::F32 ? to_integer_from<To, float>(op, a, store)
                           : to_integer_from<To, double>(op, a, store);
}
Handler to_integer(Op op, Type type, Type from, At a, bool store) {
  const bool is_unsigned = op == Op::ToIntU || op == Op::ToIntSatU;
  if (type == Type::I32)
    return is_unsigned ? to_integer_of<uint32_t>(op, from, a, store)
                       : to_integer_of<int32_t>(op, from, a, store);
  return is_unsigned ? to_integer_of<uint64_t>(op, from, a, store)
                     : to_integer_of<int64_t>(op, from, a, store);
}

Handler bitcast(Type type, At a, bool store) {
  switch (type) {
  case Type::I32:
    return unary_form<cast<uint32_t, float>, float>(a, store);
  case Type::I64:
    return unary_form<cast<uint64_t, double>, double>(a, store);
  case Type::F32:
    return unary_form<cast<float, uint32_t>, uint32_t>(a, store);
  default:
    return unary_form<cast<double, uint64_t>, uint64_t>(a, store);
  }
}

} // namespace

Handler float_binary_handler(Op op, Type type, At a, At b, bool store) {
  return type == Type::F32 ? binary_of<float>(op, a, b, store) : binary_of<double>(op, a, b, store);
}

Handler float_unary_handler(Op op, Type type, Type from, At a, bool store) {
  switch (op) {
  case Op::FConvert:
    return type == Type::F64 ? unary_form<ieee::promote, float>(a, store)
                             : unary_form<ieee::demote, double>(a, store);
  case Op::FromIntU:
  case Op::FromIntS:
    return type == Type::F32 ? from_integer<float>(op, from, a, store)
                             : from_integer<double>(op, from, a, store);
  case Op::ToIntU:
  case Op::ToIntS:
  case Op::ToIntSatU:
  case Op::ToIntSatS:
    return to_integer(op, type, from, a, store);
  case Op::Bitcast:
    return bitcast(type, a, store);
  default:
    return type == Type::F32 ? unary_of<float>(op, a, store) : unary_of<double>(op, a, store);
  }
}

} // namespace zvm::backend::interp::word
