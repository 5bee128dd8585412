#include "runtime/state/memory_store.hpp"

#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

/// No bytes have no copy.
bool copy_bytes(ByteView bytes, uint8_t*& copy) {
  copy = nullptr;
  if (bytes.empty())
    return true;
  copy = static_cast<uint8_t*>(try_allocate(bytes.size()));
  if (copy == nullptr)
    return false;
  std::memcpy(copy, bytes.data(), bytes.size());
  return true;
}

} // namespace

MemoryStore::~MemoryStore() { clear(); }

void MemoryStore::free_code() {
  for (uint8_t* block : code_blocks_)
    deallocate(block);
  code_blocks_.clear();
}

void MemoryStore::clear() {
  for (size_t i = 0; i < kv_.size(); ++i)
    free_kv(kv_[i]);
  kv_.clear();
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
  entry->kv = nullptr;
  return entry;
}

const MemoryStore::KvCell* MemoryStore::find_kv(const Entry& entry, ByteView key) {
  return entry.kv != nullptr ? entry.kv->find({key}) : nullptr;
}

MemoryStore::KvCell* MemoryStore::find_or_add_kv(Entry& entry, ByteView key) {
  if (entry.kv == nullptr)
    entry.kv = kv_.try_add();
  if (entry.kv == nullptr)
    return nullptr;
  if (KvCell* found = entry.kv->find({key}))
    return found;
  uint8_t* copy = nullptr;
  if (!copy_bytes(key, copy))
    return nullptr;
  KvCell* cell = entry.kv->try_insert({{copy, key.size()}}, KvCell{}).value;
  if (cell == nullptr)
    deallocate(copy);
  return cell;
}

void MemoryStore::replace(KvCell& cell, KvState state, ByteView owned) {
  deallocate(cell.bytes);
  cell = {state, const_cast<uint8_t*>(owned.data()), owned.size()};
}

bool MemoryStore::add_kv(const Entry& entry, StateDiff& diff) {
  if (entry.kv == nullptr)
    return true;
  for (const auto& [key, cell] : *entry.kv) {
    if (cell.state != KvState::Through &&
        !diff.try_add_kv(key.bytes, cell.state == KvState::Present, cell.view()))
      return false;
  }
  return true;
}

void MemoryStore::free_kv(KvCells& cells) {
  while (!cells.empty()) {
    const KvCells::Entry last = cells.end()[-1];
    cells.truncate(cells.size() - 1); // looks at the key once more
    deallocate(const_cast<uint8_t*>(last.key.bytes.data()));
    deallocate(last.value.bytes);
  }
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

ReadStatus MemoryStore::read_kv(const Address& address, ByteView key, Buffer& value, bool& exists) {
  value.clear();
  exists = false;
  if (!is_readable(key))
    return ReadStatus::Error;
  if (const Entry* entry = find(address)) {
    const KvCell* cell = find_kv(*entry, key);
    if (cell != nullptr && cell->state != KvState::Through) {
      exists = cell->state == KvState::Present;
      return !exists || value.try_append(cell->view()) ? ReadStatus::Ok : ReadStatus::Error;
    }
    if (entry->hides_slots)
      return ReadStatus::Ok;
  }
  return base_ != nullptr ? base_->read_kv(address, key, value, exists) : ReadStatus::Ok;
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

/// Makes room for what a change names. Values of the byte column are in staged_ then; places of
/// slots hold zeros that nobody may see: the base is not asked for what it has there, since it may
/// answer late.
bool MemoryStore::prepare(Entry& entry, const AccountChange& change, const StateDiff& diff) {
  entry.settled_slots = entry.slots.size();
  if (change.deleted)
    return true;
  for (const SlotChange& slot : diff.slots_of(change)) {
    if (entry.slots.try_insert(slot.key, U256{}).value == nullptr)
      return false;
  }
  for (const KvChange& kv : diff.kv_of(change)) {
    uint8_t* copy = nullptr;
    if (find_or_add_kv(entry, diff.key_of(kv)) == nullptr ||
        !staged_.try_reserve(staged_.size() + 1) || !copy_bytes(diff.value_of(kv), copy) ||
        !staged_.try_push(copy))
      return false;
  }
  return !change.code_changed || add_code(change.record.code_hash, diff.code_of(change));
}

/// The same for all changes, or for none.
bool MemoryStore::prepare(const StateDiff& diff) {
  staged_.clear();
  if (!diff.is_consistent())
    return false;
  for (size_t i = 0; i < diff.accounts.size(); ++i) {
    Entry* entry = find_or_add(diff.accounts[i].address);
    if (entry != nullptr && prepare(*entry, diff.accounts[i], diff))
      continue;
    for (size_t begun = entry != nullptr ? i + 1 : i; begun-- > 0;) {
      Entry& other = **by_address_.find(diff.accounts[begun].address);
      other.slots.truncate(other.settled_slots);
    }
    for (uint8_t* value : staged_)
      deallocate(value);
    return false;
  }
  return true;
}

bool MemoryStore::apply(const StateDiff& diff) {
  if (!prepare(diff))
    return false;
  const uint8_t* const* next_value = staged_.begin();
  for (const AccountChange& change : diff.accounts) {
    Entry& entry = **by_address_.find(change.address);
    entry.known = true;
    entry.exists = !change.deleted;
    entry.record = change.record;
    if (change.deleted || change.clears_storage)
      entry.hides_slots = true;
    if (change.deleted) {
      entry.slots.clear();
      if (entry.kv != nullptr)
        free_kv(*entry.kv);
      continue;
    }
    if (change.clears_storage) {
      for (auto& slot : entry.slots)
        slot.value = {};
      if (entry.kv != nullptr) {
        for (auto& [key, cell] : *entry.kv)
          replace(cell, KvState::Absent, {});
      }
    }
    for (const auto& [key, value] : diff.slots_of(change))
      *entry.slots.find(key) = value;
    for (const KvChange& kv : diff.kv_of(change)) {
      const ByteView value{*next_value++, kv.value_size};
      replace(*entry.kv->find({diff.key_of(kv)}), kv.removed ? KvState::Absent : KvState::Present,
              value);
    }
  }
  return true;
}

StoreError MemoryStore::last_error() const {
  return base_ != nullptr ? base_->last_error() : StoreError{};
}

bool MemoryStore::put_account(const Address& address, const AccountRecord& record, ByteView code) {
  if (!is_readable(code))
    return false;
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

/// Makes the account exist in this layer.
bool MemoryStore::make_known(Entry& entry) {
  if (entry.known && entry.exists)
    return true;
  AccountRecord record;
  bool exists = false;
  if (read_account(entry.address, record, exists) != ReadStatus::Ok)
    return false;
  entry.record = record;
  entry.known = entry.exists = true;
  return true;
}

bool MemoryStore::put_slot(const Address& address, const U256& key, const U256& value) {
  Entry* entry = find_or_add(address);
  if (entry == nullptr)
    return false;
  if (!make_known(*entry))
    return false;
  U256* place = entry->slots.try_insert(key, value).value;
  if (place == nullptr)
    return false;
  *place = value;
  return true;
}

bool MemoryStore::put_kv(const Address& address, ByteView key, ByteView value) {
  if (!is_readable(key) || !is_readable(value))
    return false;
  Entry* entry = find_or_add(address);
  uint8_t* copy = nullptr;
  if (entry == nullptr || !copy_bytes(value, copy))
    return false;
  KvCell* cell = make_known(*entry) ? find_or_add_kv(*entry, key) : nullptr;
  if (cell == nullptr) {
    deallocate(copy);
    return false;
  }
  replace(*cell, KvState::Present, {copy, value.size()});
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
    change.first_kv = out.kv.size();
    if (entry.exists && !add_kv(entry, out))
      return false;
    change.kv_count = out.kv.size() - change.first_kv;
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
  bool kv(ByteView key, ByteView value) override {
    bool hidden = entry_ != nullptr && entry_->hides_slots;
    if (entry_ != nullptr && !hidden) {
      const KvCell* cell = find_kv(*entry_, key);
      hidden = cell != nullptr && cell->state != KvState::Through;
    }
    return skips_ || hidden || next_.kv(key, value);
  }
  bool end_account() override {
    if (skips_)
      return true;
    return (entry_ == nullptr || emit_storage(*entry_, next_)) && next_.end_account();
  }

  static bool emit_storage(const Entry& entry, StateVisitor& visitor) {
    for (const auto& [key, value] : entry.slots) {
      if (!value.is_zero() && !visitor.slot(key, value))
        return false;
    }
    if (entry.kv == nullptr)
      return true;
    for (const auto& [key, cell] : *entry.kv) {
      if (cell.state == KvState::Present && !visitor.kv(key.bytes, cell.view()))
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
    if (!visitor.begin_account(entry.address, entry.record) ||
        !Merge::emit_storage(entry, visitor) || !visitor.end_account())
      return ReadStatus::Error;
  }
  return ReadStatus::Ok;
}

} // namespace zvm::runtime
