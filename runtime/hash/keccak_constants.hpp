// The two tables of Keccak-f[1600], computed from their definitions. Only for the kernels.
#pragma once

#include <array>
#include <cstdint>

namespace zvm::runtime {

inline constexpr unsigned kKeccakRounds = 24;

/// The constants of iota (Keccak reference 3.0, 1.2): bits of an LFSR.
inline constexpr auto kRoundConstants = [] {
  std::array<uint64_t, kKeccakRounds> constants{};
  uint8_t state = 1;
  for (uint64_t& constant : constants) {
    for (unsigned j = 0; j < 7; ++j) {
      if ((state & 1) != 0)
        constant |= uint64_t{1} << ((1u << j) - 1);
      state = static_cast<uint8_t>(state << 1 ^ (state >> 7) * 0x71);
    }
  }
  return constants;
}();

/// The rotation of each lane in rho: triangular numbers along the orbit of (x, y) -> (y, 2x + 3y).
inline constexpr auto kRotations = [] {
  std::array<unsigned, 25> rotations{};
  unsigned x = 1, y = 0;
  for (unsigned t = 0; t < 24; ++t) {
    rotations[x + 5 * y] = (t + 1) * (t + 2) / 2 % 64;
    const unsigned next = (2 * x + 3 * y) % 5;
    x = y;
    y = next;
  }
  return rotations;
}();

/// The lane that pi brings to column x of row y: (x + 3y, x).
constexpr unsigned pi_source(unsigned x, unsigned y) { return (x + 3 * y) % 5 + 5 * x; }

} // namespace zvm::runtime
