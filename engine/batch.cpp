#include <algorithm>

#include "engine/turn.hpp"

namespace zvm::engine {
namespace {

/// What a block has left for the transactions that follow.
class BlockRoom {
 public:
  BlockRoom(const runtime::BlockContext& block, const gas::Schedule& schedule)
      : gas_(block.gas_limit), blobs_(static_cast<uint64_t>(schedule[gas::Cost::BlobMax])) {}

  [[nodiscard]] runtime::TxError check(const runtime::Transaction& tx) const {
    if (tx.gas_limit > gas_)
      return runtime::TxError::GasLimitOverBlock;
    if (tx.blob_hashes.size() > blobs_)
      return runtime::TxError::BlobGasOverBlock;
    return runtime::TxError::None;
  }
  void take(const runtime::Transaction& tx, uint64_t gas_used) {
    gas_ -= std::min(gas_, gas_used);
    blobs_ -= std::min<uint64_t>(blobs_, tx.blob_hashes.size());
  }

 private:
  uint64_t gas_;
  uint64_t blobs_;
};

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
    outcome.status = Turn::end(run_batch(store, transactions, options, results, outcome));
  }
  return outcome;
}

Status Machine::run_batch(runtime::StateStore& store,
                          std::span<const runtime::Transaction> transactions,
                          const runtime::TxOptions& options, std::span<BatchResult> results,
                          BatchOutcome& outcome) {
  BlockRoom room{execution_.block, *execution_.evm};
  const runtime::TxOptions uncommitted{options.checks, false};
  for (const runtime::Transaction& tx : transactions) {
    BatchResult& result = results[outcome.done];
    const runtime::TxError no_room =
        options.checks.block_gas ? room.check(tx) : runtime::TxError::None;
    if (no_room != runtime::TxError::None) {
      result.transaction.refusal = no_room;
      ++outcome.done;
      continue;
    }
    if (const Status s = run_transaction(store, tx, uncommitted, result.transaction);
        s != Status::Success)
      return s;
    if (result.transaction.refusal == runtime::TxError::None) {
      if (const Status s = keep(store, options.commit, result); s != Status::Success)
        return s;
      const auto gas_used = static_cast<uint64_t>(result.transaction.gas_used);
      room.take(tx, gas_used);
      outcome.gas_used += gas_used;
    }
    ++outcome.done;
  }
  return Status::Success;
}

/// The commit comes last: what may fail for want of memory has been done by then.
Status Machine::keep(runtime::StateStore& store, bool commit, BatchResult& result) {
  Status status = result.logs.try_copy(execution_.journal) ? Status::Success : out_of_memory();
  if (status == Status::Success && commit)
    status = runtime::apply(store, result.transaction.diff);
  if (status == Status::Success)
    return status;
  result.clear();
  result.transaction.status = status;
  return status;
}

} // namespace zvm::engine
