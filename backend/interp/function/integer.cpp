// Handlers of integers: arithmetic, comparison, conversion, and branches on comparisons.
#include <array>

#include "backend/interp/function/integer.hpp"

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

using Forms = std::array<std::array<Handler, 2>, kFormCount>;

template <typename T, template <typename> class F>
constexpr Forms kBinary = [] {
  return []<size_t... kForm>(std::index_sequence<kForm...>) {
    return Forms{{{straight<binary<T, F, kForms[kForm].a, kForms[kForm].b, false>>,
                   straight<binary<T, F, kForms[kForm].a, kForms[kForm].b, true>>}...}};
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
    return &kDivision<T, DivU>;
  case Op::TrapDivS:
    return &kDivision<T, DivS>;
  case Op::TrapRemU:
    return &kDivision<T, RemU>;
  case Op::TrapRemS:
    return &kDivision<T, RemS>;
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

/// By comparison, form, and whether it stores or polls.
using Comparisons = std::array<Forms, kCompares>;

template <typename T>
constexpr Comparisons kComparisons = [] {
  Comparisons all;
  [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
    ((all[kIndex / kFormCount][kIndex % kFormCount] =
          {straight<compare<T, Compare{kIndex / kFormCount}, kForms[kIndex % kFormCount].a,
                            kForms[kIndex % kFormCount].b, false>>,
           straight<compare<T, Compare{kIndex / kFormCount}, kForms[kIndex % kFormCount].a,
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

template <template <typename> class F, typename T>
Handler unary_form(At a, bool store) {
  if (a == At::Acc)
    return store ? straight<unary<F, T, At::Acc, true>> : straight<unary<F, T, At::Acc, false>>;
  return store ? straight<unary<F, T, At::Slot, true>> : straight<unary<F, T, At::Slot, false>>;
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
