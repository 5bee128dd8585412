// StateStore: where accounts, slots and code come from, and where the changes of a transaction go.
// Reads may be pending (they arrive later) or fail; apply is all or nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/host_failure.hpp"
#include "base/status.hpp"
#include "base/types.hpp"
#include "base/vec.hpp"

namespace zvm::runtime {

/// Keccak-256 of no bytes: the code hash of an account without code.
inline constexpr Bytes32 kEmptyCodeHash{{0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c,
                                         0x92, 0x7e, 0x7d, 0xb2, 0xdc, 0xc7, 0x03, 0xc0,
                                         0xe5, 0x00, 0xb6, 0x53, 0xca, 0x82, 0x27, 0x3b,
                                         0x7b, 0xfa, 0xd8, 0x04, 0x5d, 0x85, 0xa4, 0x70}};

/// Code a store or a journal hands out is followed by at least this many readable zero bytes, so that
/// it can be executed where it lies.
inline constexpr size_t kCodePadding = 64;

enum class ReadStatus : uint8_t {
  Ok,
  Pending, ///< not here yet: ask again later
  Error,
};

struct AccountRecord {
  uint64_t nonce = 0;
  U256 balance{}; ///< wei
  Bytes32 code_hash = kEmptyCodeHash;

  [[nodiscard]] bool is_empty() const {
    return nonce == 0 && balance.is_zero() && code_hash == kEmptyCodeHash;
  }
  friend bool operator==(const AccountRecord&, const AccountRecord&) = default;
};

/// Names an account, or one of its slots, or a key of its byte column.
struct StateKey {
  Address address;
  bool is_slot = false;
  U256 slot;
  bool is_kv = false;
  ByteView kv_key{};
};

struct SlotChange {
  U256 key;
  U256 value;
};

/// A change in the byte column (kv.hpp); its bytes are in StateDiff::kv_data.
struct KvChange {
  uint64_t key_offset = 0;
  uint64_t key_size = 0; ///< bytes
  uint64_t value_offset = 0;
  uint64_t value_size = 0; ///< bytes
  bool removed = false;
};

struct AccountChange {
  Address address{};
  bool deleted = false; ///< the account and all it has stored go; nothing below is meant then
  bool clears_storage = false; ///< all earlier slots and keys go before the new ones are written
  bool code_changed = false;
  AccountRecord record{};   ///< as it is now
  uint64_t code_offset = 0; ///< into StateDiff::code
  uint64_t code_size = 0;   ///< bytes
  uint64_t first_slot = 0;  ///< into StateDiff::slots
  uint64_t slot_count = 0;
  uint64_t first_kv = 0; ///< into StateDiff::kv
  uint64_t kv_count = 0;
};

/// What a transaction changed. Self-contained: it needs neither journal nor store to live.
struct StateDiff {
  Vec<AccountChange> accounts; ///< each account once
  Vec<SlotChange> slots;
  Vec<KvChange> kv;
  Buffer code;
  Buffer kv_data;

  /// Whether every range lies in what it counts from. Stores take no other diff; its ranges read as empty.
  [[nodiscard]] bool is_consistent() const;

  [[nodiscard]] std::span<const SlotChange> slots_of(const AccountChange& change) const {
    return part(slots.view(), change.first_slot, change.slot_count);
  }
  [[nodiscard]] ByteView code_of(const AccountChange& change) const {
    return part(code.view(), change.code_offset, change.code_size);
  }
  [[nodiscard]] std::span<const KvChange> kv_of(const AccountChange& change) const {
    return part(kv.view(), change.first_kv, change.kv_count);
  }
  [[nodiscard]] ByteView key_of(const KvChange& change) const {
    return part(kv_data.view(), change.key_offset, change.key_size);
  }
  /// No bytes where it is removed.
  [[nodiscard]] ByteView value_of(const KvChange& change) const {
    return part(kv_data.view(), change.value_offset, change.value_size);
  }
  /// Copies the bytes; false where memory ran out.
  [[nodiscard]] bool try_add_kv(ByteView key, bool exists, ByteView value) {
    const uint64_t at = kv_data.size();
    return kv_data.try_append(key) && kv_data.try_append(value) &&
           kv.try_push({at, key.size(), at + key.size(), value.size(), !exists});
  }
  void clear() {
    accounts.clear();
    slots.clear();
    kv.clear();
    code.clear();
    kv_data.clear();
  }

 private:
  template <typename T>
  [[nodiscard]] static bool holds(std::span<const T> all, uint64_t first, uint64_t count) {
    return first <= all.size() && count <= all.size() - first;
  }
  template <typename T>
  [[nodiscard]] static std::span<const T> part(std::span<const T> all, uint64_t first,
                                               uint64_t count) {
    return holds(all, first, count) ? all.subspan(first, count) : std::span<const T>{};
  }
};

/// Receives a whole state: begin, slots that are not zero, keys of the byte column that are there, end, for
/// each account; in no special order.
class StateVisitor {
 public:
  virtual ~StateVisitor() = default;
  /// Each function returns false to stop the walk, which then answers Error.
  [[nodiscard]] virtual bool begin_account(const Address&, const AccountRecord&) = 0;
  [[nodiscard]] virtual bool slot(const U256& key, const U256& value) = 0;
  [[nodiscard]] virtual bool kv(ByteView key, ByteView value) = 0;
  [[nodiscard]] virtual bool end_account() = 0;
};

/// What a store says of a failure of its own.
struct StoreError {
  int64_t code = 0; ///< its own numbers; 0: none
  std::string_view
      text{}; ///< good until the store is asked again; HostFailure keeps a beginning of it
};

class StateStore {
 public:
  virtual ~StateStore() = default;

  /// `exists` false (and an empty record) where there is no such account.
  [[nodiscard]] virtual ReadStatus read_account(const Address&, AccountRecord&, bool& exists) = 0;
  /// Zero where there is no such slot.
  [[nodiscard]] virtual ReadStatus read_slot(const Address&, const U256& key, U256& value) = 0;
  /// Value in the byte column, put in place of what `value` holds; `exists` false where there is none.
  [[nodiscard]] virtual ReadStatus read_kv(const Address&, ByteView key, Buffer& value,
                                           bool& exists) = 0;
  /// Code of an account whose record said `hash`. The bytes stay where they are while the store lives
  /// (apply does not move them), and are padded (kCodePadding).
  [[nodiscard]] virtual ReadStatus read_code(const Address&, const Bytes32& hash, ByteView&) = 0;
  /// Number of slots that are not zero.
  [[nodiscard]] virtual ReadStatus count_slots(const Address&, uint64_t& count) = 0;

  /// All of it, or (false) nothing of it.
  [[nodiscard]] virtual bool apply(const StateDiff&) = 0;

  /// Asked right after a read has answered Error, or apply false, by the same thread: it reaches the caller of the machine
  /// in host_failure().
  [[nodiscard]] virtual StoreError last_error() const { return {}; }

  /// These will be read soon. A hint.
  virtual void prefetch(std::span<const StateKey>) {}
  /// Walks the whole state; Error where a store cannot.
  [[nodiscard]] virtual ReadStatus visit(StateVisitor&) { return ReadStatus::Error; }
};

/// What a read that is not Ok means for an execution: Suspended, or HostError of this cause with what the store says.
[[nodiscard]] Status read_failed(const StateStore&, ReadStatus, HostCause);
[[nodiscard]] Status read_failed(const StateStore&, ReadStatus, HostCause, const Address&);
/// Applies the changes; HostError with what the store says where it does not.
[[nodiscard]] Status apply(StateStore&, const StateDiff&);

} // namespace zvm::runtime
