#include "engine/wasm/contract/abi.hpp"

#include <algorithm>
#include <array>

#include "engine/wasm/contract/abi_routines.hpp"

namespace zvm::engine::wasm {
namespace {

constexpr HostRow kRows[] = {
#define HOST(name, signature, cost, capability, doc)                                               \
  {#name, signature, gas::Cost::cost, Capability::capability, abi::name, doc},
#include "engine/wasm/contract/abi.def"
#undef HOST
};
constexpr size_t kRowCount = std::size(kRows);

/// Rows in the order of their names.
constexpr auto kByName = [] {
  std::array<uint8_t, kRowCount> order{};
  static_assert(kRowCount <= 256);
  for (size_t i = 0; i < kRowCount; ++i)
    order[i] = static_cast<uint8_t>(i);
  std::ranges::sort(order, {}, [](uint8_t i) { return kRows[i].name; });
  return order;
}();

constexpr std::string_view name_of(uint8_t row) { return kRows[row].name; }

static_assert(std::ranges::adjacent_find(kByName, {}, name_of) == kByName.end(),
              "a name stands twice");
static_assert(std::ranges::all_of(kRows, [](const HostRow& row) {
  const size_t colon = row.signature.find(':');
  return colon != std::string_view::npos && row.signature.size() - colon <= 2 &&
         row.signature.find_first_not_of("il:") == std::string_view::npos && row.doc.ends_with('.');
}));

} // namespace

const HostRow* find_host_row(std::string_view name) {
  const auto* found = std::ranges::lower_bound(kByName, name, {}, name_of);
  return found != kByName.end() && name_of(*found) == name ? &kRows[*found] : nullptr;
}

std::span<const HostRow> host_rows() { return kRows; }

} // namespace zvm::engine::wasm
