// How lists of fusions are written: lists of what comes first and of what comes second, all of one
// with all of the other.
#pragma once

#include <array>

#include "backend/interp/function/control.hpp"
#include "backend/interp/function/float.hpp"
#include "backend/interp/function/fuse.hpp"
#include "backend/interp/function/integer.hpp"
#include "backend/interp/function/memory.hpp"

namespace zvm::backend::interp::word {

using enum At;

template <Straight... kAll>
struct Row {
  static constexpr Handler kHandler = straight<kAll...>;
};
/// What can only stand last.
template <Body kBody>
struct End {
  static constexpr Handler kHandler = handler<kBody>;
};
template <typename... Items>
struct List {};

template <Straight... kFirst, Straight... kSecond>
consteval Fusion fusion_of(Row<kFirst...>, Row<kSecond...>) {
  return {straight<kFirst...>, straight<kSecond...>, straight<kFirst..., kSecond...>};
}
template <Straight... kFirst, Body kLast>
consteval Fusion fusion_of(Row<kFirst...>, End<kLast>) {
  return {straight<kFirst...>, handler<kLast>, handler<row_to<kLast, kFirst...>>};
}

/// Every item of one with every item of the other.
template <typename... First, typename... Second>
consteval auto all_of(List<First...>, List<Second...>) {
  std::array<Fusion, sizeof...(First) * sizeof...(Second)> fusions{};
  size_t i = 0;
  [[maybe_unused]] const auto add = [&]<typename F>(F) {
    ((fusions[i++] = fusion_of(F{}, Second{})), ...);
  };
  (add(First{}), ...);
  return fusions;
}

template <size_t... kSizes>
consteval auto joined(const std::array<Fusion, kSizes>&... parts) {
  std::array<Fusion, (kSizes + ...)> all{};
  size_t i = 0;
  const auto add = [&](const auto& part) {
    for (const Fusion& fusion : part)
      all[i++] = fusion;
  };
  (add(parts), ...);
  return all;
}

template <typename... Lists>
struct Concatenation;
template <typename... A>
struct Concatenation<List<A...>> {
  using Type = List<A...>;
};
template <typename... A, typename... B, typename... Rest>
struct Concatenation<List<A...>, List<B...>, Rest...> : Concatenation<List<A..., B...>, Rest...> {};
template <typename... Lists>
using Join = typename Concatenation<Lists...>::Type;

// Instructions by their names, without and with a slot for the result.

template <typename T, template <typename> class F, At kAtA, At kAtB, bool kStore>
using Binary = Row<binary<T, F, kAtA, kAtB, kStore>>;
template <typename T, template <typename> class F, At kAtA, At kAtB>
using Binaries = List<Binary<T, F, kAtA, kAtB, false>, Binary<T, F, kAtA, kAtB, true>>;

template <Bounds kBounds, typename T, typename V, At kAddress>
using Loads =
    List<Row<load<kBounds, T, V, kAddress, false>>, Row<load<kBounds, T, V, kAddress, true>>>;
template <Bounds kBounds, typename T, At kAddress>
using FloatLoads =
    List<Row<load_float<kBounds, T, kAddress, false>>, Row<load_float<kBounds, T, kAddress, true>>>;
template <Bounds kBounds, typename T, At kAddress, At kValue>
using Store = Row<store<kBounds, T, kAddress, kValue>>;
template <Bounds kBounds, typename T, At kAddress>
using FloatStore = Row<store_float<kBounds, T, kAddress>>;

template <auto kFunction, typename T, At kAtA, At kAtB>
using FloatBinaries = List<Row<float_binary<kFunction, T, kAtA, kAtB, false>>,
                           Row<float_binary<kFunction, T, kAtA, kAtB, true>>>;

template <At kAtA, At kAtB, bool kPolls, size_t... kIndex>
consteval auto branches_by(std::index_sequence<kIndex...>) {
  return List<End<branch<uint32_t, Compare{kIndex}, kAtA, kAtB, kPolls>>...>{};
}
/// Of two i32, one for each comparison.
template <At kAtA, At kAtB, bool kPolls>
using Branches = decltype(branches_by<kAtA, kAtB, kPolls>(std::make_index_sequence<kCompares>{}));

} // namespace zvm::backend::interp::word
