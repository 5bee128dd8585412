// The byte column in the journal.
#include "runtime/state/journal.hpp"

namespace zvm::runtime {

Status Journal::locate_kv(Account& account, ByteView key, KvEntry*& entry) {
  entry = kv_.find_or_add(account, key);
  return entry != nullptr ? Status::Success : out_of_memory();
}

Status Journal::read_kv(KvEntry& entry) {
  const Account& account = *entry.account;
  ZVM_ASSERT(account.loaded);
  if (!entry.loaded) {
    bool exists = false;
    kv_.scratch.clear();
    const bool in_store = account.stored_exists && !account.has(Account::kClearsStorage);
    if (in_store) {
      const ReadStatus read = store_->read_kv(account.address, entry.key, kv_.scratch, exists);
      if (read != ReadStatus::Ok)
        return read_failed(*store_, read, HostCause::ReadKv, account.address);
    }
    const ByteView bytes = exists ? kv_.scratch.view() : ByteView{};
    if (!kv_.try_set_original(entry, {exists, bytes}))
      return out_of_memory();
    entry.stored = in_store;
    entry.loaded = true;
  }
  if (recorder_ != nullptr)
    recorder_->on_kv_read(account.address, entry.key, entry.current.exists, entry.current.bytes);
  return Status::Success;
}

Status Journal::warm_kv(KvEntry& entry) {
  if (entry.warm)
    return Status::Success;
  ZVM_RETURN_UNLESS_SUCCESS(push(UndoKind::KvWarm, entry.account, entry.index, {}));
  entry.warm = true;
  return Status::Success;
}

Status Journal::write_kv(KvEntry& entry, const KvValue& value) {
  ZVM_ASSERT(entry.loaded);
  if (!undo_.try_reserve(undo_.size() + 1) || !kv_.try_write(entry, value))
    return out_of_memory();
  ZVM_RETURN_UNLESS_SUCCESS(push(UndoKind::Kv, entry.account, entry.index, {}));
  if (recorder_ != nullptr)
    recorder_->on_kv_write(entry.account->address, entry.key, value.exists, entry.current.bytes);
  return Status::Success;
}

Status Journal::set_kv(KvEntry& entry, ByteView value) { return write_kv(entry, {true, value}); }

Status Journal::remove_kv(KvEntry& entry) {
  ZVM_ASSERT(entry.loaded);
  return entry.current.exists ? write_kv(entry, {}) : Status::Success;
}

Status Journal::clear_kv(const Account& account) {
  for (KvEntry* entry = kv_.first_of(account); entry != nullptr; entry = entry->next) {
    if (!entry->loaded)
      continue;
    ZVM_RETURN_UNLESS_SUCCESS(remove_kv(*entry));
  }
  return Status::Success;
}

void Journal::forget_unread_kv(const Account& account) {
  for (KvEntry* entry = kv_.first_of(account); entry != nullptr; entry = entry->next) {
    if (!entry->stored)
      entry->loaded = false;
  }
}

bool Journal::diff_kv(const Account& account, StateDiff& diff) const {
  for (const KvEntry* entry = kv_.first_of(account); entry != nullptr; entry = entry->next) {
    if (!entry->loaded || entry->current == original(*entry))
      continue;
    if (!diff.try_add_kv(entry->key, entry->current.exists, entry->current.bytes))
      return false;
  }
  return true;
}

} // namespace zvm::runtime
