#include "runtime/state/kv.hpp"

namespace zvm::runtime {
namespace {

/// Entries beyond which their memory is given back.
constexpr size_t kKeptEntries = 4096;
constexpr size_t kKeptScratch = size_t{1} << 20;

} // namespace

KvEntry* KvColumn::find_or_add(Account& account, ByteView key) {
  if (KvEntry** found = by_key_.find({&account, {key}}))
    return *found;
  List* const list = lists_.try_insert(&account, List{nullptr, nullptr}).value;
  if (list == nullptr)
    return nullptr;
  const auto index = static_cast<uint32_t>(entries_.size());
  const ByteArena::Mark mark = read_.mark();
  KvEntry* const entry = entries_.try_add();
  if (entry == nullptr)
    return nullptr;
  *entry = {};
  entry->account = &account;
  entry->index = index;
  if (!read_.try_copy(key, entry->key) ||
      by_key_.try_insert({&account, {entry->key}}, entry).value == nullptr) {
    entries_.pop();
    read_.rewind(mark);
    return nullptr;
  }
  (list->last != nullptr ? list->last->next : list->first) = entry;
  list->last = entry;
  return entry;
}

KvEntry* KvColumn::first_of(const Account& account) const {
  const List* list = lists_.find(&account);
  return list != nullptr ? list->first : nullptr;
}

bool KvColumn::try_set_original(KvEntry& entry, const KvValue& value) {
  ByteView copy;
  if (!read_.try_copy(value.bytes, copy))
    return false;
  entry.original = entry.current = {value.exists, copy};
  return true;
}

bool KvColumn::try_write(KvEntry& entry, const KvValue& value) {
  const ByteArena::Mark mark = written_.mark();
  ByteView copy;
  if (!written_.try_copy(value.bytes, copy))
    return false;
  if (!writes_.try_push({&entry, entry.current, mark})) {
    written_.rewind(mark);
    return false;
  }
  entry.current = {value.exists, copy};
  return true;
}

void KvColumn::undo_write() {
  const Write& write = writes_.back();
  write.entry->current = write.before;
  written_.rewind(write.mark);
  writes_.pop();
}

void KvColumn::forget() {
  if (entries_.size() > kKeptEntries) {
    entries_ = {};
    by_key_ = {};
    lists_ = {};
    writes_ = {};
  } else {
    entries_.clear();
    by_key_.clear();
    lists_.clear();
    writes_.clear();
  }
  if (scratch.capacity() > kKeptScratch)
    scratch = {};
  read_.clear();
  written_.clear();
}

} // namespace zvm::runtime
