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

// What each op computes, at uint32_t and uint64_t.
template <typename T>
struct Add {
  [[gnu::always_inline]] static T run(T a, T b) { return a + b; }
};
template <typename T>
struct Sub {
  [[gnu::always_inline]] static T run(T a, T b) { return a - b; }
};
template <typename T>
struct Mul {
  [[gnu::always_inline]] static T run(T a, T b) { return a * b; }
};
template <typename T>
struct And {
  [[gnu::always_inline]] static T run(T a, T b) { return a & b; }
};
template <typename T>
struct Or {
  [[gnu::always_inline]] static T run(T a, T b) { return a | b; }
};
template <typename T>
struct Xor {
  [[gnu::always_inline]] static T run(T a, T b) { return a ^ b; }
};
template <typename T>
[[gnu::always_inline]] constexpr unsigned count_of(T b) {
  return static_cast<unsigned>(b) & (sizeof(T) * 8 - 1);
}
template <typename T>
struct Shl {
  [[gnu::always_inline]] static T run(T a, T b) { return a << count_of(b); }
};
template <typename T>
struct ShrU {
  [[gnu::always_inline]] static T run(T a, T b) { return a >> count_of(b); }
};
template <typename T>
struct ShrS {
  [[gnu::always_inline]] static T run(T a, T b) {
    return static_cast<T>(static_cast<Signed<T>>(a) >> count_of(b));
  }
};
template <typename T>
struct RotL {
  [[gnu::always_inline]] static T run(T a, T b) {
    return std::rotl(a, static_cast<int>(count_of(b)));
  }
};
template <typename T>
struct RotR {
  [[gnu::always_inline]] static T run(T a, T b) {
    return std::rotr(a, static_cast<int>(count_of(b)));
  }
};
// Total division.
template <typename T>
struct DivU {
  [[gnu::always_inline]] static T run(T a, T b) { return integer::div_u(a, b); }
};
template <typename T>
struct RemU {
  [[gnu::always_inline]] static T run(T a, T b) { return integer::rem_u(a, b); }
};
template <typename T>
struct DivS {
  [[gnu::always_inline]] static T run(T a, T b) { return integer::div_s(a, b); }
};
template <typename T>
struct RemS {
  [[gnu::always_inline]] static T run(T a, T b) { return integer::rem_s(a, b); }
};

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
template <typename T>
struct Clz {
  [[gnu::always_inline]] static Word run(Word a) {
    return static_cast<unsigned>(std::countl_zero(static_cast<T>(a)));
  }
};
template <typename T>
struct Ctz {
  [[gnu::always_inline]] static Word run(Word a) {
    return static_cast<unsigned>(std::countr_zero(static_cast<T>(a)));
  }
};
template <typename T>
struct Popcnt {
  [[gnu::always_inline]] static Word run(Word a) {
    return static_cast<unsigned>(std::popcount(static_cast<T>(a)));
  }
};
template <typename T>
struct Not {
  [[gnu::always_inline]] static Word run(Word a) { return static_cast<T>(~a); }
};
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
