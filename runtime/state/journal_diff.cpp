// The end of a transaction: what it has changed, as a StateDiff.
#include "runtime/state/journal.hpp"

namespace zvm::runtime {

Status Journal::finish(StateDiff& diff) const {
  diff.clear();
  for (size_t i = 0; i < accounts_.size(); ++i) {
    const Account& account = accounts_[i];
    if (!account.loaded)
      continue;
    const Status status = diff_account(account, diff);
    if (status != Status::Success) {
      diff.clear();
      return status;
    }
  }
  return Status::Success;
}

/// What is left of an account that has gone (EIP-8246).
Status Journal::keep_balance(const Account& account, StateDiff& diff) {
  AccountChange change;
  change.address = account.address;
  change.record.balance = account.now.balance;
  change.clears_storage = account.stored_exists;
  change.code_changed = account.stored.code_hash != kEmptyCodeHash;
  const bool changed = !account.stored_exists || account.stored != change.record;
  return !changed || diff.accounts.try_push(change) ? Status::Success : out_of_memory();
}

Status Journal::diff_account(const Account& account, StateDiff& diff) const {
  AccountChange change;
  change.address = account.address;
  if (account.has(Account::kDestructed) && selfdestruct_keeps_ && !account.now.balance.is_zero())
    return keep_balance(account, diff);
  const bool goes = account.has(Account::kDestructed) ||
                    (state_clearing_ && account.has(Account::kTouched) && is_empty(account));
  if (goes || !account.has(Account::kExists)) {
    change.deleted = true;
    const bool was_there = account.stored_exists;
    return !was_there || diff.accounts.try_push(change) ? Status::Success : out_of_memory();
  }
  const bool cleared = account.has(Account::kClearsStorage);
  change.record = account.now;
  change.clears_storage = cleared && account.stored_exists;
  change.first_slot = diff.slots.size();
  for (const auto& [key, slot] : account.slots) {
    if (!slot.loaded || slot.current == original(account, slot))
      continue;
    if (!diff.slots.try_push({key, slot.current}))
      return out_of_memory();
  }
  change.slot_count = diff.slots.size() - change.first_slot;
  change.first_kv = diff.kv.size();
  if (!kv_.is_empty() && !diff_kv(account, diff))
    return out_of_memory();
  change.kv_count = diff.kv.size() - change.first_kv;
  change.code_changed = account.now.code_hash != account.stored.code_hash;
  if (change.code_changed) {
    change.code_offset = diff.code.size();
    change.code_size = account.code.size();
    if (!diff.code.try_append(account.code))
      return out_of_memory();
  }
  const bool changed = !account.stored_exists || change.clears_storage || change.slot_count != 0 ||
                       change.kv_count != 0 || account.now != account.stored;
  return !changed || diff.accounts.try_push(change) ? Status::Success : out_of_memory();
}

} // namespace zvm::runtime
