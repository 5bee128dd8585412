// Addresses of new contracts.
#pragma once

#include <span>

#include "base/types.hpp"

namespace zvm::runtime {

/// Low 20 bytes of keccak256(rlp([sender, nonce])) (Yellow Paper, section 7).
[[nodiscard]] Address create_address(const Address& sender, uint64_t nonce);

/// Low 20 bytes of keccak256(0xff ++ sender ++ salt ++ keccak256(init code)) (EIP-1014).
[[nodiscard]] Address create2_address(const Address& sender, const U256& salt, ByteView init_code);

/// out[i] is create2_address for salts[i] and init code of that hash, several at a time, as far as both spans go.
void create2_addresses(const Address& sender, const Bytes32& init_code_hash,
                       std::span<const U256> salts, std::span<Address> out);

} // namespace zvm::runtime
