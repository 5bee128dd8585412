#include "runtime/state/journal.hpp"

#include <algorithm>

#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

/// Slot maps larger than this are given back when an account's place is used again.
constexpr size_t kKeptSlots = 4096;

/// Entries of the journal's own lists beyond which their memory is given back.
constexpr size_t kKeptUndo = size_t{1} << 16;
constexpr size_t kKeptLogData = size_t{1} << 20;

/// RIPEMD-160. A call to it ran out of gas in mainnet block 2675119 and yet it was cleared as
/// touched and empty; EIP-161 is therefore understood with the exception that its touches do not
/// revert.
constexpr Address kStickyTouch{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3}};

/// Keccak-256 of "Transfer(address,address,uint256)".
constexpr U256 kTransferTopic{0x28f55a4df523b3ef, 0x952ba7f163c4a116, 0x69c2b068fc378daa,
                              0xddf252ad1be2c89b};

constexpr uint8_t kDelegationPrefix[] = {0xef, 0x01, 0x00};

/// a <= b, without a call of memcmp: it is asked of each account that a message comes to.
bool is_at_most(const Address& a, const Address& b) {
  const AddressPieces x = pieces_of(a), y = pieces_of(b);
  if (x.high != y.high)
    return to_big_endian(x.high) < to_big_endian(y.high);
  if (x.middle != y.middle)
    return to_big_endian(x.middle) < to_big_endian(y.middle);
  return to_big_endian(x.low) <= to_big_endian(y.low);
}

void reset(Account& account, const Address& address) {
  account.address = address;
  account.flags = 0;
  account.loaded = false;
  account.code_loaded = false;
  account.stored_exists = false;
  account.code = {};
  const auto empty = [](auto& slots) {
    if (slots.size() > kKeptSlots)
      slots = {};
    else
      slots.clear();
  };
  empty(account.slots);
  empty(account.transient);
}

} // namespace

Journal::~Journal() { free_code(); }

void Journal::begin(StateStore& store, const gas::Schedule& rules, std::span<const Address> warm,
                    StateRecorder* recorder) {
  clear();
  store_ = &store;
  recorder_ = recorder;
  always_warm_ = warm;
  state_clearing_ = rules.has(gas::Rule::StateClearing);
  transfer_logs_ = rules.has(gas::Rule::TransferLogs);
  selfdestruct_keeps_ = rules.has(gas::Rule::SelfdestructKeeps);
}

void Journal::clear() {
  if (undo_.capacity() > kKeptUndo)
    undo_ = {};
  if (log_data_.capacity() > kKeptLogData)
    log_data_ = {};
  refund_ = 0;
  undo_.clear();
  code_undo_.clear();
  accounts_.clear();
  by_address_.clear();
  logs_.clear();
  log_data_.clear();
  deferred_.clear();
  kv_.clear();
  free_code();
}

void Journal::free_code() {
  for (uint8_t* block : code_blocks_)
    deallocate(block);
  code_blocks_.clear();
}

Status Journal::push(UndoKind kind, Account* account, uint32_t index, const U256& word) {
  const uint8_t flags = account != nullptr ? account->flags : 0;
  return undo_.try_push({kind, flags, index, account, word}) ? Status::Success : out_of_memory();
}

void Journal::revert_to(Checkpoint checkpoint) {
  while (undo_.size() > checkpoint) {
    undo(undo_.back());
    undo_.pop();
  }
}

void Journal::undo(const Undo& entry) {
  Account* const a = entry.account;
  switch (entry.kind) {
  case UndoKind::Flags: {
    uint8_t flags = entry.flags;
    if (a->address == kStickyTouch)
      flags |= a->flags & Account::kTouched;
    if (a->has(Account::kClearsStorage) && (flags & Account::kClearsStorage) == 0) {
      // Slots first seen while the storage counted as cleared have to be read after all.
      for (auto& [key, slot] : a->slots) {
        if (!slot.stored && a->stored_exists)
          slot.loaded = false;
      }
      if (a->stored_exists)
        forget_unread_kv(*a);
    }
    a->flags = flags;
    break;
  }
  case UndoKind::Balance:
    a->now.balance = entry.word;
    break;
  case UndoKind::Nonce:
    a->now.nonce = entry.word.low64();
    break;
  case UndoKind::Code: {
    const CodeUndo& old = code_undo_.back();
    a->now.code_hash = old.hash;
    a->code = old.code;
    a->code_loaded = old.loaded;
    code_undo_.pop();
    break;
  }
  case UndoKind::Slot:
    a->slots.begin()[entry.index].value.current = entry.word;
    break;
  case UndoKind::SlotWarm:
    a->slots.begin()[entry.index].value.warm = false;
    break;
  case UndoKind::Transient:
    a->transient.begin()[entry.index].value = entry.word;
    break;
  case UndoKind::Kv:
    kv_.undo_write();
    break;
  case UndoKind::KvWarm:
    kv_[entry.index].warm = false;
    break;
  case UndoKind::Log:
    log_data_.truncate(logs_.back().data_offset);
    logs_.pop();
    break;
  case UndoKind::Refund:
    refund_ = static_cast<int64_t>(entry.word.low64());
    break;
  case UndoKind::DeferredHash:
    deferred_.pop();
    break;
  }
}

// Accounts.

Status Journal::locate(const Address& address, Account*& account) {
  if (Account** found = by_address_.find(address)) {
    account = *found;
    return Status::Success;
  }
  account = accounts_.try_add();
  if (account == nullptr)
    return out_of_memory();
  if (by_address_.try_insert(address, account).value == nullptr) {
    accounts_.pop();
    return out_of_memory();
  }
  reset(*account, address);
  if (!always_warm_.empty() &&
      is_at_most(address, always_warm_.back()) && // few addresses are that small
      std::ranges::binary_search(always_warm_, address))
    account->flags = Account::kWarm;
  return Status::Success;
}

Status Journal::fetch(Account& account) {
  if (account.loaded)
    return Status::Success;
  bool exists = false;
  const ReadStatus read = store_->read_account(account.address, account.stored, exists);
  if (read != ReadStatus::Ok)
    return read_failed(*store_, read, HostCause::ReadAccount, account.address);
  if (!exists)
    account.stored = {};
  account.now = account.stored;
  account.stored_exists = exists;
  if (exists)
    account.flags |= Account::kExists;
  account.loaded = true;
  account.code = {};
  account.code_loaded = account.now.code_hash == kEmptyCodeHash;
  return Status::Success;
}

void Journal::record_read(const Account& account) {
  if (recorder_ != nullptr)
    recorder_->on_account_read(account.address);
}

Status Journal::load_slow(Account& account) {
  const Status status = fetch(account);
  if (status == Status::Success)
    record_read(account);
  return status;
}

/// Recorded when both reads are there: a pending one is asked for again.
Status Journal::load_code_slow(Account& account) {
  ZVM_RETURN_UNLESS_SUCCESS(fetch(account));
  if (!account.code_loaded) {
    const ReadStatus read = store_->read_code(account.address, account.now.code_hash, account.code);
    if (read != ReadStatus::Ok || !is_readable(account.code))
      return read_failed(*store_, read, HostCause::ReadCode, account.address);
    account.code_loaded = true;
  }
  record_read(account);
  return Status::Success;
}

Status Journal::set_flags(Account& account, uint8_t flags) {
  if (account.flags == flags)
    return Status::Success;
  ZVM_RETURN_UNLESS_SUCCESS(push(UndoKind::Flags, &account, 0, {}));
  account.flags = flags;
  return Status::Success;
}

Status Journal::warm(Account& account) {
  return set_flags(account, account.flags | Account::kWarm);
}

Status Journal::touch(Account& account) {
  ZVM_ASSERT(account.loaded);
  return set_flags(account, account.flags | Account::kExists | Account::kTouched);
}

Status Journal::set_balance(Account& account, const U256& wei) {
  ZVM_RETURN_UNLESS_SUCCESS(touch(account));
  ZVM_RETURN_UNLESS_SUCCESS(push(UndoKind::Balance, &account, 0, account.now.balance));
  account.now.balance = wei;
  if (recorder_ != nullptr)
    recorder_->on_account_write(account.address);
  return Status::Success;
}

Status Journal::add_balance(Account& account, const U256& wei) {
  return wei.is_zero() ? touch(account) : set_balance(account, account.now.balance + wei);
}

Status Journal::sub_balance(Account& account, const U256& wei) {
  ZVM_ASSERT(account.now.balance >= wei);
  return wei.is_zero() ? touch(account) : set_balance(account, account.now.balance - wei);
}

Status Journal::log_transfer(const Address& from, const Address& to, const U256& wei) {
  const U256 topics[] = {kTransferTopic, to_word(from), to_word(to)};
  uint8_t amount[32];
  wei.store_be(amount);
  return add_log(kSystemAddress, topics, amount);
}

Status Journal::transfer(Account& from, Account& to, const U256& wei) {
  const Checkpoint before = checkpoint();
  Status status = sub_balance(from, wei);
  if (status == Status::Success)
    status = add_balance(to, wei);
  if (status == Status::Success && transfer_logs_ && &from != &to && !wei.is_zero())
    status = log_transfer(from.address, to.address, wei);
  if (status != Status::Success)
    revert_to(before);
  return status;
}

Status Journal::set_nonce(Account& account, uint64_t nonce) {
  ZVM_RETURN_UNLESS_SUCCESS(touch(account));
  ZVM_RETURN_UNLESS_SUCCESS(push(UndoKind::Nonce, &account, 0, account.now.nonce));
  account.now.nonce = nonce;
  if (recorder_ != nullptr)
    recorder_->on_account_write(account.address);
  return Status::Success;
}

uint8_t* Journal::new_code(size_t size) {
  if (!code_blocks_.try_reserve(code_blocks_.size() + 1))
    return nullptr;
  auto* block = static_cast<uint8_t*>(try_allocate_zeroed(size + kCodePadding));
  if (block == nullptr || !code_blocks_.try_push(block))
    return nullptr;
  return block;
}

Status Journal::set_code(Account& account, ByteView code) {
  ZVM_RETURN_UNLESS_SUCCESS(touch(account));
  ByteView copy;
  if (!code.empty()) {
    uint8_t* block = new_code(code.size());
    if (block == nullptr)
      return out_of_memory();
    std::memcpy(block, code.data(), code.size());
    copy = {block, code.size()};
  }
  if (!code_undo_.try_push({account.now.code_hash, account.code, account.code_loaded}))
    return out_of_memory();
  if (const Status s = push(UndoKind::Code, &account, 0, {}); s != Status::Success) {
    code_undo_.pop();
    return s;
  }
  account.now.code_hash = code.empty() ? kEmptyCodeHash : keccak256(code);
  account.code = copy;
  account.code_loaded = true;
  if (recorder_ != nullptr)
    recorder_->on_account_write(account.address);
  return Status::Success;
}

Status Journal::has_collision(Account& account, bool& collides) {
  ZVM_ASSERT(account.loaded);
  collides = account.now.nonce != 0 || account.has_code();
  if (collides || !account.has(Account::kExists))
    return Status::Success;
  uint64_t slots = 0;
  const bool cleared = account.has(Account::kClearsStorage);
  if (account.stored_exists && !cleared) {
    const ReadStatus read = store_->count_slots(account.address, slots);
    if (read != ReadStatus::Ok)
      return read_failed(*store_, read, HostCause::CountSlots, account.address);
  }
  for (const auto& [key, slot] : account.slots) {
    if (!slot.loaded)
      continue;
    if (slot.stored && !cleared && !slot.original.is_zero())
      --slots;
    if (!slot.current.is_zero())
      ++slots;
  }
  collides = slots != 0;
  return Status::Success;
}

Status Journal::create(Account& account) {
  ZVM_ASSERT(account.loaded);
  const Checkpoint before = checkpoint();
  const auto fail = [&] {
    revert_to(before);
    return Status::HostError; // whose cause is known
  };
  constexpr uint8_t kSet =
      Account::kExists | Account::kTouched | Account::kCreated | Account::kClearsStorage;
  if (set_flags(account, account.flags | kSet) != Status::Success)
    return fail();
  for (auto& entry : account.slots) {
    Slot& slot = entry.value;
    if (slot.loaded && !slot.current.is_zero() &&
        set_storage(account, slot, U256{}) != Status::Success)
      return fail();
  }
  if (clear_kv(account) != Status::Success)
    return fail();
  if (set_nonce(account, state_clearing_ ? 1 : 0) != Status::Success)
    return fail();
  if (account.has_code() && set_code(account, {}) != Status::Success)
    return fail();
  return Status::Success;
}

Status Journal::destruct(Account& account) {
  if (recorder_ != nullptr)
    recorder_->on_account_write(account.address);
  return set_flags(account, account.flags | Account::kDestructed);
}

bool Journal::delegation(ByteView code, Address& target) {
  if (code.size() != sizeof kDelegationPrefix + 20 ||
      std::memcmp(code.data(), kDelegationPrefix, sizeof kDelegationPrefix) != 0)
    return false;
  std::memcpy(target.bytes.data(), code.data() + sizeof kDelegationPrefix, 20);
  return true;
}

// Slots.

Status Journal::add_slot(Account& account, const U256& key, Slot*& slot) {
  slot = account.slots.try_insert(key, Slot{}).value;
  return slot != nullptr ? Status::Success : out_of_memory();
}

Status Journal::read_slot_slow(Account& account, const U256& key, Slot& slot) {
  if (!slot.loaded) {
    U256 value;
    const bool in_store = account.stored_exists && !account.has(Account::kClearsStorage);
    if (in_store) {
      const ReadStatus read = store_->read_slot(account.address, key, value);
      if (read != ReadStatus::Ok)
        return read_failed(*store_, read, HostCause::ReadSlot, account.address);
    }
    slot.original = slot.current = value;
    slot.stored = in_store;
    slot.loaded = true;
  }
  if (recorder_ != nullptr)
    recorder_->on_slot_read(account.address, key, slot.current);
  return Status::Success;
}

namespace {

uint32_t index_of(const Account& account, const Slot& slot) {
  const auto* first = reinterpret_cast<const uint8_t*>(&account.slots.begin()->value);
  return static_cast<uint32_t>((reinterpret_cast<const uint8_t*>(&slot) - first) /
                               sizeof(*account.slots.begin()));
}

} // namespace

Status Journal::warm_slot(Account& account, Slot& slot) {
  if (slot.warm)
    return Status::Success;
  ZVM_RETURN_UNLESS_SUCCESS(push(UndoKind::SlotWarm, &account, index_of(account, slot), {}));
  slot.warm = true;
  return Status::Success;
}

Status Journal::set_storage(Account& account, Slot& slot, const U256& value) {
  ZVM_ASSERT(slot.loaded);
  const uint32_t index = index_of(account, slot);
  ZVM_RETURN_UNLESS_SUCCESS(push(UndoKind::Slot, &account, index, slot.current));
  slot.current = value;
  if (recorder_ != nullptr)
    recorder_->on_slot_write(account.address, account.slots.begin()[index].key, value);
  return Status::Success;
}

Status Journal::get_transient(Account& account, const U256& key, U256& value) const {
  const U256* found = account.transient.find(key);
  value = found != nullptr ? *found : U256{};
  return Status::Success;
}

Status Journal::set_transient(Account& account, const U256& key, const U256& value) {
  U256* place = account.transient.try_insert(key, U256{}).value;
  if (place == nullptr)
    return out_of_memory();
  const auto offset = reinterpret_cast<const uint8_t*>(place) -
                      reinterpret_cast<const uint8_t*>(&account.transient.begin()->value);
  const auto index =
      static_cast<uint32_t>(static_cast<size_t>(offset) / sizeof(*account.transient.begin()));
  ZVM_RETURN_UNLESS_SUCCESS(push(UndoKind::Transient, &account, index, *place));
  *place = value;
  return Status::Success;
}

// Logs and refunds.

Status Journal::add_log(const Address& address, std::span<const U256> topics, ByteView data) {
  Log log{address, static_cast<uint32_t>(topics.size()), {}, log_data_.size(), data.size()};
  std::ranges::copy(topics, log.topics);
  if (!undo_.try_reserve(undo_.size() + 1) || !logs_.try_push(log))
    return out_of_memory();
  if (!log_data_.try_append(data)) {
    logs_.pop();
    return out_of_memory();
  }
  return push(UndoKind::Log, nullptr, 0, {});
}

LogView Journal::log(size_t index) const {
  const Log& log = logs_[index];
  return {log.address,
          {log.topics, log.topic_count},
          log_data_.view().subspan(log.data_offset, log.data_size)};
}

Status Journal::add_refund(int64_t gas) {
  ZVM_RETURN_UNLESS_SUCCESS(push(UndoKind::Refund, nullptr, 0, static_cast<uint64_t>(refund_)));
  refund_ += gas;
  return Status::Success;
}

Status Journal::defer_hash(DeferredAlgorithm algorithm, ByteView data, const Bytes32& transaction,
                           Bytes32& handle) {
  const auto index = static_cast<uint32_t>(deferred_.size());
  if (!undo_.try_reserve(undo_.size() + 1) || !deferred_.handle(transaction, index, handle) ||
      !deferred_.request(algorithm, data))
    return out_of_memory();
  return push(UndoKind::DeferredHash, nullptr, 0, {});
}

} // namespace zvm::runtime
