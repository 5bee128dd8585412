// Hashes of many messages at once. Messages with the same number of blocks go through the kernels
// together, up to 8 (Keccak) or 16 (SHA-256, BLAKE3) at a time; the result is what one call for
// each would give. Nothing is allocated.
#pragma once

#include <span>

#include "base/types.hpp"

namespace zvm::runtime {

/// out[i] = keccak256(inputs[i]); both spans have the same size. `out` must not overlap the inputs.
void keccak256_many(std::span<const ByteView> inputs, std::span<Bytes32> out);
/// out[i] = sha256(inputs[i]), likewise.
void sha256_many(std::span<const ByteView> inputs, std::span<Bytes32> out);
/// out[i] = blake3_256(inputs[i]), likewise; messages of more than 1,024 bytes go one by one.
void blake3_many(std::span<const ByteView> inputs, std::span<Bytes32> out);

} // namespace zvm::runtime
