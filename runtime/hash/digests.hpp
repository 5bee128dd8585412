// SHA-256 as the precompile 0x02 and versioned hashes of blobs use it: with the kernel for this
// CPU.
#pragma once

#include "base/types.hpp"

namespace zvm::runtime {

[[nodiscard]] Bytes32 sha256(ByteView data);

} // namespace zvm::runtime
