// The attribute of loads and stores.
#pragma once

#include <bit>
#include <cstdint>

#include "ir/opcodes.hpp"

namespace zvm::ir {

struct Access {
  uint64_t offset = 0; ///< bytes, at most kMostOffset
  uint32_t memory = 0; ///< below 256
  uint8_t width = 1;   ///< bytes: a power of two up to 32
  bool is_signed = false;
  bool is_big_endian = false;
  /// It lies in what has been touched of expanding memory. Otherwise its bounds are checked.
  bool is_touched = false;
};

/// No memory is that large: a greater offset is always outside, and may be replaced by this one.
inline constexpr uint64_t kMostOffset = (uint64_t{1} << 48) - 1;

/// Bits 0 to 47: the offset; 48 to 55: the memory; 56 to 58: logarithm of the width; then flags.
[[nodiscard]] constexpr uint64_t encode(const Access& a) {
  const auto log = static_cast<uint64_t>(std::countr_zero(a.width));
  return a.offset | uint64_t{a.memory} << 48 | log << 56 | uint64_t{a.is_signed} << 59 |
         uint64_t{a.is_big_endian} << 60 | uint64_t{a.is_touched} << 61;
}
[[nodiscard]] constexpr Access decode_access(uint64_t bits) {
  const auto flag = [bits](unsigned n) { return (bits >> n & 1) != 0; };
  return {bits & kMostOffset,
          static_cast<uint32_t>(bits >> 48 & 0xff),
          static_cast<uint8_t>(1u << (bits >> 56 & 7)),
          flag(59),
          flag(60),
          flag(61)};
}
/// There is one way to write each, and what has been touched is one memory.
[[nodiscard]] constexpr bool is_valid_access(uint64_t bits) {
  const Access a = decode_access(bits);
  return (bits >> 56 & 7) <= 5 && bits >> 62 == 0 && !(a.width == 1 && a.is_big_endian) &&
         !(a.is_touched && (a.offset != 0 || a.memory != 0));
}

/// What byte-coded guests ask for: a word, and a byte.
inline constexpr uint64_t kTouchedWord =
    encode({.width = 32, .is_big_endian = true, .is_touched = true});
inline constexpr uint64_t kTouchedByte = encode({.width = 1, .is_touched = true});

/// Those of an op with that attribute: what has been touched can be accessed.
[[nodiscard]] constexpr Effects effects(Op op, uint64_t attribute) {
  const OpInfo& row = info(op);
  const bool succeeds = row.attribute == Attribute::Access && decode_access(attribute).is_touched;
  return succeeds ? row.effects & kAllEffects & ~MayExit : row.effects;
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
