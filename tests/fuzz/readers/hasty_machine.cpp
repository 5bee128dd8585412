#include "tests/fuzz/readers/hasty_machine.hpp"

#include <chrono>

#include "cli/conformance/engine_machine.hpp"

namespace zvm::fuzz {

HastyMachine::HastyMachine() {
  static const std::shared_ptr<cli::Machine> kMachine =
      cli::engine_machines({.tier = engine::Tier::Step, .code_cache_limit = size_t{4} << 20})();
  machine_ = kMachine;
}

runtime::Execution& HastyMachine::prepare(const cli::Fork& fork) {
  using namespace std::chrono;
  runtime::Execution& x = machine_->prepare(fork);
  const auto end = steady_clock::now() + milliseconds{2};
  x.deadline = static_cast<uint64_t>(duration_cast<nanoseconds>(end.time_since_epoch()).count());
  x.limits.memory = 1 << 20;
  return x;
}

Status HastyMachine::execute_transaction(runtime::StateStore& store,
                                         const runtime::Transaction& transaction,
                                         runtime::TransactionResult& result) {
  if (!is_idle)
    return machine_->execute_transaction(store, transaction, result);
  result.clear();
  result.status = Status::Success;
  return Status::Success;
}

Status HastyMachine::execute_block(runtime::StateStore& store, const runtime::BlockRequest& request,
                                   const runtime::BlockOptions& options,
                                   runtime::BlockResult& result) {
  return is_idle ? Status::Success : machine_->execute_block(store, request, options, result);
}

Status HastyMachine::execute(runtime::StateStore& store, const runtime::Message& message,
                             runtime::MessageResult& result) {
  return is_idle ? Status::Success : machine_->execute(store, message, result);
}

} // namespace zvm::fuzz
