#include <algorithm>

#include "engine/engine.hpp"

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
  BatchOutcome outcome;
  if (results.size() < transactions.size()) {
    outcome.status = Status::HostError;
    return outcome;
  }
  BlockRoom room{execution_.block, *execution_.evm};
  const runtime::TxOptions uncommitted{options.checks, false};
  for (const runtime::Transaction& tx : transactions) {
    BatchResult& result = results[outcome.done];
    result.logs.clear();
    result.transaction.refusal = options.checks.block_gas ? room.check(tx) : runtime::TxError::None;
    if (result.transaction.refusal == runtime::TxError::None) {
      outcome.status = execute_transaction(store, tx, uncommitted, result.transaction);
      if (outcome.status != Status::Success)
        return outcome;
    }
    if (result.transaction.refusal == runtime::TxError::None) {
      // The commit comes last: what may fail for want of memory has been done by then.
      if (!result.logs.try_copy(execution_.journal) ||
          (options.commit && !store.apply(result.transaction.diff))) {
        outcome.status = Status::HostError;
        return outcome;
      }
      const auto gas_used = static_cast<uint64_t>(result.transaction.gas_used);
      room.take(tx, gas_used);
      outcome.gas_used += gas_used;
    }
    ++outcome.done;
  }
  return outcome;
}

} // namespace zvm::engine
