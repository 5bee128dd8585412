// The attribute of loads and stores of linear memory.
#pragma once

#include <cstdint>

namespace zvm::ir {

struct Access {
  uint64_t offset = 0; ///< bytes, at most kMostOffset
  uint32_t memory = 0; ///< below 256
  uint8_t width = 1;   ///< bytes: 1, 2, 4, 8 or 16
  bool is_signed = false;
};

/// No memory is that large: a greater offset is always outside, and may be replaced by this one.
inline constexpr uint64_t kMostOffset = (uint64_t{1} << 48) - 1;

/// Bits 0 to 47: the offset; 48 to 55: the memory; 56 to 58: logarithm of the width; 59: signed.
[[nodiscard]] constexpr uint64_t encode(const Access& a) {
  unsigned log = 0;
  while ((1u << log) < a.width)
    ++log;
  return a.offset | uint64_t{a.memory} << 48 | uint64_t{log} << 56 | uint64_t{a.is_signed} << 59;
}
[[nodiscard]] constexpr Access decode_access(uint64_t bits) {
  return {bits & kMostOffset, static_cast<uint32_t>(bits >> 48 & 0xff),
          static_cast<uint8_t>(1u << (bits >> 56 & 7)), (bits >> 59 & 1) != 0};
}

struct IndexPair {
  uint32_t first = 0;
  uint32_t second = 0;
};
[[nodiscard]] constexpr uint64_t encode(IndexPair p) { return p.first | uint64_t{p.second} << 32; }
[[nodiscard]] constexpr IndexPair decode_pair(uint64_t bits) {
  return {static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32)};
}

} // namespace zvm::ir
