#include "runtime/block/payments.hpp"

namespace zvm::runtime {

Payments::Payments(Execution& execution) : execution_(execution) {
  execution.journal.begin(*execution.store, *execution.evm, {}, execution.recorder);
}

Status Payments::add(const Address& address, const U256& wei) {
  Account* account = nullptr;
  const Status s = execution_.journal.load(address, account);
  return s == Status::Success ? execution_.journal.add_balance(*account, wei) : s;
}

Status Payments::apply() {
  StateDiff changes;
  ZVM_RETURN_UNLESS_SUCCESS(execution_.journal.finish(changes));
  return runtime::apply(*execution_.store, changes);
}

} // namespace zvm::runtime
