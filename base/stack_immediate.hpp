// The byte behind DUPN, SWAPN and EXCHANGE, and which stack items it names (EIP-8024).
#pragma once

#include <cstdint>
#include <optional>

namespace zvm {

/// DUPN, SWAPN: an item from the 17th on, the top being the first. Nothing where the byte is not
/// allowed: those that look like a push or a jump destination.
[[nodiscard]] constexpr std::optional<unsigned> stack_item(uint8_t immediate) {
  if (immediate >= 91 && immediate <= 127)
    return std::nullopt;
  return (immediate + 145u) % 256;
}

/// EXCHANGE: two items, as how far they stand below the top.
struct StackPair {
  unsigned upper, lower;
};
[[nodiscard]] constexpr std::optional<StackPair> stack_pair(uint8_t immediate) {
  if (immediate >= 82 && immediate <= 127)
    return std::nullopt;
  const unsigned k = immediate ^ 143u;
  const unsigned q = k / 16, r = k % 16;
  return q < r ? StackPair{q + 1, r + 1} : StackPair{r + 1, 29 - q};
}

/// The byte that names the item; nothing where none does.
[[nodiscard]] constexpr std::optional<uint8_t> immediate_of_item(uint64_t item) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto immediate = static_cast<uint8_t>(byte);
    if (const auto named = stack_item(immediate); named && *named == item)
      return immediate;
  }
  return std::nullopt;
}
[[nodiscard]] constexpr std::optional<uint8_t> immediate_of_pair(uint64_t upper, uint64_t lower) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto immediate = static_cast<uint8_t>(byte);
    if (const auto named = stack_pair(immediate);
        named && named->upper == upper && named->lower == lower)
      return immediate;
  }
  return std::nullopt;
}

} // namespace zvm
