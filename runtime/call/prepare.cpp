// What a call or creation costs, and the message it becomes. What can be told without the state is
// charged first, and an account is read only once its access is paid for (EIP-7928): value, access,
// delegation, new account, then the gas that goes along.
#include <algorithm>

#include "runtime/call/address.hpp"
#include "runtime/call/driver.hpp"
#include "runtime/call/executor.hpp"
#include "runtime/frame.hpp"
#include "runtime/host_journal.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;
using gas::Rule;

/// Most gas that can go along (EIP-150).
int64_t forwardable(const gas::Schedule& schedule, int64_t gas) {
  return schedule.has(Rule::AllButOne64th) ? gas - gas / 64 : gas;
}

/// Fills what all messages of a frame have in common, in place: a message is long.
Message& begin_child(Frame& frame, const CallArguments& call) {
  Message& m = *frame.next;
  m.kind = call.kind;
  m.is_static = frame.message.is_static || call.kind == CallKind::StaticCall;
  m.is_delegated = false;
  m.depth = frame.message.depth + 1;
  m.sender = frame.message.recipient;
  m.value = call.value;
  m.input = call.input;
  frame.next_state_gas = 0;
  return m;
}

/// The state gas of an account that is there only if the message succeeds.
Status charge_new_account(Frame& frame) {
  const int64_t price = frame.schedule->state(Cost::NewAccount);
  ZVM_RETURN_UNLESS_SUCCESS(charge_state(frame, price));
  frame.next_state_gas = price;
  return Status::Success;
}

/// Depth and balance: reasons for which the call fails without having begun.
Status obstacle(const Message& m, const Account& sender, bool sends_value) {
  if (m.depth > kMaxDepth)
    return Status::CallDepth;
  if (sends_value && sender.now.balance < m.value)
    return Status::InsufficientBalance;
  return Status::Success;
}

Status prepare_message(Frame& frame, const CallArguments& call) {
  const gas::Schedule& schedule = *frame.schedule;
  Journal& journal = frame.execution->journal;
  const bool takes_value = call.kind == CallKind::Call || call.kind == CallKind::CallCode;
  const bool sends_value = takes_value && !call.value.is_zero();
  // CALLCODE moves no value; ZVM forbids it all the same.
  const bool changes_state = call.kind == CallKind::Call || schedule.vm == Vm::Zvm;
  if (changes_state && sends_value && frame.message.is_static) {
    return Status::StaticViolation;
  }
  Message& m = begin_child(frame, call);
  const Address address = to_address(call.address);
  m.code_address = address;
  m.recipient = call.kind == CallKind::Call || call.kind == CallKind::StaticCall
                    ? address
                    : frame.message.recipient;
  if (call.kind == CallKind::DelegateCall) {
    m.sender = frame.message.sender;
    m.value = frame.message.value;
  }

  ZVM_RETURN_UNLESS_SUCCESS(charge(frame, sends_value ? schedule[Cost::CallValue] : 0));
  Account* account = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(
      access_account(frame, address, schedule[Cost::ColdAccount], account, /*with_code=*/true));
  if (Address target;
      schedule.has(Rule::Delegations) && Journal::delegation(account->code, target)) {
    ZVM_RETURN_UNLESS_SUCCESS(charge(frame, schedule[Cost::Call]));
    Account* code_account = nullptr;
    ZVM_RETURN_UNLESS_SUCCESS(
        access_account(frame, target, schedule[Cost::ColdAccount], code_account, true));
    m.code_address = target;
    m.is_delegated = true;
  }
  if (call.kind == CallKind::Call && (sends_value || !schedule.has(Rule::StateClearing)) &&
      journal.is_dead(*account)) {
    ZVM_RETURN_UNLESS_SUCCESS(charge(frame, schedule[Cost::NewAccount]));
    ZVM_RETURN_UNLESS_SUCCESS(charge_new_account(frame));
  }

  const int64_t most = forwardable(schedule, frame.gas);
  const bool fits = call.gas.fits_u64() && call.gas.low64() <= static_cast<uint64_t>(most);
  if (!fits && !schedule.has(Rule::AllButOne64th))
    return Status::OutOfGas;
  m.gas = fits ? static_cast<int64_t>(call.gas.low64()) : most;
  m.state_gas = frame.state_gas.left;
  frame.gas -= m.gas;
  if (sends_value)
    m.gas += schedule[Cost::CallStipend];

  ZVM_RETURN_UNLESS_SUCCESS(journal.load(*frame.account));
  frame.refused = obstacle(m, *frame.account, sends_value);
  return Status::Success;
}

Status prepare_create(Frame& frame, const CallArguments& call) {
  const gas::Schedule& schedule = *frame.schedule;
  Journal& journal = frame.execution->journal;
  const Executor* executor = frame.execution->executor;
  const gas::Schedule& limits = executor != nullptr ? executor->schedule_of(call.input) : schedule;
  if (call.input.size() > static_cast<uint64_t>(limits[Cost::MaxInitcodeSize]))
    return Status::OutOfGas;
  if (frame.message.is_static)
    return Status::StaticViolation;
  Account& creator = *frame.account;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(creator));

  Message& m = begin_child(frame, call);
  m.salt = call.salt;
  m.state_gas = frame.state_gas.left;
  frame.refused = obstacle(m, creator, true);
  if (frame.refused == Status::Success && creator.now.nonce == UINT64_MAX) {
    frame.refused = Status::NonceOverflow;
  }
  if (frame.refused != Status::Success) {
    m.gas = forwardable(schedule, frame.gas);
    frame.gas -= m.gas;
    return Status::Success;
  }
  m.recipient = call.kind == CallKind::Create ? create_address(m.sender, creator.now.nonce)
                                              : create2_address(m.sender, m.salt, m.input);
  m.code_address = m.recipient;
  Account* created = nullptr;
  ZVM_RETURN_UNLESS_SUCCESS(journal.load(m.recipient, created));
  if (schedule.has(Rule::StateGas) && journal.is_dead(*created)) {
    ZVM_RETURN_UNLESS_SUCCESS(charge_new_account(frame));
    m.state_gas = frame.state_gas.left;
  }
  // These two stay, whatever becomes of the creation.
  if (schedule.has(Rule::AccessLists)) {
    ZVM_RETURN_UNLESS_SUCCESS(journal.warm(*created));
  }
  ZVM_RETURN_UNLESS_SUCCESS(journal.set_nonce(creator, creator.now.nonce + 1));
  m.gas = forwardable(schedule, frame.gas);
  frame.gas -= m.gas;
  return Status::Success;
}

} // namespace

Status prepare_call(Frame& frame, const CallArguments& call) {
  frame.refused = Status::Success;
  return is_create(call.kind) ? prepare_create(frame, call) : prepare_message(frame, call);
}

} // namespace zvm::runtime
