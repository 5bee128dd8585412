// Addresses of new contracts.
#pragma once

#include "base/types.hpp"

namespace zvm::runtime {

/// Low 20 bytes of keccak256(rlp([sender, nonce])) (Yellow Paper, section 7).
[[nodiscard]] Address create_address(const Address& sender, uint64_t nonce);

/// Low 20 bytes of keccak256(0xff ++ sender ++ salt ++ keccak256(init code)) (EIP-1014).
[[nodiscard]] Address create2_address(const Address& sender, const U256& salt, ByteView init_code);

} // namespace zvm::runtime
