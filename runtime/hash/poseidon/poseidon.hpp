// Poseidon (Grassi, Khovratovich, Rechberger, Roy, Schofnegger: Poseidon, a new hash function for zero-knowledge
// proof systems) in two instances: over BN254's scalar field with circomlib's parameters, and over the Goldilocks
// field with plonky2's. docs/hashing.md defines both.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/uint256.hpp"
#include "runtime/hash/poseidon/parameters.hpp"

namespace zvm::runtime {

/// The permutation of a state of 2 to 17 elements. They are taken modulo r and given below r.
/// The first call for a width computes its constants, which takes some milliseconds and at most 50 KB for good.
void poseidon_bn254_permute(std::span<U256> state);

/// The first element of the permutation of (initial, inputs): circomlib's hash of 1 to 16 inputs where initial is 0.
[[nodiscard]] U256 poseidon_bn254(std::span<const U256> inputs, const U256& initial = {});

/// The permutation of plonky2; elements are taken modulo p and given below p.
void poseidon_goldilocks_permute(std::array<uint64_t, kGoldilocksWidth>& state);

} // namespace zvm::runtime
