// Little-endian 64-bit lanes in byte strings, for the hash functions.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace zvm::runtime {

[[nodiscard]] inline uint64_t load_lane(const uint8_t* bytes) {
  uint64_t lane;
  std::memcpy(&lane, bytes, 8);
  if constexpr (std::endian::native == std::endian::big)
    lane = __builtin_bswap64(lane);
  return lane;
}

/// A lane from `size` < 8 bytes, the rest 0.
[[nodiscard]] inline uint64_t load_partial_lane(const uint8_t* bytes, size_t size) {
  uint64_t lane = 0;
  for (size_t i = 0; i < size; ++i)
    lane |= uint64_t{bytes[i]} << (8 * i);
  return lane;
}

inline void store_lane(uint8_t* bytes, uint64_t lane) {
  if constexpr (std::endian::native == std::endian::big)
    lane = __builtin_bswap64(lane);
  std::memcpy(bytes, &lane, 8);
}

} // namespace zvm::runtime
