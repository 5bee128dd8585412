// The transactions of a block, one by one: each on what those before it left, and only while the block has room.
#pragma once

#include <vector>

#include "runtime/block/receipt.hpp"
#include "runtime/tx/execute.hpp"

namespace zvm::runtime {

/// What of a block has been run so far.
struct BlockProgress {
  std::vector<Receipt> receipts; ///< of the transactions that were not refused
  uint64_t gas_used = 0;         ///< of the block's room: the sum of the receipts' regular_gas_used
  uint64_t state_gas_used = 0;   ///< of its room for state gas (EIP-8037): the sum of theirs
  uint64_t blob_gas_used = 0;    ///< blob gas

  /// What the header says: of the two dimensions the one that is used more.
  [[nodiscard]] uint64_t header_gas() const {
    return gas_used > state_gas_used ? gas_used : state_gas_used;
  }

  void clear() { *this = {}; }
};

/// Runs the next transaction into the execution's store and adds its receipt. result.refusal says whether it was
/// refused: then nothing has happened, and the next one may be tried. HostError, Suspended: the same.
/// Before Byzantium receipts carry the state root, so the store must be one that can be walked.
[[nodiscard]] Status run_block_transaction(Execution&, const Transaction&, const TxChecks&,
                                           RunMessage, BlockProgress&, TransactionResult& result);

} // namespace zvm::runtime
