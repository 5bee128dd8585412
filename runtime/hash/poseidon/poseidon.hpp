// Poseidon (Grassi, Khovratovich, Rechberger, Roy, Schofnegger: Poseidon, a new hash function for
// zero-knowledge proof systems) in two instances: over BN254's scalar field with circomlib's
// parameters, and over the Goldilocks field with plonky2's. docs/hashing.md defines both.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/types.hpp"
#include "base/uint256.hpp"
#include "runtime/hash/poseidon/parameters.hpp"

namespace zvm::runtime {

/// The permutation of a state of 2 to 17 elements. They are taken modulo r and given below r.
/// The first call for a width computes its constants, which takes some milliseconds and at most 50
/// KB for good.
void poseidon_bn254_permute(std::span<U256> state);

/// The first element of the permutation of (initial, inputs): circomlib's hash of 1 to 16 inputs
/// where initial is 0.
[[nodiscard]] U256 poseidon_bn254(std::span<const U256> inputs, const U256& initial = {});

/// Bytes as a sponge over BN254 of width 3 and rate 2: first their number, then 31 at a time as a
/// big-endian number, the last ones filled up with zeros behind; two numbers are added to elements
/// 1 and 2 of the state, which begins as zeros and is then permuted. The hash is element 0. So up
/// to 31 bytes are circomlib's hash of (number, bytes).
[[nodiscard]] Bytes32 poseidon_bn254_sponge(ByteView data);

/// The permutation of plonky2; elements are taken modulo p and given below p.
void poseidon_goldilocks_permute(std::array<uint64_t, kGoldilocksWidth>& state);

} // namespace zvm::runtime
