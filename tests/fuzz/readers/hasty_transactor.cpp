#include "tests/fuzz/readers/hasty_transactor.hpp"

#include <chrono>

#include "cli/fixtures/engine_transactor.hpp"

namespace zvm::fuzz {

HastyTransactor::HastyTransactor() {
  static const std::shared_ptr<cli::Transactor> kTransactor =
      cli::engine_transactors({.tier = engine::Tier::Step, .code_cache_limit = size_t{4} << 20})();
  transactor_ = kTransactor;
}

runtime::Execution& HastyTransactor::prepare(const cli::Fork& fork) {
  using namespace std::chrono;
  runtime::Execution& x = transactor_->prepare(fork);
  const auto end = steady_clock::now() + milliseconds{2};
  x.deadline = static_cast<uint64_t>(duration_cast<nanoseconds>(end.time_since_epoch()).count());
  x.limits.memory = 1 << 20;
  return x;
}

Status HastyTransactor::execute_transaction(runtime::StateStore& store,
                                            const runtime::Transaction& transaction,
                                            runtime::TransactionResult& result) {
  if (!is_idle)
    return transactor_->execute_transaction(store, transaction, result);
  result.clear();
  result.status = Status::Success;
  return Status::Success;
}

Status HastyTransactor::execute_block(runtime::StateStore& store,
                                      const runtime::BlockRequest& request,
                                      const runtime::BlockOptions& options,
                                      runtime::BlockResult& result) {
  return is_idle ? Status::Success : transactor_->execute_block(store, request, options, result);
}

Status HastyTransactor::execute(runtime::StateStore& store, const runtime::Message& message,
                                runtime::MessageResult& result) {
  return is_idle ? Status::Success : transactor_->execute(store, message, result);
}

} // namespace zvm::fuzz
