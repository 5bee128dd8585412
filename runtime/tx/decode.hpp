// Signed transactions as bytes: legacy RLP, or a type byte and RLP (EIP-2718).
#pragma once

#include <vector>

#include "gas/schedule.hpp"
#include "runtime/tx/transaction.hpp"
#include "runtime/tx/tx_error.hpp"

namespace zvm::runtime {

/// A transaction with the lists it views. The data are a view of the decoded bytes.
struct DecodedTransaction {
  Transaction tx; ///< the sender is recovered from the signature
  std::vector<AccessListEntry> access_list;
  std::vector<U256> slots;
  std::vector<Bytes32> blob_hashes;
  std::vector<Authorization> authorizations;

  DecodedTransaction() = default;
  /// As it was made. Memory is kept.
  void clear() {
    tx = {};
    access_list.clear();
    slots.clear();
    blob_hashes.clear();
    authorizations.clear();
  }
  DecodedTransaction(const DecodedTransaction&) = delete;
  DecodedTransaction& operator=(const DecodedTransaction&) = delete;
};

/// TypeNotSupported, Malformed or InvalidSignature where the bytes are refused, and then the transaction has no field set;
/// whether the chain id and everything else is right is said when the transaction runs.
[[nodiscard]] TxError decode_transaction(ByteView bytes, const gas::Schedule&, DecodedTransaction&);

} // namespace zvm::runtime
