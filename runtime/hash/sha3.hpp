// The hash functions on Keccak-f[1600] besides Keccak-256: SHA-3 and SHAKE (FIPS 202), and
// Keccak-512 with the padding of the submission.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/types.hpp"

namespace zvm::runtime {

[[nodiscard]] Bytes32 sha3_256(ByteView data);
[[nodiscard]] std::array<uint8_t, 64> sha3_512(ByteView data);
[[nodiscard]] std::array<uint8_t, 64> keccak512(ByteView data);

/// Fill `out`, of any length; the first bytes of a longer output are the shorter one.
void shake128(ByteView data, std::span<uint8_t> out);
void shake256(ByteView data, std::span<uint8_t> out);

} // namespace zvm::runtime
