#include "runtime/block/access_list_builder.hpp"

namespace zvm::runtime {

AccessListBuilder::AccountState& AccessListBuilder::at(const Address& address) {
  if (last_ == nullptr || last_->access.address != address) {
    const auto [place, is_new] = accounts_.try_emplace(address);
    last_ = &place->second;
    last_->access.address = address;
    if (is_new)
      new_accounts_.push_back(address);
  }
  return *last_;
}

void AccessListBuilder::forget_step() {
  changed_slots_.clear();
  changed_accounts_.clear();
  new_slots_.clear();
  new_accounts_.clear();
}

void AccessListBuilder::end_step() {
  for (SlotState* slot : changed_slots_) {
    if (slot->pending->before != slot->pending->now)
      slot->changes.push_back({step_, slot->pending->now});
    slot->pending.reset();
  }
  for (AccountState* account : changed_accounts_) {
    const auto& [before, now] = *account->pending;
    if (before.balance != now.balance)
      account->access.balances.push_back({step_, now.balance});
    if (before.nonce != now.nonce)
      account->access.nonces.push_back({step_, now.nonce});
    if (before.code_hash != now.code_hash)
      account->access.codes.push_back({step_, std::move(account->code)});
    account->code.clear();
    account->pending.reset();
  }
  forget_step();
}

void AccessListBuilder::drop_step() {
  for (SlotState* slot : changed_slots_)
    slot->pending.reset();
  for (AccountState* account : changed_accounts_)
    account->pending.reset();
  for (const auto& [account, key] : new_slots_)
    account->slots.erase(key);
  for (const Address& address : new_accounts_)
    accounts_.erase(address);
  last_ = nullptr;
  forget_step();
}

void AccessListBuilder::next_step() {
  end_step();
  ++step_;
}

ReadStatus AccessListBuilder::add(StateStore& store, const StateDiff& diff) {
  for (const AccountChange& change : diff.accounts) {
    AccountState& account = at(change.address);
    AccountRecord before;
    bool exists = false;
    if (const ReadStatus s = store.read_account(change.address, before, exists);
        s != ReadStatus::Ok)
      return s;
    if (!account.pending) {
      if (!exists)
        before = {};
      account.pending = {before, before};
      changed_accounts_.push_back(&account);
    }
    account.pending->now = change.deleted ? AccountRecord{} : change.record;
    if (change.code_changed && !change.deleted) {
      const ByteView code = diff.code_of(change);
      account.code.assign(code.begin(), code.end());
    }
    if (change.deleted)
      continue;
    // A contract that has just been made had no slots. Nobody has read them, and the answer might
    // come late.
    const bool had_slots = exists && !change.clears_storage;
    for (const SlotChange& slot : diff.slots_of(change)) {
      SlotState& state = account.slots[slot.key];
      if (!state.pending) {
        U256 value;
        if (had_slots) {
          if (const ReadStatus s = store.read_slot(change.address, slot.key, value);
              s != ReadStatus::Ok)
            return s;
        }
        state.pending = {value, value};
        changed_slots_.push_back(&state);
      }
      state.pending->now = slot.value;
    }
  }
  return ReadStatus::Ok;
}

AccessList AccessListBuilder::take() {
  end_step();
  AccessList list;
  for (auto& [address, account] : accounts_) {
    for (auto& [key, slot] : account.slots) {
      if (slot.changes.empty()) {
        account.access.read.push_back(key);
      } else {
        account.access.written.push_back({key, std::move(slot.changes)});
      }
    }
    list.push_back(std::move(account.access));
  }
  accounts_.clear();
  last_ = nullptr;
  return list;
}

void AccessListBuilder::on_account_read(const Address& address) {
  at(address);
  if (next_ != nullptr)
    next_->on_account_read(address);
}

void AccessListBuilder::on_account_write(const Address& address) {
  if (next_ != nullptr)
    next_->on_account_write(address);
}

void AccessListBuilder::on_slot_read(const Address& address, const U256& key, const U256& value) {
  AccountState& account = at(address);
  if (account.slots.try_emplace(key).second)
    new_slots_.emplace_back(&account, key);
  if (next_ != nullptr)
    next_->on_slot_read(address, key, value);
}

void AccessListBuilder::on_slot_write(const Address& address, const U256& key, const U256& value) {
  if (next_ != nullptr)
    next_->on_slot_write(address, key, value);
}

void AccessListBuilder::on_kv_read(const Address& address, ByteView key, bool exists,
                                   ByteView value) {
  if (next_ != nullptr)
    next_->on_kv_read(address, key, exists, value);
}

void AccessListBuilder::on_kv_write(const Address& address, ByteView key, bool exists,
                                    ByteView value) {
  if (next_ != nullptr)
    next_->on_kv_write(address, key, exists, value);
}

bool WatchedLayer::apply(const StateDiff& diff) {
  if (builder_ != nullptr && builder_->add(*this, diff) != ReadStatus::Ok)
    return false;
  return MemoryStore::apply(diff);
}

} // namespace zvm::runtime
