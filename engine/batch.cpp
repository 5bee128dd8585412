#include <algorithm>

#include "engine/turn.hpp"
#include "runtime/tx/blob_fee.hpp"

namespace zvm::engine {
namespace {

/// What transactions have used of the block, added up while the object lives: those that follow are
/// left the rest.
class BlockUse {
 public:
  explicit BlockUse(runtime::BlockContext& block)
      : block_(block), gas_(block.gas_used), state_gas_(block.state_gas_used),
        blob_gas_(block.blob_gas_used) {}
  BlockUse(const BlockUse&) = delete;
  BlockUse& operator=(const BlockUse&) = delete;
  ~BlockUse() {
    block_.gas_used = gas_;
    block_.state_gas_used = state_gas_;
    block_.blob_gas_used = blob_gas_;
  }
  void add(const runtime::TransactionResult& result, uint64_t blob_gas) {
    raise(block_.gas_used, static_cast<uint64_t>(result.regular_gas_used));
    raise(block_.state_gas_used, static_cast<uint64_t>(result.state_gas_used));
    raise(block_.blob_gas_used, blob_gas);
  }

 private:
  /// Not beyond the largest number, which only the embedder's own can come to.
  static void raise(uint64_t& sum, uint64_t by) { sum += std::min(by, UINT64_MAX - sum); }

  runtime::BlockContext& block_;
  uint64_t gas_, state_gas_, blob_gas_; ///< by the transactions before
};

/// The commit comes last: what may fail for want of memory has been done by then.
Status keep(const runtime::Journal& journal, runtime::StateStore& store, bool commit,
            BatchResult& result) {
  Status status = result.logs.try_copy(journal) ? Status::Success : out_of_memory();
  if (status == Status::Success && commit)
    status = runtime::apply(store, result.transaction.diff);
  if (status == Status::Success)
    return status;
  result.clear();
  result.transaction.status = status;
  return status;
}

Status run_batch(runtime::Execution& x, runtime::StateStore& store,
                 std::span<const runtime::Transaction> transactions,
                 const runtime::TxOptions& options, std::span<BatchResult> results,
                 BatchOutcome& outcome) {
  BlockUse use{x.block};
  const runtime::TxOptions uncommitted{options.checks, false};
  for (const runtime::Transaction& tx : transactions) {
    BatchResult& result = results[outcome.done];
    ZVM_RETURN_UNLESS_SUCCESS(run_transaction(x, store, tx, uncommitted, result.transaction));
    if (result.transaction.refusal == runtime::TxError::None) {
      ZVM_RETURN_UNLESS_SUCCESS(keep(x.journal, store, options.commit, result));
      use.add(result.transaction, runtime::blob_gas(*x.evm, tx));
      outcome.gas_used += static_cast<uint64_t>(result.transaction.gas_used);
      outcome.regular_gas_used += static_cast<uint64_t>(result.transaction.regular_gas_used);
      outcome.state_gas_used += static_cast<uint64_t>(result.transaction.state_gas_used);
    }
    ++outcome.done;
  }
  return Status::Success;
}

} // namespace

BatchOutcome Machine::execute_batch(runtime::StateStore& store,
                                    std::span<const runtime::Transaction> transactions,
                                    const runtime::TxOptions& options,
                                    std::span<BatchResult> results) {
  const Turn turn{*this};
  BatchOutcome outcome;
  const bool fits = is_readable(transactions) &&
                    is_readable(std::span<const BatchResult>{results}) &&
                    results.size() >= transactions.size();
  if (is_readable(std::span<const BatchResult>{results})) {
    for (BatchResult& result : results)
      result.clear();
  }
  if (!turn) {
    outcome.status = Turn::refuse();
  } else if (!fits) {
    outcome.status = host_failed(HostCause::BatchResults, transactions.size(), results.size());
  } else {
    outcome.status =
        Turn::end(run_batch(execution_, store, transactions, options, results, outcome));
  }
  return outcome;
}

} // namespace zvm::engine
