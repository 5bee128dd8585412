// Journal: the state as one transaction sees and changes it, over a StateStore.
//
// Every change leaves an undo entry; a checkpoint is a number of entries, so nesting costs nothing.
// Functions that return Status give Success, HostError (memory ran out, the store failed: the transaction
// is to be given up) or Suspended (a read is pending: nothing has changed). Memory is kept from one
// transaction to the next. No function here charges gas.
#pragma once

#include <cstdint>
#include <span>

#include "base/status.hpp"
#include "gas/schedule.hpp"
#include "runtime/hash/deferred.hpp"
#include "runtime/state/account.hpp"
#include "runtime/state/kv.hpp"
#include "runtime/state/pool.hpp"
#include "runtime/state/recorder.hpp"
#include "runtime/state/store.hpp"

namespace zvm::runtime {

struct LogView {
  Address address;
  std::span<const U256> topics;
  ByteView data;
};

class Journal {
 public:
  using Checkpoint = uint64_t;

  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// Forgets the last transaction and begins one. `warm`, in ascending order, are warm from the start (the
  /// precompiles); they, the store and the recorder must outlive the transaction.
  void begin(StateStore& store, const gas::Schedule& rules, std::span<const Address> warm = {},
             StateRecorder* recorder = nullptr);
  /// Forgets everything; views and accounts handed out are gone.
  void clear();

  [[nodiscard]] Checkpoint checkpoint() const { return undo_.size(); }
  void revert_to(Checkpoint);

  // Accounts.

  /// The account's place, without reading it: only address and warmth may be looked at.
  [[nodiscard]] Status locate(const Address&, Account*&);
  /// Reads the account if that has not been done.
  [[nodiscard]] Status load(Account& account) {
    if (recorder_ == nullptr && account.loaded)
      return Status::Success;
    return load_slow(account);
  }
  [[nodiscard]] Status load(const Address& address, Account*& account) {
    const Status status = locate(address, account);
    return status == Status::Success ? load(*account) : status;
  }
  /// Reads the code too, into account.code.
  [[nodiscard]] Status load_code(Account& account) {
    if (recorder_ == nullptr && account.code_loaded)
      return Status::Success;
    return load_code_slow(account);
  }
  /// Warms the account (EIP-2929); look at is_warm before.
  [[nodiscard]] Status warm(Account&);

  /// EIP-161, of a loaded account.
  [[nodiscard]] static bool is_empty(const Account& a) { return a.now.is_empty(); }
  /// Whether sending to it makes a new account: absent, or from EIP-161 on, absent or empty.
  [[nodiscard]] bool is_dead(const Account& a) const {
    return state_clearing_ ? a.now.is_empty() : !a.has(Account::kExists);
  }

  // The following take loaded accounts.

  /// Makes it exist, and (EIP-161) go again at the end of the transaction if it is empty then.
  [[nodiscard]] Status touch(Account&);
  [[nodiscard]] Status set_balance(Account&, const U256& wei);
  /// Modulo 2^256; both touch.
  [[nodiscard]] Status add_balance(Account&, const U256& wei);
  /// The caller has checked that there is enough.
  [[nodiscard]] Status sub_balance(Account&, const U256& wei);
  /// Touches both. The caller has checked that there is enough; `from` may be `to`. Leaves a log (EIP-7708) where
  /// something changes hands.
  [[nodiscard]] Status transfer(Account& from, Account& to, const U256& wei);
  [[nodiscard]] Status set_nonce(Account&, uint64_t nonce);
  /// Copies and hashes the code.
  [[nodiscard]] Status set_code(Account&, ByteView code);

  /// EIP-684 and EIP-7610: nonce, code or storage stand in the way of a contract created here.
  [[nodiscard]] Status has_collision(Account&, bool& collides);
  /// Makes it a new contract's account: nonce 1 (0 before EIP-161), no code, no slots; keeps the balance.
  [[nodiscard]] Status create(Account&);
  /// The account goes at the end of the transaction; from EIP-8246 on all of it but its balance. Balances are the caller's.
  [[nodiscard]] Status destruct(Account&);
  /// Remembers that a delegation has been paid for; what is undone with it is paid for again.
  [[nodiscard]] Status mark_delegation_paid(Account& account) {
    return set_flags(account, account.flags | Account::kDelegationPaid);
  }
  /// EIP-7702: the address that a loaded account's code designates. Needs load_code.
  [[nodiscard]] static bool delegation(ByteView code, Address& target);

  // Slots of loaded accounts. A Slot's place is good until the next call for a slot of that account.

  /// The slot's place, without reading it: only warmth may be looked at.
  [[nodiscard]] Status locate_slot(Account& account, const U256& key, Slot*& slot) {
    slot = account.slots.find(key);
    return slot != nullptr ? Status::Success : add_slot(account, key, slot);
  }
  /// Reads a located slot if that has not been done; `key` is its key.
  [[nodiscard]] Status read_slot(Account& account, const U256& key, Slot& slot) {
    if (slot.loaded && recorder_ == nullptr)
      return Status::Success;
    return read_slot_slow(account, key, slot);
  }
  [[nodiscard]] Status load_slot(Account& account, const U256& key, Slot*& slot) {
    const Status status = locate_slot(account, key, slot);
    return status == Status::Success ? read_slot(account, key, *slot) : status;
  }
  [[nodiscard]] Status warm_slot(Account&, Slot&);
  /// Value before the transaction, of a loaded slot.
  [[nodiscard]] static U256 original(const Account& a, const Slot& slot) {
    return a.has(Account::kClearsStorage) ? U256{} : slot.original;
  }
  /// The slot is loaded.
  [[nodiscard]] Status set_storage(Account&, Slot&, const U256& value);
  [[nodiscard]] Status get_transient(Account&, const U256& key, U256& value) const;
  [[nodiscard]] Status set_transient(Account&, const U256& key, const U256& value);

  // The byte column of loaded accounts. Who calls has checked lengths (kMaxKvKey, kMaxKvValue) and prices by
  // what the entry says: warm, original, current.

  /// The key's place, without reading it: only warmth may be looked at.
  [[nodiscard]] Status locate_kv(Account&, ByteView key, KvEntry*&);
  /// Reads a located key if that has not been done.
  [[nodiscard]] Status read_kv(KvEntry&);
  [[nodiscard]] Status load_kv(Account& account, ByteView key, KvEntry*& entry) {
    const Status status = locate_kv(account, key, entry);
    return status == Status::Success ? read_kv(*entry) : status;
  }
  [[nodiscard]] Status warm_kv(KvEntry&);
  /// Value before the transaction, of a loaded key.
  [[nodiscard]] static KvValue original(const KvEntry& entry) {
    return entry.account->has(Account::kClearsStorage) ? KvValue{} : entry.original;
  }
  // The key is loaded; values are copied, and held until the journal reverts or is cleared.
  [[nodiscard]] Status set_kv(KvEntry&, ByteView value);
  /// Nothing happens where there is no value.
  [[nodiscard]] Status remove_kv(KvEntry&);

  // Logs and refunds.

  [[nodiscard]] Status add_log(const Address&, std::span<const U256> topics, ByteView data);
  [[nodiscard]] size_t log_count() const { return logs_.size(); }
  /// The view is good until the next log or revert.
  [[nodiscard]] LogView log(size_t index) const;
  /// The refund counter in gas; it may pass through negative values.
  [[nodiscard]] int64_t refund() const { return refund_; }
  [[nodiscard]] Status add_refund(int64_t gas);

  // Deferred hashes.

  /// Adds a request; `handle` is its name in the transaction of that hash.
  [[nodiscard]] Status defer_hash(DeferredAlgorithm, ByteView data, const Bytes32& transaction,
                                  Bytes32& handle);
  [[nodiscard]] DeferredHashes& deferred() { return deferred_; }
  [[nodiscard]] const DeferredHashes& deferred() const { return deferred_; }

  // End of the transaction.

  /// What has changed, with destructed and (EIP-161) empty touched accounts gone.
  [[nodiscard]] Status finish(StateDiff&) const;

  /// The accounts the transaction came by, in that order.
  [[nodiscard]] size_t account_count() const { return accounts_.size(); }
  [[nodiscard]] const Account& account(size_t index) const { return accounts_[index]; }
  [[nodiscard]] StateStore* store() const { return store_; }

 private:
  enum class UndoKind : uint8_t {
    Flags,
    Balance,
    Nonce,
    Code,
    Slot,
    SlotWarm,
    Transient,
    Kv,
    KvWarm,
    Log,
    Refund,
    DeferredHash
  };
  struct Undo {
    UndoKind kind;
    uint8_t flags;  ///< Flags: what they were
    uint32_t index; ///< of the slot in its account, of the key in kv_
    Account* account;
    U256 word; ///< what the value was
  };
  struct CodeUndo {
    Bytes32 hash;
    ByteView code;
    bool loaded;
  };
  struct Log {
    Address address;
    uint32_t topic_count;
    U256 topics[4];
    uint64_t data_offset;
    uint64_t data_size;
  };

  [[nodiscard]] Status fetch(Account&);
  void record_read(const Account&);
  [[nodiscard]] Status load_slow(Account&);
  [[nodiscard]] Status load_code_slow(Account&);
  [[nodiscard]] Status add_slot(Account&, const U256& key, Slot*&);
  [[nodiscard]] Status read_slot_slow(Account&, const U256& key, Slot&);
  [[nodiscard]] Status write_kv(KvEntry&, const KvValue&);
  [[nodiscard]] Status clear_kv(const Account&);
  void forget_unread_kv(const Account&);
  [[nodiscard]] bool diff_kv(const Account&, StateDiff&) const;
  [[nodiscard]] Status set_flags(Account&, uint8_t flags);
  [[nodiscard]] Status log_transfer(const Address& from, const Address& to, const U256& wei);
  [[nodiscard]] Status push(UndoKind, Account*, uint32_t index, const U256& word);
  void undo(const Undo&);
  [[nodiscard]] uint8_t* new_code(size_t size);
  void free_code();
  [[nodiscard]] Status diff_account(const Account&, StateDiff&) const;
  [[nodiscard]] static Status keep_balance(const Account&, StateDiff&);

  StateStore* store_ = nullptr;
  StateRecorder* recorder_ = nullptr;
  std::span<const Address> always_warm_;
  bool state_clearing_ = false;
  bool transfer_logs_ = false;
  bool selfdestruct_keeps_ = false;
  int64_t refund_ = 0;
  Vec<Undo> undo_;
  Vec<CodeUndo> code_undo_;
  Pool<Account> accounts_;
  FlatMap<Address, Account*, HashAddress> by_address_;
  Vec<Log> logs_;
  Buffer log_data_;
  DeferredHashes deferred_;
  Vec<uint8_t*> code_blocks_; ///< owned
  KvColumn kv_;
};

} // namespace zvm::runtime
