#include "runtime/tx/execute.hpp"

#include <algorithm>
#include <array>

#include "base/host_failure.hpp"
#include "runtime/call/address.hpp"
#include "runtime/resource/register.hpp"
#include "runtime/tracer.hpp"
#include "runtime/tx/authorization.hpp"
#include "runtime/tx/validate.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;
using gas::Rule;

/// Warms what EIP-2929, EIP-2930 and EIP-3651 name; the precompiles are warm already.
Status warm_up(Execution& execution, const Transaction& tx, const Address& target) {
  Journal& journal = execution.journal;
  const auto warm = [&journal](const Address& address, Account*& account) {
    const Status s = journal.locate(address, account);
    return s == Status::Success ? journal.warm(*account) : s;
  };
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(warm(tx.sender, account));
  ZVM_RETURN_UNLESS_SUCCESS(warm(target, account));
  if (execution.evm->has(Rule::WarmCoinbase)) {
    ZVM_RETURN_UNLESS_SUCCESS(warm(execution.block.coinbase, account));
  }
  for (const AccessListEntry& entry : tx.access_list) {
    ZVM_RETURN_UNLESS_SUCCESS(warm(entry.address, account));
    for (const U256& key : entry.slots) {
      Slot* slot = nullptr;
      ZVM_RETURN_UNLESS_SUCCESS(journal.locate_slot(*account, key, slot));
      ZVM_RETURN_UNLESS_SUCCESS(journal.warm_slot(*account, *slot));
    }
  }
  return Status::Success;
}

/// Tells the store what the transaction names, so that slow stores read ahead.
void announce(const Execution& execution, const Transaction& tx) {
  std::array<StateKey, 16> keys;
  size_t count = 0;
  const auto add = [&](const StateKey& key) {
    keys[count++] = key;
    if (count < keys.size())
      return;
    execution.store->prefetch(keys);
    count = 0;
  };
  add({tx.sender, false, {}});
  add({execution.block.coinbase, false, {}});
  if (!tx.is_create)
    add({tx.to, false, {}});
  for (const AccessListEntry& entry : tx.access_list) {
    add({entry.address, false, {}});
    for (const U256& slot : entry.slots)
      add({entry.address, true, slot});
  }
  if (count != 0)
    execution.store->prefetch({keys.data(), count});
}

} // namespace

Status resolve_code(Execution& execution, Message& message) {
  Journal& journal = execution.journal;
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(message.recipient, account));
  if (!execution.evm->has(Rule::Delegations))
    return Status::Success;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load_code(*account));
  if (!Journal::delegation(account->code, message.code_address))
    return Status::Success;
  message.is_delegated = true;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(message.code_address, account));
  return journal.warm(*account);
}

namespace {

/// Splits what is left after the intrinsic gas (EIP-8037): what is over the cap can pay for state
/// only.
void split_gas(const gas::Schedule& schedule, const Transaction& tx, const IntrinsicGas& intrinsic,
               int64_t& gas, StateGas& state_gas) {
  gas = static_cast<int64_t>(tx.gas_limit) - intrinsic.charged;
  if (!schedule.has(Rule::StateGas))
    return;
  const int64_t most = std::max<int64_t>(schedule[Cost::TxMaxGas] - intrinsic.charged, 0);
  state_gas = StateGas{std::max<int64_t>(gas - most, 0)};
  gas = std::min(gas, most);
}

/// Charges for the recipient, or for the account to be created, by what the state holds of it
/// (EIP-2780).
Status charge_recipient(Execution& execution, PreparedTransaction& prepared) {
  Journal& journal = execution.journal;
  const gas::Schedule& schedule = *execution.evm;
  Message& message = prepared.message;
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(message.recipient, account));
  const bool creates = is_create(message.kind);
  if (journal.is_dead(*account) && (creates || !message.value.is_zero())) {
    const int64_t price = schedule.state(Cost::NewAccount);
    if (!prepared.state_gas.charge(message.gas, price))
      return Status::OutOfGas;
    prepared.new_account = price;
  }
  if (creates)
    return Status::Success;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load_code(*account));
  Address target;
  if (!Journal::delegation(account->code, target))
    return Status::Success;
  ZVM_RETURN_UNLESS_SUCCESS(journal.locate(target, account));
  const int64_t access =
      schedule[Cost::Call] + (account->is_warm() ? 0 : schedule[Cost::ColdAccount]);
  if (message.gas < access)
    return Status::OutOfGas;
  message.gas -= access;
  return Status::Success;
}

/// Delegations, and where the message goes: what comes before the first frame and may run out of
/// gas.
Status begin_message(Execution& execution, const Transaction& tx, PreparedTransaction& prepared) {
  if (tx.type == TxType::SetCode) {
    ZVM_RETURN_UNLESS_SUCCESS(
        apply_authorizations(execution, tx, prepared.message.gas, prepared.state_gas));
  }
  if (execution.evm->has(Rule::RuntimeCharges)) {
    ZVM_RETURN_UNLESS_SUCCESS(charge_recipient(execution, prepared));
  }
  return tx.is_create ? Status::Success : resolve_code(execution, prepared.message);
}

} // namespace

Status prepare_transaction(Execution& execution, const Transaction& tx, const TxChecks& checks,
                           PreparedTransaction& prepared, TxError& refusal) {
  Journal& journal = execution.journal;
  const gas::Schedule& schedule = *execution.evm;
  journal.begin(*execution.store, schedule, execution.precompile_addresses, execution.recorder);

  TransactionCosts costs;
  refusal = check_transaction(execution, tx, checks, costs);
  if (refusal != TxError::None)
    return Status::Success;
  announce(execution, tx);
  Account* sender = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(tx.sender, sender));
  ZVM_RETURN_UNLESS_SUCCESS(journal.load_code(*sender));
  refusal = check_sender(execution, tx, checks, *sender);
  if (refusal != TxError::None)
    return Status::Success;

  const uint64_t nonce = sender->now.nonce;
  ZVM_RETURN_UNLESS_SUCCESS(journal.set_nonce(*sender, nonce + 1));
  if (checks.balance) {
    ZVM_RETURN_UNLESS_SUCCESS(journal.sub_balance(*sender, costs.fees));
  }
  execution.tx.hash = tx.hash;
  execution.tx.origin = tx.sender;
  execution.tx.gas_price = costs.gas_price;
  execution.tx.blob_hashes = tx.blob_hashes;

  prepared = {};
  prepared.gas_price = costs.gas_price;
  prepared.priority_fee = costs.priority_fee;
  prepared.gas_limit = tx.gas_limit;
  prepared.floor = costs.intrinsic.floor;
  prepared.pays = checks.balance;
  Message& message = prepared.message;
  message.kind = tx.is_create ? CallKind::Create : CallKind::Call;
  split_gas(schedule, tx, costs.intrinsic, message.gas, prepared.state_gas);
  message.sender = tx.sender;
  message.recipient = tx.is_create ? create_address(tx.sender, nonce) : tx.to;
  message.code_address = message.recipient;
  message.value = tx.value;
  message.input = tx.data;

  if (schedule.has(Rule::AccessLists)) {
    ZVM_RETURN_UNLESS_SUCCESS(warm_up(execution, tx, message.recipient));
  }
  const Journal::Checkpoint checkpoint = journal.checkpoint();
  const int64_t gas = message.gas;
  const Status s = begin_message(execution, tx, prepared);
  message.state_gas = prepared.state_gas.left;
  if (s != Status::OutOfGas)
    return s;
  // What has been charged so far is undone as well: who watches sees a message that had all of it.
  journal.revert_to(checkpoint);
  message.gas = gas;
  message.state_gas = prepared.state_gas.start;
  prepared.begun = s;
  return Status::Success;
}

namespace {

/// What the message left, with what comes back to a transaction whose message failed.
void end_message(const PreparedTransaction& prepared, const MessageResult& message, int64_t& gas,
                 StateGas& state_gas) {
  gas = message.gas_left;
  state_gas = prepared.state_gas;
  StateGas of_message{prepared.message.state_gas};
  of_message.left = message.state_gas_left;
  of_message.spent = message.state_gas_spent;
  if (prepared.begun != Status::Success) {
    state_gas.undo(gas);
    gas = 0;
    return;
  }
  state_gas.join(of_message);
  if (message.status == Status::Success)
    return;
  state_gas.give_back(gas, prepared.new_account);
  if (message.status != Status::Revert)
    gas = 0;
}

} // namespace

Status settle_transaction(Execution& execution, const PreparedTransaction& prepared,
                          MessageResult& message_result, TransactionResult& result) {
  Journal& journal = execution.journal;
  const gas::Schedule& schedule = *execution.evm;
  const auto gas_limit = static_cast<int64_t>(prepared.gas_limit);
  int64_t gas_left = 0;
  StateGas state_gas;
  end_message(prepared, message_result, gas_left, state_gas);
  const int64_t spent = gas_limit - gas_left - state_gas.left;
  const int64_t quotient = std::max<int64_t>(schedule[Cost::RefundQuotient], 1);
  result.gas_refunded = std::clamp<int64_t>(journal.refund(), 0, spent / quotient);
  result.gas_used = std::max(spent - result.gas_refunded, prepared.floor);
  result.state_gas_used = state_gas.spent;
  result.regular_gas_used = schedule.has(Rule::GrossBlockGas)
                                ? std::max(spent - state_gas.spent, prepared.floor)
                                : result.gas_used;
  result.status = message_result.status;
  result.created = message_result.created;
  result.output = std::move(message_result.output);

  Account* sender = nullptr;
  Account* coinbase = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(prepared.message.sender, sender));
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(execution.block.coinbase, coinbase));
  if (prepared.pays) {
    const auto unused = static_cast<uint64_t>(gas_limit - result.gas_used);
    const auto used = static_cast<uint64_t>(result.gas_used);
    ZVM_RETURN_UNLESS_SUCCESS(journal.add_balance(*sender, prepared.gas_price * U256{unused}));
    // A fee of zero touches the coinbase all the same.
    ZVM_RETURN_UNLESS_SUCCESS(journal.add_balance(*coinbase, prepared.priority_fee * U256{used}));
  }
  if (!journal.deferred().commit(result.deferred))
    return out_of_memory();
  ZVM_RETURN_UNLESS_SUCCESS(journal.finish(result.diff));
  return collect_nullifiers(result.diff, execution.tx.hash, result.nullifiers) ? Status::Success
                                                                               : out_of_memory();
}

void TransactionResult::clear() {
  refusal = TxError::None;
  status = Status::NotRun;
  gas_used = gas_refunded = regular_gas_used = state_gas_used = 0;
  created = {};
  output.clear();
  diff.clear();
  deferred.entries.clear();
  deferred.root = {};
  nullifiers.clear();
}

namespace {

Status run_whole(Execution& execution, const Transaction& tx, const TxOptions& options,
                 RunMessage run, TransactionResult& result) {
  PreparedTransaction prepared;
  if (const Status s = prepare_transaction(execution, tx, options.checks, prepared, result.refusal);
      s != Status::Success || result.refusal != TxError::None)
    return s;
  MessageResult message_result;
  message_result.status = prepared.begun;
  if (prepared.begun == Status::Success) {
    ZVM_RETURN_UNLESS_SUCCESS(run(execution, prepared.message, message_result));
  } else if (execution.tracer != nullptr) {
    // To who watches it is a message that ends as it begins.
    execution.tracer->enter(prepared.message);
    execution.tracer->exit(prepared.message,
                           {prepared.begun, 0, StateGas{prepared.message.state_gas}, {}});
  }
  if (is_host(message_result.status))
    return message_result.status;
  ZVM_RETURN_UNLESS_SUCCESS(settle_transaction(execution, prepared, message_result, result));
  return options.commit ? apply(*execution.store, result.diff) : Status::Success;
}

} // namespace

Status execute_transaction(Execution& execution, const Transaction& tx, const TxOptions& options,
                           RunMessage run, TransactionResult& result) {
  result.clear();
  const Status status = run_whole(execution, tx, options, run, result);
  if (status != Status::Success) {
    result.clear();
    result.status = status;
  }
  return status;
}

} // namespace zvm::runtime
