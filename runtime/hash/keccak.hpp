// Keccak-256 as Ethereum uses it: the padding of the submission, not that of SHA-3 (FIPS 202).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/types.hpp"

namespace zvm::runtime {

/// Bytes of a block of Keccak-256.
inline constexpr size_t kKeccak256Rate = 136;

/// The permutation Keccak-f[1600]; lane x + 5 * y of the specification is lanes[x + 5 * y].
void keccak_f1600(uint64_t (&lanes)[25]);
/// Its last 12 rounds, Keccak-p[1600,12]: the permutation of TurboSHAKE (RFC 9861).
void keccak_p1600_12(uint64_t (&lanes)[25]);

[[nodiscard]] Bytes32 keccak256(ByteView data);

/// The hash of two words as 64 big-endian bytes, as a word: the place of an element of a mapping.
[[nodiscard]] U256 keccak256_pair(const U256& first, const U256& second);
/// The same of one word: the place of the first element of a dynamic array.
[[nodiscard]] U256 keccak256_word(const U256& word);

} // namespace zvm::runtime
