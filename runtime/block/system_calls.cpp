#include "runtime/block/system_calls.hpp"

#include "runtime/block/system_contracts.hpp"

namespace zvm::runtime {

Status system_call(Execution& execution, const Address& contract, ByteView input, RunMessage run,
                   SystemCallResult& result) {
  Journal& journal = execution.journal;
  result.has_code = false;
  result.status = Status::Success;
  result.output.clear();
  // Nothing is warm at first, not even the precompiles: no transaction stands behind the call.
  journal.begin(*execution.store, *execution.evm, {}, execution.recorder);
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(contract, account));
  if (!account->has_code())
    return Status::Success;
  result.has_code = true;

  execution.refill();
  execution.tx = {.origin = kSystemAddress, .gas_price = execution.block.base_fee};
  Message message;
  message.gas = (*execution.evm)[gas::Cost::SystemCallGas];
  message.state_gas = execution.evm->state(gas::Cost::SystemCallGas);
  message.sender = kSystemAddress;
  message.recipient = message.code_address = contract;
  message.input = input;
  ZVM_RETURN_UNLESS_SUCCESS(resolve_code(execution, message));
  MessageResult outcome;
  ZVM_RETURN_UNLESS_SUCCESS(run(execution, message, outcome));
  result.status = outcome.status;
  if (outcome.status != Status::Success)
    return Status::Success;
  result.output = std::move(outcome.output);
  StateDiff changes;
  ZVM_RETURN_UNLESS_SUCCESS(journal.finish(changes));
  return apply(*execution.store, changes);
}

Status call_block_start(Execution& execution, const BlockStart& start, RunMessage run) {
  struct Call {
    Address contract;
    gas::Rule rule;
    const Bytes32& input;
  };
  const Call calls[] = {
#define START_CALL(name, address, rule, input, source, text)                                       \
  {k##name##Address, gas::Rule::rule, start.input},
#include "runtime/block/system_contracts.def"
#undef START_CALL
  };
  SystemCallResult ignored;
  for (const Call& call : calls) {
    if (!execution.evm->has(call.rule))
      continue;
    ZVM_RETURN_UNLESS_SUCCESS(
        system_call(execution, call.contract, call.input.bytes, run, ignored));
  }
  return Status::Success;
}

} // namespace zvm::runtime
