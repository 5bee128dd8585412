// Transactions as bytes, the other way round: what decode.hpp reads.
#pragma once

#include <vector>

#include "runtime/tx/signature.hpp"
#include "runtime/tx/transaction.hpp"

namespace zvm::runtime {

/// A signature as transactions carry it; v holds the parity and, in legacy transactions, 27 or the
/// chain id (EIP-155).
struct SignatureFields {
  U256 v;
  U256 r;
  U256 s;
};
[[nodiscard]] SignatureFields signature_fields(const Transaction&, const EcdsaSignature&);

/// The hash that the sender signs: with the chain id where the transaction has one.
[[nodiscard]] Bytes32 hash_to_sign(const Transaction&);

/// RLP, behind the type's byte where it has one (EIP-2718). Sender and hash are no part of it.
[[nodiscard]] std::vector<uint8_t> encode_transaction(const Transaction&, const SignatureFields&);

} // namespace zvm::runtime
