// Receipt: what a transaction of a block did, as the block's receipts root commits to it, and a little more.
#pragma once

#include "runtime/state/log_list.hpp"
#include "runtime/trie/bloom.hpp"
#include "runtime/trie/rlp.hpp"
#include "runtime/tx/transaction.hpp"

namespace zvm::runtime {

struct Receipt {
  TxType type = TxType::Legacy;
  bool has_status = true; ///< EIP-658; before Byzantium the state root stands in its place
  bool succeeded = false;
  Bytes32 state_root{};        ///< after the transaction, where there is no status
  uint64_t cumulative_gas = 0; ///< paid for in the block up to here, in gas: the sum of gas_used
  Bloom logs_bloom{};
  LogList logs;

  // What the encoding leaves out.
  Bytes32 transaction_hash{};
  size_t index = 0; ///< of the transaction in the block
  uint64_t gas_used =
      0; ///< by this transaction, in gas: what is paid for (TransactionResult says more of these four)
  uint64_t gas_refunded = 0;
  uint64_t regular_gas_used = 0; ///< what it takes of the block's room for gas
  uint64_t state_gas_used = 0;   ///< what it takes of the block's room for state gas (EIP-8037)
  uint64_t blob_gas_used = 0;
  U256 gas_price{};  ///< effective, wei a gas
  Address created{}; ///< creates that succeeded
};

/// Appends the logs one by one, without a list around them: [address, topics, data].
void encode_logs(const LogList&, RlpWriter&);

/// Appends what stands in the trie: for typed transactions the type, then the list.
void encode_receipt(const Receipt&, std::vector<uint8_t>& out);

} // namespace zvm::runtime
