// Blocks: refused by exact reason, or run as a whole.
//
// execute_block does all of it. Its steps can be had one by one, without a header that is checked: call_block_start
// (system_calls.hpp), run_block_transaction (transactions.hpp), pay_rewards, pay_withdrawals, then collect_deposits and
// call_block_end (requests.hpp); roots.hpp has what the header commits to. All of them work on execution.store, in
// execution.block (context.hpp makes one from a header), by the rules of *execution.evm.
#pragma once

#include "runtime/block/access_list.hpp"
#include "runtime/block/block.hpp"
#include "runtime/block/block_error.hpp"
#include "runtime/block/ommers.hpp"
#include "runtime/block/requests.hpp"
#include "runtime/block/transactions.hpp"

namespace zvm::runtime {

struct BlockOptions {
  bool commit = true;        ///< apply the changes to the store
  bool check_parent = true;  ///< the header against its parent, and the ommers
  bool check_results = true; ///< what the header says of the block against what came of it
  /// The state root too: computed in the result, and compared where results are. The store must be one that can be walked.
  bool state_root = true;
  Address deposit_contract = kDepositContract; ///< of the chain (EIP-6110)
};

struct BlockRequest {
  const Block& block;
  /// The parent first. It alone will do where the block has no ommers; none are needed without check_parent.
  std::span<const Ancestor> ancestors;
};

struct BlockResult {
  /// If not None, the next three say of what. The rest may have been computed until then; it describes no block of the chain.
  BlockError refusal = BlockError::None;
  /// What a refusal is about where there are several it could be: HeaderFields a field of the header as header.def has it, or
  /// "withdrawals"; SystemContractEmpty and SystemCallFailed a contract of system_contracts.def. Empty otherwise.
  std::string_view subject;
  TxError transaction_refusal = TxError::None;
  size_t transaction = 0; ///< the one that is refused
  BlockProgress progress; ///< receipts and gas
  Requests requests;      ///< EIP-7685
  Bloom logs_bloom{};
  Bytes32 transactions_root{};
  Bytes32 receipts_root{};
  Bytes32 withdrawals_root{}; ///< from Shanghai on
  Bytes32 requests_hash{};    ///< from Prague on
  AccessList access_list; ///< from Amsterdam on: what each step has touched and changed (EIP-7928)
  Bytes32 access_list_hash{}; ///< from Amsterdam on
  Bytes32 state_root{};       ///< with options.state_root
  StateDiff diff;             ///< of the block as a whole
};

/// Success: `result` is what happened, and the store has it (if options.commit), or why the block is refused. Anything else:
/// the host failed or a read is pending, nothing is committed; try again from the start.
/// Chain id and hashes of blocks are those of execution.block, which comes back as it was.
[[nodiscard]] Status execute_block(Execution&, const BlockRequest&, const BlockOptions&, RunMessage,
                                   BlockResult& result);

} // namespace zvm::runtime
