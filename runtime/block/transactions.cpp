#include "runtime/block/transactions.hpp"

#include "runtime/trie/state_root.hpp"
#include "runtime/tx/blob_fee.hpp"

namespace zvm::runtime {
namespace {

/// What is known once the transaction has been settled.
bool fill_receipt(const Execution& execution, const Transaction& tx,
                  const TransactionResult& result, Receipt& receipt) {
  receipt.type = tx.type;
  receipt.has_status = execution.evm->has(gas::Rule::ReceiptStatus);
  receipt.succeeded = result.status == Status::Success;
  receipt.logs_bloom = logs_bloom(execution.journal);
  receipt.transaction_hash = tx.hash;
  receipt.gas_used = static_cast<uint64_t>(result.gas_used);
  receipt.gas_refunded = static_cast<uint64_t>(result.gas_refunded);
  receipt.regular_gas_used = static_cast<uint64_t>(result.regular_gas_used);
  receipt.state_gas_used = static_cast<uint64_t>(result.state_gas_used);
  receipt.blob_gas_used = blob_gas(*execution.evm, tx);
  receipt.gas_price = execution.tx.gas_price;
  receipt.created = result.created;
  return receipt.logs.try_copy(execution.journal);
}

} // namespace

Status run_block_transaction(Execution& execution, const Transaction& tx, const TxChecks& checks,
                             RunMessage run, BlockProgress& progress, TransactionResult& result) {
  BlockContext& block = execution.block;
  const auto set_used = [&block](uint64_t gas, uint64_t state_gas, uint64_t blob_gas) {
    block.gas_used = gas;
    block.state_gas_used = state_gas;
    block.blob_gas_used = blob_gas;
  };
  set_used(progress.gas_used, progress.state_gas_used, progress.blob_gas_used);
  execution.refill();
  const Status status = execute_transaction(execution, tx, {checks, false}, run, result);
  set_used(0, 0, 0);
  if (status != Status::Success || result.refusal != TxError::None)
    return status;

  // The commit comes last: what may fail for want of memory has been done by then.
  Receipt receipt;
  if (!fill_receipt(execution, tx, result, receipt))
    return out_of_memory();
  ZVM_RETURN_UNLESS_SUCCESS(apply(*execution.store, result.diff));
  if (!receipt.has_status) {
    StateRoot roots;
    if (const ReadStatus s = roots.compute(*execution.store, receipt.state_root);
        s != ReadStatus::Ok)
      return read_failed(*execution.store, s, HostCause::Visit);
  }
  progress.gas_used += receipt.regular_gas_used;
  progress.state_gas_used += receipt.state_gas_used;
  progress.blob_gas_used += receipt.blob_gas_used;
  receipt.cumulative_gas =
      (progress.receipts.empty() ? 0 : progress.receipts.back().cumulative_gas) + receipt.gas_used;
  progress.receipts.push_back(std::move(receipt));
  return Status::Success;
}

} // namespace zvm::runtime
