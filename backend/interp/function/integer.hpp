// Instructions of integers: what they compute, and branches on comparisons.
#pragma once

#include <type_traits>

#include "backend/interp/function/handlers.hpp"
#include "backend/interp/function/handlers_internal.hpp"
#include "base/integer.hpp"
#include "base/plant.hpp"

namespace zvm::backend::interp::word {

template <typename T>
using Signed = std::make_signed_t<T>;

template <typename T>
[[gnu::always_inline]] constexpr int count_of(T b) {
  return static_cast<int>(b & (sizeof(T) * 8 - 1));
}

// What each op of two operands computes, at uint32_t and uint64_t.
#define ANY(OP, EXPRESSION)                                                                        \
  template <typename T>                                                                            \
  struct OP {                                                                                      \
    [[gnu::always_inline]] static T run(T a, T b) { return static_cast<T>(EXPRESSION); }           \
  };
#define NARROW ANY
#define WORD ANY
#include "backend/interp/arithmetic.def"

template <typename T, template <typename> class F, At kAtA, At kAtB, bool kStore>
[[gnu::always_inline]] inline bool binary(Regs& r) {
  const T a = static_cast<T>(read<kAtA, kA>(r)), b = static_cast<T>(read<kAtB, kB>(r));
  T result = F<T>::run(a, b);
  if (std::is_same_v<F<T>, Add<uint64_t>> && (kAtA == At::Acc || kAtB == At::Acc) &&
      is_planted(Plant::Carry))
    result = (((a >> 31) >> 1) + ((b >> 31) >> 1)) << 31 << 1 | static_cast<uint32_t>(a + b);
  if (std::is_same_v<F<T>, Shl<uint64_t>> && (kAtA == At::Acc || kAtB == At::Acc) &&
      is_planted(Plant::Shift))
    result = a << (b & 31);
  write<kStore>(r, result);
  return behind<2>(r);
}

/// Division that traps; F is the total one.
template <typename T, template <typename> class F, At kAtA, At kAtB, bool kStore>
[[gnu::always_inline]] inline Next division(Regs& r) {
  const T a = static_cast<T>(read<kAtA, kA>(r)), b = static_cast<T>(read<kAtB, kB>(r));
  const Status status = integer::division_trap<std::is_same_v<F<T>, DivS<T>>>(a, b);
  if (status == Status::DivisionByZero) [[unlikely]]
    return to(handler<trap<Status::DivisionByZero>>);
  if (status != Status::Success) [[unlikely]]
    return to(handler<trap<Status::IntegerOverflow>>);
  write<kStore>(r, F<T>::run(a, b));
  return next<2>(r);
}

template <typename T, Compare kCompare>
[[gnu::always_inline]] inline bool holds(T a, T b) {
  using S = Signed<T>;
  switch (kCompare) {
  case Compare::Eq:
    return a == b;
  case Compare::Ne:
    return a != b;
  case Compare::LtU:
    return a < b;
  case Compare::LtS:
    return static_cast<S>(a) < static_cast<S>(b);
  case Compare::LeU:
    return a <= b;
  case Compare::LeS:
    return static_cast<S>(a) <= static_cast<S>(b);
  case Compare::GtU:
    return a > b;
  case Compare::GtS:
    return static_cast<S>(a) > static_cast<S>(b);
  case Compare::GeU:
    return a >= b;
  case Compare::GeS:
    return static_cast<S>(a) >= static_cast<S>(b);
  }
}

template <typename T, Compare kCompare, At kAtA, At kAtB, bool kStore>
[[gnu::always_inline]] inline bool compare(Regs& r) {
  const T a = static_cast<T>(read<kAtA, kA>(r)), b = static_cast<T>(read<kAtB, kB>(r));
  write<kStore>(r, holds<T, kCompare>(a, b) ? 1 : 0);
  return behind<2>(r);
}

template <typename T, Compare kCompare, At kAtA, At kAtB, bool kPolls>
[[gnu::always_inline]] inline Next branch(Regs& r) {
  const T a = static_cast<T>(read<kAtA, kA>(r)), b = static_cast<T>(read<kAtB, kB>(r));
  if (!holds<T, kCompare>(a, b)) {
    r.gas -= half<6>(r);
    return next<4>(r);
  }
  r.gas -= half<5>(r);
  r.ip += static_cast<int32_t>(half<4>(r));
  if (kPolls && r.gas < r.activation->floor.load(std::memory_order_relaxed)) [[unlikely]]
    return to(handler<polled>);
  return dispatch(r);
}

// One operand.
#define ONE(OP, EXPRESSION)                                                                        \
  template <typename T>                                                                            \
  struct OP {                                                                                      \
    [[gnu::always_inline]] static Word run(Word word) {                                            \
      const T a = static_cast<T>(word);                                                            \
      return static_cast<T>(EXPRESSION);                                                           \
    }                                                                                              \
  };
#include "backend/interp/arithmetic.def"
template <typename T>
struct IsZero {
  [[gnu::always_inline]] static Word run(Word a) { return static_cast<T>(a) == 0 ? 1 : 0; }
};
/// i32 to i64.
template <typename T>
struct Sext {
  [[gnu::always_inline]] static Word run(Word a) {
    return static_cast<Word>(int64_t{static_cast<int32_t>(a)});
  }
};
/// i64 to i32; also what a zero extension needs, as i32 stand zero-extended.
template <typename T>
struct Trunc {
  [[gnu::always_inline]] static Word run(Word a) { return static_cast<uint32_t>(a); }
};
/// The sign of a byte or of two, at the width.
template <typename T>
struct Sext8 {
  [[gnu::always_inline]] static Word run(Word a) { return static_cast<T>(static_cast<int8_t>(a)); }
};
template <typename T>
struct Sext16 {
  [[gnu::always_inline]] static Word run(Word a) { return static_cast<T>(static_cast<int16_t>(a)); }
};
template <typename T>
struct Sext32 {
  [[gnu::always_inline]] static Word run(Word a) { return static_cast<T>(static_cast<int32_t>(a)); }
};

template <template <typename> class F, typename T, At kAtA, bool kStore>
[[gnu::always_inline]] inline bool unary(Regs& r) {
  write<kStore>(r, F<T>::run(read<kAtA, kA>(r)));
  return behind<2>(r);
}

} // namespace zvm::backend::interp::word
