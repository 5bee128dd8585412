// Handlers of integers: arithmetic, comparison, conversion, and branches on comparisons.
#include "backend/interp/function/integer.hpp"
#include "backend/interp/forms.hpp"

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

/// form.operator()<a, b, flag>() of each.
template <typename F>
constexpr Forms all_forms(F form) {
  return [&]<size_t... kForm>(std::index_sequence<kForm...>) {
    return Forms {
      {{form.template operator()<kForms[kForm].a, kForms[kForm].b, false>(),
        form.template operator()<kForms[kForm].a, kForms[kForm].b, true>()}...}
    };
  }(std::make_index_sequence<kFormCount>{});
}

template <typename T, template <typename> class F>
constexpr Forms kBinary =
    all_forms([]<At kA, At kB, bool kStore>() { return straight<binary<T, F, kA, kB, kStore>>; });
template <typename T, template <typename> class F>
constexpr Forms kDivision =
    all_forms([]<At kA, At kB, bool kStore>() { return handler<division<T, F, kA, kB, kStore>>; });

template <typename T>
constexpr auto kByOp = [] {
  std::array<const Forms*, ir::kOpCount> table{};
  const auto add = [&](Op op, const Forms& forms) { table[static_cast<uint8_t>(op)] = &forms; };
#define ANY(OP, EXPRESSION) add(Op::OP, kBinary<T, OP>);
#define NARROW ANY
#define WORD ANY
#include "backend/interp/arithmetic.def"
  add(Op::ShlWrap, kBinary<T, Shl>);
  add(Op::ShrUWrap, kBinary<T, ShrU>);
  add(Op::ShrSWrap, kBinary<T, ShrS>);
  add(Op::TrapDivU, kDivision<T, DivU>);
  add(Op::TrapDivS, kDivision<T, DivS>);
  add(Op::TrapRemU, kDivision<T, RemU>);
  add(Op::TrapRemS, kDivision<T, RemS>);
  return table;
}();

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

/// form.operator()<comparison, a, b, flag>() of each.
template <typename F>
constexpr Comparisons all_comparisons(F form) {
  const auto of = [&]<Compare kCompare>() {
    return all_forms([&]<At kA, At kB, bool kFlag>() {
      return form.template operator()<kCompare, kA, kB, kFlag>();
    });
  };
  return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
    return Comparisons { of.template operator()<Compare{kIndex}>()... };
  }(std::make_index_sequence<kCompares>{});
}
template <typename T>
constexpr Comparisons kComparisons =
    all_comparisons([]<Compare kCompare, At kA, At kB, bool kStore>() {
      return straight<compare<T, kCompare, kA, kB, kStore>>;
    });
template <typename T>
constexpr Comparisons kBranches =
    all_comparisons([]<Compare kCompare, At kA, At kB, bool kPolls>() {
      return handler<branch<T, kCompare, kA, kB, kPolls>>;
    });

/// form.operator()<T>() with the type's integer.
template <typename F>
auto at_width(Type type, F form) {
  return type == Type::I32 ? form.template operator()<uint32_t>()
                           : form.template operator()<uint64_t>();
}

template <template <typename> class F>
Handler unary_of(Type type, At a, bool store) {
  return at_width(type, [&]<typename T>() {
    return chosen<At::Slot, At::Acc>(a, [&]<At kA>() {
      return chosen<false, true>(store,
                                 [&]<bool kStore>() { return straight<unary<F, T, kA, kStore>>; });
    });
  });
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
  const Forms* forms =
      (type == Type::I32 ? kByOp<uint32_t> : kByOp<uint64_t>)[static_cast<uint8_t>(op)];
  const unsigned form = form_of(a, b);
  return forms == nullptr || form == kFormCount ? nullptr : (*forms)[form][store ? 1 : 0];
}

Handler long_shift_handler(Op op, Type type) {
  return at_width(type, [&]<typename T>() {
    return op == Op::Shl    ? handler<long_shift<T, Shl>>
           : op == Op::ShrU ? handler<long_shift<T, ShrU>>
                            : handler<long_shift<T, ShrS>>;
  });
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
#define ONE(OP, EXPRESSION)                                                                        \
  case Op::OP:                                                                                     \
    return unary_of<OP>(type, a, store);
#include "backend/interp/arithmetic.def"
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
