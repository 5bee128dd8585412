// The constants of the Poseidon instances, computed by the published rules instead of being written
// down.
#pragma once

#include <cstdint>
#include <span>

#include "base/uint256.hpp"

namespace zvm::runtime {

inline constexpr unsigned kPoseidonFullRounds = 8; ///< half of them before the partial rounds

/// Poseidon over BN254's scalar field as circomlib has it: x^5, widths 2 to 17.
inline constexpr unsigned kMinBn254Width = 2;
inline constexpr unsigned kMaxBn254Width = 17;
[[nodiscard]] constexpr unsigned bn254_partial_rounds(unsigned width) {
  constexpr uint8_t kRounds[] = {56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68};
  return kRounds[width - kMinBn254Width];
}

/// Poseidon over the Goldilocks field as plonky2 has it: x^7, width 12.
inline constexpr unsigned kGoldilocksWidth = 12;
inline constexpr unsigned kGoldilocksPartialRounds = 22;

/// The round constants, round by round, and the matrix, row by row; all of them below the modulus.
/// The sizes of the spans are rounds * width and width * width.
void bn254_parameters(unsigned width, std::span<U256> constants, std::span<U256> matrix);
void goldilocks_parameters(std::span<uint64_t> constants, std::span<uint64_t> matrix);

} // namespace zvm::runtime
