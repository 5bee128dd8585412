// Signing with secp256k1, for tools that make transactions: the engine itself only recovers.
#pragma once

#include <optional>

#include "runtime/tx/signature.hpp"

namespace zvm::runtime {

/// Deterministic (RFC 6979), with s in the lower half (EIP-2). Nothing where the key is 0 or not
/// below the group order, or memory ran out. Not hardened against who watches the machine: keys of
/// test chains.
[[nodiscard]] std::optional<EcdsaSignature> sign(const Bytes32& hash, const Bytes32& secret_key);

/// The address of a key; nothing where sign() gives nothing.
[[nodiscard]] std::optional<Address> address_of_key(const Bytes32& secret_key);

} // namespace zvm::runtime
