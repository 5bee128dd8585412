#include "runtime/state/memory_store.hpp"

#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {

MemoryStore::~MemoryStore() { free_code(); }

void MemoryStore::free_code() {
  for (uint8_t* block : code_blocks_)
    deallocate(block);
  code_blocks_.clear();
}

void MemoryStore::clear() {
  entries_.clear();
  by_address_.clear();
  code_.clear();
  free_code();
}

const MemoryStore::Entry* MemoryStore::find(const Address& address) const {
  Entry* const* found = by_address_.find(address);
  return found != nullptr ? *found : nullptr;
}

MemoryStore::Entry* MemoryStore::find_or_add(const Address& address) {
  if (Entry** found = by_address_.find(address))
    return *found;
  Entry* entry = entries_.try_add();
  if (entry == nullptr)
    return nullptr;
  if (by_address_.try_insert(address, entry).value == nullptr) {
    entries_.pop();
    return nullptr;
  }
  entry->address = address;
  entry->record = {};
  entry->known = entry->exists = entry->hides_slots = false;
  entry->slots.clear();
  return entry;
}

bool MemoryStore::add_code(const Bytes32& hash, ByteView code) {
  if (code.empty() || code_.find(hash) != nullptr)
    return true;
  auto* block = static_cast<uint8_t*>(try_allocate_zeroed(code.size() + kCodePadding));
  if (block == nullptr)
    return false;
  std::memcpy(block, code.data(), code.size());
  if (!code_blocks_.try_push(block)) {
    deallocate(block);
    return false;
  }
  return code_.try_insert(hash, ByteView{block, code.size()}).value != nullptr;
}

ReadStatus MemoryStore::read_account(const Address& address, AccountRecord& record, bool& exists) {
  const Entry* entry = find(address);
  if ((entry == nullptr || !entry->known) && base_ != nullptr)
    return base_->read_account(address, record, exists);
  exists = entry != nullptr && entry->exists;
  record = exists ? entry->record : AccountRecord{};
  return ReadStatus::Ok;
}

ReadStatus MemoryStore::read_slot(const Address& address, const U256& key, U256& value) {
  value = {};
  const Entry* entry = find(address);
  if (entry != nullptr) {
    if (const U256* found = entry->slots.find(key)) {
      value = *found;
      return ReadStatus::Ok;
    }
    if (entry->hides_slots)
      return ReadStatus::Ok;
  }
  return base_ != nullptr ? base_->read_slot(address, key, value) : ReadStatus::Ok;
}

ReadStatus MemoryStore::read_code(const Address& address, const Bytes32& hash, ByteView& code) {
  code = {};
  if (hash == kEmptyCodeHash)
    return ReadStatus::Ok;
  if (const ByteView* found = code_.find(hash)) {
    code = *found;
    return ReadStatus::Ok;
  }
  return base_ != nullptr ? base_->read_code(address, hash, code) : ReadStatus::Error;
}

ReadStatus MemoryStore::count_slots(const Address& address, uint64_t& count) {
  count = 0;
  const Entry* entry = find(address);
  const bool through = base_ != nullptr && (entry == nullptr || !entry->hides_slots);
  if (through) {
    const ReadStatus read = base_->count_slots(address, count);
    if (read != ReadStatus::Ok)
      return read;
  }
  if (entry == nullptr)
    return ReadStatus::Ok;
  for (const auto& [key, value] : entry->slots) {
    U256 below;
    if (through) {
      const ReadStatus read = base_->read_slot(address, key, below);
      if (read != ReadStatus::Ok)
        return read;
    }
    if (!below.is_zero())
      --count;
    if (!value.is_zero())
      ++count;
  }
  return ReadStatus::Ok;
}

/// Makes room for everything the changes name, in a way that no reader can see.
bool MemoryStore::prepare(const StateDiff& diff) {
  for (const AccountChange& change : diff.accounts) {
    Entry* entry = find_or_add(change.address);
    if (entry == nullptr)
      return false;
    if (change.deleted)
      continue;
    for (const auto& [key, value] : diff.slots_of(change)) {
      U256 present;
      if (entry->slots.find(key) != nullptr)
        continue;
      if (!entry->hides_slots && base_ != nullptr &&
          base_->read_slot(change.address, key, present) != ReadStatus::Ok)
        return false;
      if (entry->slots.try_insert(key, present).value == nullptr)
        return false;
    }
    if (change.code_changed && !add_code(change.record.code_hash, diff.code_of(change)))
      return false;
  }
  return true;
}

bool MemoryStore::apply(const StateDiff& diff) {
  if (!prepare(diff))
    return false;
  for (const AccountChange& change : diff.accounts) {
    Entry& entry = **by_address_.find(change.address);
    entry.known = true;
    entry.exists = !change.deleted;
    entry.record = change.record;
    if (change.deleted)
      entry.slots.clear();
    if (change.deleted || change.clears_storage)
      entry.hides_slots = true;
    if (change.clears_storage) {
      for (auto& slot : entry.slots)
        slot.value = {};
    }
    for (const auto& [key, value] : diff.slots_of(change))
      *entry.slots.find(key) = value;
  }
  return true;
}

bool MemoryStore::put_account(const Address& address, const AccountRecord& record, ByteView code) {
  const Bytes32 hash = code.empty() ? kEmptyCodeHash : keccak256(code);
  if (!add_code(hash, code))
    return false;
  Entry* entry = find_or_add(address);
  if (entry == nullptr)
    return false;
  entry->record = record;
  entry->record.code_hash = hash;
  entry->known = entry->exists = true;
  return true;
}

bool MemoryStore::put_slot(const Address& address, const U256& key, const U256& value) {
  Entry* entry = find_or_add(address);
  if (entry == nullptr)
    return false;
  if (!entry->known || !entry->exists) {
    AccountRecord record;
    bool exists = false;
    if (read_account(address, record, exists) != ReadStatus::Ok)
      return false;
    entry->record = record;
    entry->known = entry->exists = true;
  }
  U256* place = entry->slots.try_insert(key, value).value;
  if (place == nullptr)
    return false;
  *place = value;
  return true;
}

bool MemoryStore::diff(StateDiff& out) const {
  out.clear();
  const auto add = [&](const Entry& entry) {
    AccountChange change;
    change.address = entry.address;
    change.deleted = !entry.exists;
    change.clears_storage = entry.hides_slots;
    change.record = entry.record;
    change.first_slot = out.slots.size();
    if (entry.exists) {
      for (const auto& [key, value] : entry.slots) {
        if (!out.slots.try_push({key, value}))
          return false;
      }
      if (const ByteView* code = code_.find(entry.record.code_hash)) {
        change.code_changed = true;
        change.code_offset = out.code.size();
        change.code_size = code->size();
        if (!out.code.try_append(*code))
          return false;
      }
    }
    change.slot_count = out.slots.size() - change.first_slot;
    return out.accounts.try_push(change);
  };
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].known && !add(entries_[i])) {
      out.clear();
      return false;
    }
  }
  return true;
}

/// Passes the base's state on, with the layer's words in place of the base's.
class MemoryStore::Merge final : public StateVisitor {
 public:
  Merge(const MemoryStore& layer, StateVisitor& next) : layer_(layer), next_(next) {}

  bool begin_account(const Address& address, const AccountRecord& record) override {
    entry_ = layer_.find(address);
    if (entry_ != nullptr && !entry_->known)
      entry_ = nullptr;
    skips_ = entry_ != nullptr && !entry_->exists;
    return skips_ || next_.begin_account(address, entry_ != nullptr ? entry_->record : record);
  }
  bool slot(const U256& key, const U256& value) override {
    const bool hidden =
        entry_ != nullptr && (entry_->hides_slots || entry_->slots.find(key) != nullptr);
    return skips_ || hidden || next_.slot(key, value);
  }
  bool end_account() override {
    if (skips_)
      return true;
    return (entry_ == nullptr || emit_slots(*entry_, next_)) && next_.end_account();
  }

  static bool emit_slots(const Entry& entry, StateVisitor& visitor) {
    for (const auto& [key, value] : entry.slots) {
      if (!value.is_zero() && !visitor.slot(key, value))
        return false;
    }
    return true;
  }

 private:
  const MemoryStore& layer_;
  StateVisitor& next_;
  const Entry* entry_ = nullptr;
  bool skips_ = false;
};

ReadStatus MemoryStore::visit(StateVisitor& visitor) {
  if (base_ != nullptr) {
    Merge merge{*this, visitor};
    const ReadStatus walked = base_->visit(merge);
    if (walked != ReadStatus::Ok)
      return walked;
  }
  for (size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (!entry.known || !entry.exists)
      continue;
    if (base_ != nullptr) {
      AccountRecord record;
      bool below = false;
      const ReadStatus read = base_->read_account(entry.address, record, below);
      if (read != ReadStatus::Ok)
        return read;
      if (below)
        continue;
    }
    if (!visitor.begin_account(entry.address, entry.record) || !Merge::emit_slots(entry, visitor) ||
        !visitor.end_account())
      return ReadStatus::Error;
  }
  return ReadStatus::Ok;
}

} // namespace zvm::runtime
