// SHA-256 (FIPS 180-4) in portable code. What the precompile runs is sha256() of digests.hpp.
#pragma once

#include <cstdint>

#include "base/types.hpp"

namespace zvm::runtime {

/// Fractions of the square roots of the first 8 primes (5.3.3).
inline constexpr uint32_t kSha256Initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
/// Fractions of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
inline constexpr uint32_t kSha256Constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// Advances `state` over whole blocks of 64 bytes. A variant for a CPU has this signature.
void sha256_blocks(uint32_t (&state)[8], const uint8_t* data, size_t blocks);
using Sha256Blocks = decltype(sha256_blocks);
/// The same for several messages of as many blocks.
template <size_t kMessages>
using Sha256BlocksOf = void(uint32_t (&states)[kMessages][8],
                            const uint8_t* const (&data)[kMessages], size_t blocks);

/// The hash of `data`, its blocks done by `blocks`.
[[nodiscard]] Bytes32 sha256_with(Sha256Blocks& blocks, ByteView data);
[[nodiscard]] inline Bytes32 sha256_portable(ByteView data) {
  return sha256_with(sha256_blocks, data);
}

} // namespace zvm::runtime
