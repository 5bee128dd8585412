// How the form of a handler is chosen: what is known when code is written becomes template
// arguments.
#pragma once

#include <array>
#include <utility>

#include "backend/interp/machine.hpp"
#include "ir/opcodes.hpp"

namespace zvm::backend::interp {

/// form.operator()<value>() for a value among these; for others null.
template <auto kFirst, auto... kOthers, typename F>
[[nodiscard]] inline auto chosen(decltype(kFirst) value, F form) {
  decltype(form.template operator()<kFirst>()) result = nullptr;
  if (value == kFirst)
    result = form.template operator()<kFirst>();
  else
    (void)((value == kOthers && (result = form.template operator()<kOthers>(), true)) || ...);
  return result;
}

/// Handlers of two operands, by where these are and whether the result is stored.
using Forms = std::array<Handler, kKinds * kKinds * 2>;
[[nodiscard]] constexpr size_t form_of(Kind a, Kind b, bool store) {
  return (static_cast<size_t>(a) * kKinds + static_cast<size_t>(b)) * 2 + (store ? 1 : 0);
}
/// form.operator()<a, b, store>() of each.
template <typename F>
[[nodiscard]] constexpr Forms all_forms(F form) {
  return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
    return Forms {
      form.template
      operator()<Kind{kIndex / 2 / kKinds}, Kind{kIndex / 2 % kKinds}, kIndex % 2 != 0>()...
    };
  }(std::make_index_sequence<kKinds * kKinds * 2>{});
}
/// The table of these ops; null at others. forms.operator()<op>() is its entry.
template <ir::Op... kOps, typename F>
[[nodiscard]] constexpr auto forms_by_op(F forms) {
  std::array<const Forms*, ir::kOpCount> table{};
  ((table[static_cast<uint8_t>(kOps)] = forms.template operator()<kOps>()), ...);
  return table;
}
[[nodiscard]] inline Handler form_in(const std::array<const Forms*, ir::kOpCount>& table, ir::Op op,
                                     Kind a, Kind b, bool store) {
  const Forms* forms = table[static_cast<uint8_t>(op)];
  return forms == nullptr ? nullptr : (*forms)[form_of(a, b, store)];
}
[[nodiscard]] constexpr bool is_constant(Kind kind) {
  return kind == Kind::Imm || kind == Kind::Pool;
}

// At i64 and below.
[[nodiscard]] Handler narrow_binary_handler(ir::Op op, Kind a, Kind b, bool store);
[[nodiscard]] Handler narrow_unary_handler(ir::Op op, Kind a, bool store);

} // namespace zvm::backend::interp
