// Handlers of integers: arithmetic, comparison, conversion, and branches on comparisons.
#include <array>

#include "backend/interp/function/handlers_internal.hpp"
#include "base/plant.hpp"

namespace zvm::backend::interp::word {
namespace {

using ir::Op;
using ir::Type;

/// Forms of two operands.
constexpr struct {
  At a, b;
} kForms[] = {{At::Slot, At::Slot},
              {At::Acc, At::Slot},
              {At::Slot, At::Acc},
              {At::Slot, At::Number},
              {At::Acc, At::Number}};
constexpr unsigned kFormCount = std::size(kForms);

constexpr unsigned form_of(At a, At b) {
  unsigned form = 0;
  while (form < kFormCount && (kForms[form].a != a || kForms[form].b != b))
    ++form;
  return form;
}

template <typename T>
using Signed = std::make_signed_t<T>;

// What each op computes, at uint32_t and uint64_t.
template <typename T>
struct Add {
  static T run(T a, T b) { return a + b; }
};
template <typename T>
struct Sub {
  static T run(T a, T b) { return a - b; }
};
template <typename T>
struct Mul {
  static T run(T a, T b) { return a * b; }
};
template <typename T>
struct And {
  static T run(T a, T b) { return a & b; }
};
template <typename T>
struct Or {
  static T run(T a, T b) { return a | b; }
};
template <typename T>
struct Xor {
  static T run(T a, T b) { return a ^ b; }
};
template <typename T>
constexpr unsigned count_of(T b) {
  return static_cast<unsigned>(b) & (sizeof(T) * 8 - 1);
}
template <typename T>
struct Shl {
  static T run(T a, T b) { return a << count_of(b); }
};
template <typename T>
struct ShrU {
  static T run(T a, T b) { return a >> count_of(b); }
};
template <typename T>
struct ShrS {
  static T run(T a, T b) { return static_cast<T>(static_cast<Signed<T>>(a) >> count_of(b)); }
};
template <typename T>
struct RotL {
  static T run(T a, T b) { return std::rotl(a, static_cast<int>(count_of(b))); }
};
template <typename T>
struct RotR {
  static T run(T a, T b) { return std::rotr(a, static_cast<int>(count_of(b))); }
};
// Total division.
template <typename T>
struct DivU {
  static T run(T a, T b) { return b == 0 ? 0 : a / b; }
};
template <typename T>
struct RemU {
  static T run(T a, T b) { return b == 0 ? 0 : a % b; }
};
template <typename T>
struct DivS {
  static T run(T a, T b) {
    if (b + 1 <= 1) // 0 or -1
      return b == 0 ? 0 : T{0} - a;
    return static_cast<T>(static_cast<Signed<T>>(a) / static_cast<Signed<T>>(b));
  }
};
template <typename T>
struct RemS {
  static T run(T a, T b) {
    if (b + 1 <= 1)
      return 0;
    return static_cast<T>(static_cast<Signed<T>>(a) % static_cast<Signed<T>>(b));
  }
};

template <typename T, template <typename> class F, At kAtA, At kAtB, bool kStore>
Next binary(Regs& r) {
  const T a = static_cast<T>(read<kAtA, kA>(r)), b = static_cast<T>(read<kAtB, kB>(r));
  T result = F<T>::run(a, b);
  if (std::is_same_v<F<T>, Add<uint64_t>> && (kAtA == At::Acc || kAtB == At::Acc) &&
      is_planted(Plant::Carry))
    result = (((a >> 31) >> 1) + ((b >> 31) >> 1)) << 31 << 1 | static_cast<uint32_t>(a + b);
  if (std::is_same_v<F<T>, Shl<uint64_t>> && (kAtA == At::Acc || kAtB == At::Acc) &&
      is_planted(Plant::Shift))
    result = a << (b & 31);
  write<kStore>(r, result);
  return next<2>(r);
}

/// Division that traps by 0, and where the quotient does not fit unless only the remainder is asked for.
template <typename T>
struct TrapDivU : DivU<T> {
  static constexpr bool kOverflows = false;
};
template <typename T>
struct TrapRemU : RemU<T> {
  static constexpr bool kOverflows = false;
};
template <typename T>
struct TrapDivS : DivS<T> {
  static constexpr bool kOverflows = true;
};
template <typename T>
struct TrapRemS : RemS<T> {
  static constexpr bool kOverflows = false;
};
template <typename T, template <typename> class F, At kAtA, At kAtB, bool kStore>
Next division(Regs& r) {
  const T a = static_cast<T>(read<kAtA, kA>(r)), b = static_cast<T>(read<kAtB, kB>(r));
  if (b == 0) [[unlikely]]
    return to(handler<trap<Status::DivisionByZero>>);
  if (F<T>::kOverflows && b == T(-1) && a == T{1} << (sizeof(T) * 8 - 1)) [[unlikely]]
    return to(handler<trap<Status::IntegerOverflow>>);
  write<kStore>(r, F<T>::run(a, b));
  return next<2>(r);
}

using Forms = std::array<std::array<Handler, 2>, kFormCount>;

template <typename T, template <typename> class F>
constexpr Forms kBinary = [] {
  return []<size_t... kForm>(std::index_sequence<kForm...>) {
    return Forms{{{handler<binary<T, F, kForms[kForm].a, kForms[kForm].b, false>>,
                   handler<binary<T, F, kForms[kForm].a, kForms[kForm].b, true>>}...}};
  }(std::make_index_sequence<kFormCount>{});
}();
template <typename T, template <typename> class F>
constexpr Forms kDivision = [] {
  return []<size_t... kForm>(std::index_sequence<kForm...>) {
    return Forms{{{handler<division<T, F, kForms[kForm].a, kForms[kForm].b, false>>,
                   handler<division<T, F, kForms[kForm].a, kForms[kForm].b, true>>}...}};
  }(std::make_index_sequence<kFormCount>{});
}();

template <typename T>
const Forms* binary_forms(Op op) {
  switch (op) {
  case Op::Add:
    return &kBinary<T, Add>;
  case Op::Sub:
    return &kBinary<T, Sub>;
  case Op::Mul:
    return &kBinary<T, Mul>;
  case Op::And:
    return &kBinary<T, And>;
  case Op::Or:
    return &kBinary<T, Or>;
  case Op::Xor:
    return &kBinary<T, Xor>;
  case Op::Shl:
    return &kBinary<T, Shl>;
  case Op::ShrU:
    return &kBinary<T, ShrU>;
  case Op::ShrS:
    return &kBinary<T, ShrS>;
  case Op::RotL:
    return &kBinary<T, RotL>;
  case Op::RotR:
    return &kBinary<T, RotR>;
  case Op::DivU:
    return &kBinary<T, DivU>;
  case Op::DivS:
    return &kBinary<T, DivS>;
  case Op::RemU:
    return &kBinary<T, RemU>;
  case Op::RemS:
    return &kBinary<T, RemS>;
  case Op::TrapDivU:
    return &kDivision<T, TrapDivU>;
  case Op::TrapDivS:
    return &kDivision<T, TrapDivS>;
  case Op::TrapRemU:
    return &kDivision<T, TrapRemU>;
  case Op::TrapRemS:
    return &kDivision<T, TrapRemS>;
  default:
    return nullptr;
  }
}

template <typename T, template <typename> class F>
Next long_shift(Regs& r) {
  const T a = static_cast<T>(r.fp[field<kA>(r)]), b = static_cast<T>(r.fp[field<kB>(r)]);
  constexpr unsigned kBits = sizeof(T) * 8;
  if (b < kBits)
    write<true>(r, F<T>::run(a, b));
  else
    write<true>(r, F<T>::run(F<T>::run(a, kBits - 1), 1));
  return next<2>(r);
}

template <typename T, Compare kCompare>
bool holds(T a, T b) {
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
Next compare(Regs& r) {
  const T a = static_cast<T>(read<kAtA, kA>(r)), b = static_cast<T>(read<kAtB, kB>(r));
  write<kStore>(r, holds<T, kCompare>(a, b) ? 1 : 0);
  return next<2>(r);
}

template <typename T, Compare kCompare, At kAtA, At kAtB, bool kPolls>
Next branch(Regs& r) {
  const T a = static_cast<T>(read<kAtA, kA>(r)), b = static_cast<T>(read<kAtB, kB>(r));
  if (!holds<T, kCompare>(a, b)) {
    r.gas -= half<6>(r);
    return next<4>(r);
  }
  r.gas -= half<5>(r);
  r.ip += static_cast<int32_t>(half<4>(r));
  if (kPolls && r.gas < r.activation->floor->load(std::memory_order_relaxed)) [[unlikely]]
    return to(handler<polled>);
  return dispatch(r);
}

/// By comparison, form, and whether it stores or polls.
using Comparisons = std::array<Forms, kCompares>;

template <typename T>
constexpr Comparisons kComparisons = [] {
  Comparisons all;
  [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
    ((all[kIndex / kFormCount][kIndex % kFormCount] =
          {handler<compare<T, Compare{kIndex / kFormCount}, kForms[kIndex % kFormCount].a,
                           kForms[kIndex % kFormCount].b, false>>,
           handler<compare<T, Compare{kIndex / kFormCount}, kForms[kIndex % kFormCount].a,
                           kForms[kIndex % kFormCount].b, true>>}),
     ...);
  }(std::make_index_sequence<kCompares * kFormCount>{});
  return all;
}();
template <typename T>
constexpr Comparisons kBranches = [] {
  Comparisons all;
  [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
    ((all[kIndex / kFormCount][kIndex % kFormCount] =
          {handler<branch<T, Compare{kIndex / kFormCount}, kForms[kIndex % kFormCount].a,
                          kForms[kIndex % kFormCount].b, false>>,
           handler<branch<T, Compare{kIndex / kFormCount}, kForms[kIndex % kFormCount].a,
                          kForms[kIndex % kFormCount].b, true>>}),
     ...);
  }(std::make_index_sequence<kCompares * kFormCount>{});
  return all;
}();

// One operand.
template <typename T>
struct Clz {
  static Word run(Word a) { return static_cast<unsigned>(std::countl_zero(static_cast<T>(a))); }
};
template <typename T>
struct Ctz {
  static Word run(Word a) { return static_cast<unsigned>(std::countr_zero(static_cast<T>(a))); }
};
template <typename T>
struct Popcnt {
  static Word run(Word a) { return static_cast<unsigned>(std::popcount(static_cast<T>(a))); }
};
template <typename T>
struct Not {
  static Word run(Word a) { return static_cast<T>(~a); }
};
template <typename T>
struct IsZero {
  static Word run(Word a) { return static_cast<T>(a) == 0 ? 1 : 0; }
};
/// i32 to i64.
template <typename T>
struct Sext {
  static Word run(Word a) { return static_cast<Word>(int64_t{static_cast<int32_t>(a)}); }
};
/// i64 to i32; also what a zero extension needs, as i32 stand zero-extended.
template <typename T>
struct Trunc {
  static Word run(Word a) { return static_cast<uint32_t>(a); }
};
/// The sign of a byte or of two, at the width.
template <typename T>
struct Sext8 {
  static Word run(Word a) { return static_cast<T>(static_cast<int8_t>(a)); }
};
template <typename T>
struct Sext16 {
  static Word run(Word a) { return static_cast<T>(static_cast<int16_t>(a)); }
};
template <typename T>
struct Sext32 {
  static Word run(Word a) { return static_cast<T>(static_cast<int32_t>(a)); }
};

template <template <typename> class F, typename T, At kAtA, bool kStore>
Next unary(Regs& r) {
  write<kStore>(r, F<T>::run(read<kAtA, kA>(r)));
  return next<2>(r);
}
template <template <typename> class F, typename T>
Handler unary_form(At a, bool store) {
  if (a == At::Acc)
    return store ? handler<unary<F, T, At::Acc, true>> : handler<unary<F, T, At::Acc, false>>;
  return store ? handler<unary<F, T, At::Slot, true>> : handler<unary<F, T, At::Slot, false>>;
}
template <template <typename> class F>
Handler unary_of(Type type, At a, bool store) {
  return type == Type::I32 ? unary_form<F, uint32_t>(a, store) : unary_form<F, uint64_t>(a, store);
}

// --- 128 bits in halves: operands in the four fields, results in the slots of word 2 ---

using Wide = unsigned __int128;

[[gnu::always_inline]] inline Next write_wide(Regs& r, Wide value) {
  r.fp[half<4>(r)] = static_cast<Word>(value);
  r.fp[half<5>(r)] = static_cast<Word>(value >> 64);
  return next<3>(r);
}
template <unsigned kLow>
[[gnu::always_inline]] inline Wide wide_operand(const Regs& r) {
  return r.fp[field<kLow>(r)] | Wide{r.fp[field<kLow + 1>(r)]} << 64;
}
Next add_wide(Regs& r) { return write_wide(r, wide_operand<0>(r) + wide_operand<2>(r)); }
Next sub_wide(Regs& r) { return write_wide(r, wide_operand<0>(r) - wide_operand<2>(r)); }
Next mul_wide_u(Regs& r) { return write_wide(r, Wide{r.fp[field<0>(r)]} * r.fp[field<1>(r)]); }
Next mul_wide_s(Regs& r) {
  const auto a = static_cast<int64_t>(r.fp[field<0>(r)]),
             b = static_cast<int64_t>(r.fp[field<1>(r)]);
  return write_wide(r, static_cast<Wide>(static_cast<__int128>(a) * b));
}

} // namespace

void add_integer_handlers(Handlers& h) {
  h.add_wide = handler<add_wide>;
  h.sub_wide = handler<sub_wide>;
  h.mul_wide_u = handler<mul_wide_u>;
  h.mul_wide_s = handler<mul_wide_s>;
}

Handler binary_handler(Op op, Type type, At a, At b, bool store) {
  const Forms* forms = type == Type::I32 ? binary_forms<uint32_t>(op) : binary_forms<uint64_t>(op);
  const unsigned form = form_of(a, b);
  return forms == nullptr || form == kFormCount ? nullptr : (*forms)[form][store ? 1 : 0];
}

Handler long_shift_handler(Op op, Type type) {
  const bool narrow = type == Type::I32;
  switch (op) {
  case Op::Shl:
    return narrow ? handler<long_shift<uint32_t, Shl>> : handler<long_shift<uint64_t, Shl>>;
  case Op::ShrU:
    return narrow ? handler<long_shift<uint32_t, ShrU>> : handler<long_shift<uint64_t, ShrU>>;
  default:
    return narrow ? handler<long_shift<uint32_t, ShrS>> : handler<long_shift<uint64_t, ShrS>>;
  }
}

Handler compare_handler(Compare compare, Type type, At a, At b, bool store) {
  const unsigned form = form_of(a, b);
  if (form == kFormCount)
    return nullptr;
  const auto& all = type == Type::I32 ? kComparisons<uint32_t> : kComparisons<uint64_t>;
  return all[static_cast<uint8_t>(compare)][form][store ? 1 : 0];
}

Handler branch_handler(Compare compare, Type type, At a, At b, bool polls) {
  const unsigned form = form_of(a, b);
  if (form == kFormCount)
    return nullptr;
  const auto& all = type == Type::I32 ? kBranches<uint32_t> : kBranches<uint64_t>;
  return all[static_cast<uint8_t>(compare)][form][polls ? 1 : 0];
}

Handler unary_handler(Op op, Type type, Type from, At a, bool store) {
  switch (op) {
  case Op::Clz:
    return unary_of<Clz>(type, a, store);
  case Op::Ctz:
    return unary_of<Ctz>(type, a, store);
  case Op::Popcnt:
    return unary_of<Popcnt>(type, a, store);
  case Op::Not:
    return unary_of<Not>(type, a, store);
  case Op::IsZero:
    return unary_of<IsZero>(from, a, store);
  case Op::Sext:
    return unary_of<Sext>(type, a, store);
  case Op::Zext:
  case Op::Trunc:
    return unary_of<Trunc>(type, a, store);
  default:
    return nullptr;
  }
}

Handler sign_extension_handler(unsigned bytes, Type type, At a, bool store) {
  switch (bytes) {
  case 1:
    return unary_of<Sext8>(type, a, store);
  case 2:
    return unary_of<Sext16>(type, a, store);
  case 4:
    return unary_of<Sext32>(type, a, store);
  default:
    return nullptr;
  }
}

} // namespace zvm::backend::interp::word
