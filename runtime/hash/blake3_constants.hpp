// What BLAKE3 is made of, for its tree and its kernels.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace zvm::runtime {

inline constexpr size_t kBlake3Block = 64;
inline constexpr size_t kBlake3Chunk = 1024;
inline constexpr unsigned kBlake3Rounds = 7;

/// The initial values of SHA-256.
inline constexpr uint32_t kBlake3Initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// The flags of a compression (table 3).
struct Blake3Flags {
  static constexpr uint32_t kChunkStart = 1 << 0;
  static constexpr uint32_t kChunkEnd = 1 << 1;
  static constexpr uint32_t kParent = 1 << 2;
  static constexpr uint32_t kRoot = 1 << 3;
  static constexpr uint32_t kKeyed = 1 << 4;
  static constexpr uint32_t kContext = 1 << 5;
  static constexpr uint32_t kMaterial = 1 << 6;
};

/// Which word of the message each place of a round takes: the permutation of table 2, once more
/// each round.
inline constexpr auto kBlake3Schedule = [] {
  constexpr uint8_t kPermutation[16] = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};
  std::array<std::array<uint8_t, 16>, kBlake3Rounds> schedule{};
  for (unsigned i = 0; i < 16; ++i)
    schedule[0][i] = static_cast<uint8_t>(i);
  for (unsigned round = 1; round < kBlake3Rounds; ++round)
    for (unsigned i = 0; i < 16; ++i)
      schedule[round][i] = schedule[round - 1][kPermutation[i]];
  return schedule;
}();

} // namespace zvm::runtime
