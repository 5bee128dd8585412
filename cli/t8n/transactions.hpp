// Transactions that are given to a tool: JSON objects, signed or with the key to sign them, or an
// RLP list.
#pragma once

#include <string>
#include <vector>

#include "base/types.hpp"
#include "cli/t8n/inputs.hpp"
#include "runtime/tx/transaction.hpp"
#include "runtime/tx/tx_error.hpp"

namespace zvm::cli {

struct GivenTransaction {
  std::vector<uint8_t> bytes; ///< signed, as decode_transaction takes it
  std::string unreadable;     ///< why there are no bytes: a field does not fit
};

/// From a file ("….rlp" holds a string of JSON with the RLP list in hex; any other a list of
/// objects) or standard input ("txsRlp", else "txs"). Unsigned ones are signed for the chain.
/// Throws UsageError.
[[nodiscard]] std::vector<GivenTransaction> read_transactions(Inputs&, const std::string& source,
                                                              const U256& chain_id);

/// The words of go-ethereum for a refusal.
[[nodiscard]] std::string_view refusal_words(runtime::TxError error);
/// The same for a transaction, which may have been refused by words of its type.
[[nodiscard]] std::string refusal_text(runtime::TxError error, const runtime::Transaction&);

/// A list of transactions as block bodies and "….rlp" have it: those with a type are strings in it.
[[nodiscard]] std::vector<uint8_t> encode_list(const std::vector<ByteView>& transactions);

} // namespace zvm::cli
