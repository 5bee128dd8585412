#include "runtime/host_journal.hpp"

#include "base/host_failure.hpp"
#include "runtime/copy.hpp"
#include "runtime/dynamic_gas.hpp"
#include "runtime/execution.hpp"
#include "runtime/frame.hpp"
#include "runtime/store_price.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;
using gas::Rule;

/// Blocks back that BLOCKHASH sees.
constexpr uint64_t kBlockHashes = 256;

/// Frontier to Byzantium, and Petersburg: by current and new value only.
StorePrice gross_price(const gas::Schedule& s, const U256& current, const U256& value) {
  if (current.is_zero() && !value.is_zero())
    return {.gas = s[Cost::SstoreSet]};
  const bool clears = !current.is_zero() && value.is_zero();
  return {.gas = s[Cost::SstoreReset], .refund = clears ? s[Cost::SstoreClearRefund] : 0};
}

/// Reads a slot of the frame's own account; `cold` is what it costs if this is the first access.
Status access_slot(Frame& frame, const U256& key, Cost cold_cost, Slot*& slot, int64_t& cold) {
  Journal& journal = frame.execution->journal;
  ZVM_RETURN_UNLESS_SUCCESS(journal.locate_slot(*frame.account, key, slot));
  cold = slot->warm ? 0 : (*frame.schedule)[cold_cost];
  if (frame.gas < cold)
    return Status::OutOfGas;
  return journal.read_slot(*frame.account, key, *slot);
}

} // namespace

Status charge(Frame& frame, int64_t gas) {
  if (frame.gas < gas)
    return Status::OutOfGas;
  frame.gas -= gas;
  return Status::Success;
}

Status charge_state(Frame& frame, int64_t gas) {
  if (frame.state_gas.charge(frame.gas, gas))
    return Status::Success;
  frame.unpaid_state_gas = gas;
  return Status::OutOfGas;
}

Status charge_each(Frame& frame, Cost cost, uint64_t count) {
  int64_t gas = 0, state_gas = 0;
  if (__builtin_mul_overflow((*frame.schedule)[cost], count, &gas) ||
      __builtin_mul_overflow(frame.schedule->state(cost), count, &state_gas))
    return Status::OutOfGas;
  ZVM_RETURN_UNLESS_SUCCESS(charge(frame, gas));
  return charge_state(frame, state_gas);
}

Status settle_state(Frame& frame, int64_t gas) {
  if (gas >= 0)
    return charge_state(frame, gas);
  frame.state_gas.give_back(frame.gas, -gas);
  return Status::Success;
}

Status charge_words(Frame& frame, Cost cost, uint64_t bytes) {
  return charge_each(frame, cost, words_of(bytes));
}

Status access_account(Frame& frame, const Address& address, int64_t cold, Account*& account,
                      bool with_code) {
  Journal& journal = frame.execution->journal;
  ZVM_RETURN_UNLESS_SUCCESS(journal.locate(address, account));
  const bool warms = frame.schedule->has(Rule::AccessLists) && !account->is_warm();
  if (warms && frame.gas < cold)
    return Status::OutOfGas;
  ZVM_RETURN_UNLESS_SUCCESS(with_code ? journal.load_code(*account) : journal.load(*account));
  if (!warms)
    return Status::Success;
  ZVM_RETURN_UNLESS_SUCCESS(journal.warm(*account));
  frame.gas -= cold;
  return Status::Success;
}

namespace {

Status sload(Frame& frame, const U256& key, U256& value) {
  Slot* slot = nullptr;
  int64_t cold = 0;
  ZVM_RETURN_UNLESS_SUCCESS(access_slot(frame, key, Cost::ColdSlot, slot, cold));
  if (cold != 0) {
    ZVM_RETURN_UNLESS_SUCCESS(frame.execution->journal.warm_slot(*frame.account, *slot));
    frame.gas -= cold;
  }
  value = slot->current;
  return Status::Success;
}

Status sstore(Frame& frame, const U256& key, const U256& value) {
  if (frame.message.is_static)
    return Status::StaticViolation;
  const gas::Schedule& schedule = *frame.schedule;
  if (frame.gas <= schedule[Cost::SstoreSentry])
    return Status::OutOfGas;
  Journal& journal = frame.execution->journal;
  Slot* slot = nullptr;
  int64_t cold = 0;
  ZVM_RETURN_UNLESS_SUCCESS(access_slot(frame, key, Cost::ColdSlotFull, slot, cold));
  const U256& original = Journal::original(*frame.account, *slot);
  const auto is_zero = [](const U256& word) { return word.is_zero(); };
  const StorePrice price = schedule.has(Rule::NetGasMetering)
                               ? net_price(schedule, original, slot->current, value, is_zero)
                               : gross_price(schedule, slot->current, value);
  ZVM_RETURN_UNLESS_SUCCESS(charge(frame, cold + price.gas));
  if (schedule.has(Rule::StateGas))
    ZVM_RETURN_UNLESS_SUCCESS(
        settle_state(frame, net_state_price(schedule, original, slot->current, value, is_zero)));
  if (cold != 0)
    ZVM_RETURN_UNLESS_SUCCESS(journal.warm_slot(*frame.account, *slot));
  if (price.refund != 0)
    ZVM_RETURN_UNLESS_SUCCESS(journal.add_refund(price.refund));
  if (!(slot->current == value))
    ZVM_RETURN_UNLESS_SUCCESS(journal.set_storage(*frame.account, *slot, value));
  return Status::Success;
}

Status tload(Frame& frame, const U256& key, U256& value) {
  return frame.execution->journal.get_transient(*frame.account, key, value);
}

Status tstore(Frame& frame, const U256& key, const U256& value) {
  if (frame.message.is_static)
    return Status::StaticViolation;
  return frame.execution->journal.set_transient(*frame.account, key, value);
}

Status balance(Frame& frame, const U256& address, U256& wei) {
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(
      access_account(frame, to_address(address), (*frame.schedule)[Cost::ColdAccount], account));
  wei = account->now.balance;
  return Status::Success;
}

Status self_balance(Frame& frame, U256& wei) {
  ZVM_RETURN_UNLESS_SUCCESS(frame.execution->journal.load(*frame.account));
  wei = frame.account->now.balance;
  return Status::Success;
}

Status code_size(Frame& frame, const U256& address, U256& bytes) {
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(access_account(frame, to_address(address),
                                           (*frame.schedule)[Cost::ColdAccount], account, true));
  bytes = uint64_t{account->code.size()};
  return Status::Success;
}

Status code_hash(Frame& frame, const U256& address, U256& hash) {
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(
      access_account(frame, to_address(address), (*frame.schedule)[Cost::ColdAccount], account));
  hash = account->now.is_empty() ? U256{} : to_word(account->now.code_hash);
  return Status::Success;
}

Status code_copy(Frame& frame, const U256& address, uint8_t* target, const U256& offset,
                 uint64_t size) {
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(access_account(frame, to_address(address),
                                           (*frame.schedule)[Cost::ColdAccount], account, true));
  copy_padded(target, account->code, offset, size);
  return Status::Success;
}

Status block_hash(Frame& frame, const U256& number, U256& hash) {
  hash = {};
  const BlockContext& block = frame.execution->block;
  if (!number.fits_u64() || number.low64() >= block.number ||
      block.number - number.low64() > kBlockHashes || block.block_hash == nullptr)
    return Status::Success;
  Bytes32 bytes;
  clear_host_failure();
  const Status status = block.block_hash(block.block_hash_user, number.low64(), bytes);
  if (status != Status::Success)
    return hook_failed(status, HostCause::BlockHash);
  hash = to_word(bytes);
  return Status::Success;
}

Status blob_hash(Frame& frame, const U256& index, U256& hash) {
  const std::span<const Bytes32> hashes = frame.execution->tx.blob_hashes;
  const bool there = index.fits_u64() && index.low64() < hashes.size();
  hash = there ? to_word(hashes[index.low64()]) : U256{};
  return Status::Success;
}

Status log(Frame& frame, const uint8_t* data, uint64_t size, std::span<const U256> topics) {
  if (frame.message.is_static)
    return Status::StaticViolation;
  return frame.execution->journal.add_log(frame.message.recipient, topics, {data, size});
}

Status self_destruct(Frame& frame, const U256& beneficiary_word) {
  if (frame.message.is_static)
    return Status::StaticViolation;
  const gas::Schedule& schedule = *frame.schedule;
  Journal& journal = frame.execution->journal;
  Account& self = *frame.account;
  const Address address = to_address(beneficiary_word);

  // All checks come before the first change, so that a failed or pending read leaves nothing
  // behind.
  Account* beneficiary = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(journal.locate(address, beneficiary));
  int64_t price = 0;
  const bool warms = schedule.has(Rule::AccessLists) && !beneficiary->is_warm();
  if (warms)
    price += schedule[Cost::ColdAccountFull];
  if (frame.gas < price)
    return Status::OutOfGas;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(*beneficiary));
  const U256 wei = self.now.balance;
  const bool free_without_value = schedule.has(Rule::StateClearing) && wei.is_zero();
  int64_t state_price = 0;
  if (schedule.has(Rule::SelfdestructNewAccount) && journal.is_dead(*beneficiary) &&
      !free_without_value) {
    price += schedule[Cost::NewAccount] + schedule[Cost::AccountWrite];
    state_price = schedule.state(Cost::NewAccount);
  }
  ZVM_RETURN_UNLESS_SUCCESS(charge(frame, price));
  ZVM_RETURN_UNLESS_SUCCESS(charge_state(frame, state_price));

  if (warms)
    ZVM_RETURN_UNLESS_SUCCESS(journal.warm(*beneficiary));
  const bool goes = !schedule.has(Rule::SelfdestructSameTx) || self.has(Account::kCreated);
  if (goes && !self.has(Account::kDestructed) && schedule[Cost::SelfdestructRefund] != 0)
    ZVM_RETURN_UNLESS_SUCCESS(journal.add_refund(schedule[Cost::SelfdestructRefund]));
  ZVM_RETURN_UNLESS_SUCCESS(journal.transfer(self, *beneficiary, wei));
  if (!goes)
    return Status::Success;
  if (!schedule.has(Rule::SelfdestructKeeps)) // burnt where it is its own heir
    ZVM_RETURN_UNLESS_SUCCESS(journal.set_balance(self, {}));
  return journal.destruct(self);
}

Status defer_hash(Frame& frame, const U256& algorithm, const uint8_t* data, uint64_t size,
                  U256& handle) {
  const gas::Schedule& schedule = *frame.schedule;
  const auto words = static_cast<int64_t>((size + 31) / 32);
  // Where there are no kernels for several messages a batch saves nothing.
  const bool is_poseidon = algorithm == U256{static_cast<uint8_t>(DeferredAlgorithm::Poseidon)};
  const int64_t price = is_poseidon ? schedule[Cost::Poseidon] - schedule[Cost::DeferredHash] +
                                          words * schedule[Cost::PoseidonWord]
                                    : words * schedule[Cost::DeferredWord];
  if (frame.gas < price)
    return Status::OutOfGas;
  if (frame.message.is_static)
    return Status::StaticViolation;
  if (algorithm >= U256{kDeferredAlgorithms})
    return Status::InvalidOpcode;
  Execution& x = *frame.execution;
  Bytes32 id;
  ZVM_RETURN_UNLESS_SUCCESS(x.journal.defer_hash(static_cast<DeferredAlgorithm>(algorithm.low64()),
                                                 {data, size}, x.tx.hash, id));
  frame.gas -= price;
  handle = to_word(id);
  return Status::Success;
}

Status ext(Frame& frame, uint32_t number, std::span<const U256> operands, U256& result) {
  HostExtension* extension = frame.execution->extension;
  if (extension == nullptr)
    return Status::InvalidOpcode;
  clear_host_failure();
  const Status status = extension->run(frame, number, operands, result);
  return status == Status::Success ? status : hook_failed(status, HostCause::Extension);
}

} // namespace

HostTable journal_host(Status (*prepare_call)(Frame&, const CallArguments&)) {
  return {
      .sload = sload,
      .sstore = sstore,
      .tload = tload,
      .tstore = tstore,
      .balance = balance,
      .self_balance = self_balance,
      .code_size = code_size,
      .code_hash = code_hash,
      .code_copy = code_copy,
      .block_hash = block_hash,
      .blob_hash = blob_hash,
      .log = log,
      .self_destruct = self_destruct,
      .prepare_call = prepare_call,
      .defer_hash = defer_hash,
      .ext = ext,
  };
}

} // namespace zvm::runtime
