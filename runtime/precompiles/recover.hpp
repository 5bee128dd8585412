// Recovery of the signer of a secp256k1 signature: for the precompile 0x01 and for transactions.
#pragma once

#include <optional>

#include "base/types.hpp"

namespace zvm::runtime {

/// The address whose key signed `hash`; nothing where r or s is 0 or not below the group order, or
/// where no key belongs to them. s above half the order is accepted (EIP-2 is the caller's
/// business).
[[nodiscard]] std::optional<Address> recover_address(const Bytes32& hash, const U256& r,
                                                     const U256& s, bool is_y_odd);

} // namespace zvm::runtime
