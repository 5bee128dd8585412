// The gas limit that a transaction needs: found by running it, since what it takes on the way may
// be more than what it has used in the end. A message keeps back gas that its callee does not get
// (EIP-150), state gas is charged that comes back later (EIP-8037), and of a limit over the cap
// only state gas can be paid, so that each limit divides up anew.
#include <algorithm>

#include "engine/turn.hpp"
#include "runtime/tx/intrinsic.hpp"

namespace zvm::engine {
namespace {

bool has_succeeded(const runtime::TransactionResult& result) {
  return result.refusal == runtime::TxError::None && result.status == Status::Success;
}

/// Between a limit that will not do and one that will.
struct Bounds {
  uint64_t low, high;

  [[nodiscard]] bool is_open() const { return high - low > 1; }
  [[nodiscard]] uint64_t clamp(uint64_t limit) const {
    return std::clamp(limit, low + 1, high - 1);
  }
};

Status run_estimate(runtime::Execution& x, runtime::StateStore& store,
                    const runtime::Transaction& transaction, const runtime::TxChecks& checks,
                    GasEstimate& estimate) {
  runtime::Transaction tx = transaction;
  const runtime::TxOptions options{checks, false};
  if (const Status s = run_transaction(x, store, tx, options, estimate.result);
      s != Status::Success || !has_succeeded(estimate.result))
    return s;

  // Below what is charged before it begins it is refused.
  const runtime::IntrinsicGas least = runtime::intrinsic_gas(*x.evm, tx);
  Bounds bounds{static_cast<uint64_t>(std::max<int64_t>({least.charged, least.floor, 1})) - 1,
                tx.gas_limit};
  runtime::TransactionResult trial;
  const auto try_limit = [&](uint64_t limit) {
    tx.gas_limit = bounds.clamp(limit);
    ZVM_RETURN_UNLESS_SUCCESS(run_transaction(x, store, tx, options, trial));
    if (has_succeeded(trial)) {
      bounds.high = tx.gas_limit;
      std::swap(estimate.result, trial);
    } else {
      bounds.low = tx.gas_limit;
    }
    return Status::Success;
  };

  // Mostly it is what was used before refunds, or a little more: what a call has kept back, and a
  // stipend.
  const auto used = static_cast<uint64_t>(estimate.result.gas_used + estimate.result.gas_refunded);
  const auto stipend = static_cast<uint64_t>((*x.evm)[gas::Cost::CallStipend]);
  for (const uint64_t guess : {used, used - 1, used + used / 63 + stipend}) {
    if (bounds.is_open() && guess > bounds.low)
      ZVM_RETURN_UNLESS_SUCCESS(try_limit(guess));
  }
  while (bounds.is_open())
    ZVM_RETURN_UNLESS_SUCCESS(try_limit(bounds.low + (bounds.high - bounds.low) / 2));
  estimate.gas_limit = bounds.high;
  return Status::Success;
}

} // namespace

void GasEstimate::clear() {
  gas_limit = 0;
  result.clear();
}

Status Machine::estimate_gas(runtime::StateStore& store, const runtime::Transaction& transaction,
                             const runtime::TxChecks& checks, GasEstimate& estimate) {
  const Turn turn{*this};
  estimate.clear();
  const Status status =
      turn ? run_estimate(execution_, store, transaction, checks, estimate) : Turn::refuse();
  if (status != Status::Success) {
    estimate.clear();
    estimate.result.status = status;
  }
  return turn ? Turn::end(status) : status;
}

} // namespace zvm::engine
