// SHA-256 (FIPS 180-4) in portable code. What the precompile runs is sha256() of digests.hpp.
#pragma once

#include <cstdint>

#include "base/types.hpp"

namespace zvm::runtime {

/// Advances `state` over whole blocks of 64 bytes. A variant for a CPU has this signature.
void sha256_blocks(uint32_t (&state)[8], const uint8_t* data, size_t blocks);
using Sha256Blocks = decltype(sha256_blocks);

/// The hash of `data`, its blocks done by `blocks`.
[[nodiscard]] Bytes32 sha256_with(Sha256Blocks& blocks, ByteView data);
[[nodiscard]] inline Bytes32 sha256_portable(ByteView data) {
  return sha256_with(sha256_blocks, data);
}

} // namespace zvm::runtime
