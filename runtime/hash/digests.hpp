// SHA-256 and RIPEMD-160, which the precompiles 0x02 and 0x03 offer; through OpenSSL.
#pragma once

#include <array>

#include "base/types.hpp"

namespace zvm::runtime {

[[nodiscard]] Bytes32 sha256(ByteView data);
[[nodiscard]] std::array<uint8_t, 20> ripemd160(ByteView data);

} // namespace zvm::runtime
