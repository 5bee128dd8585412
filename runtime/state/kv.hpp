// The byte column: beside its slots an account has values of any length under keys of any length, which
// contracts of modules reach (kv_get, kv_set, kv_remove). A value of no bytes is there; a removed one is
// not. The column reverts, is committed and goes with its account as slots do; it has no part in state
// roots, which are Ethereum's.
#pragma once

#include "base/flat_map.hpp"
#include "base/hash.hpp"
#include "runtime/state/account.hpp"
#include "runtime/state/byte_arena.hpp"
#include "runtime/state/pool.hpp"

namespace zvm::runtime {

/// What contracts may ask for; host functions check it.
inline constexpr size_t kMaxKvKey = 256;                 ///< bytes
inline constexpr size_t kMaxKvValue = size_t{64} * 1024; ///< bytes

struct KvValue {
  bool exists = false;
  ByteView bytes{};
  friend bool operator==(const KvValue& a, const KvValue& b) {
    return a.exists == b.exists && BytesKey{a.bytes} == BytesKey{b.bytes};
  }
};

/// One key of an account, as a running transaction sees it; only the journal changes it. It stays where it
/// is until the journal is cleared, the bytes of its values until the journal reverts or is cleared.
struct KvEntry {
  Account* account = nullptr;
  ByteView key{};
  KvValue original{}; ///< before the transaction; ask Journal::original, which knows creations
  KvValue current{};
  uint32_t index = 0;
  bool loaded = false; ///< original and current are known
  bool stored = false; ///< original has been read from the store, not taken as absent
  bool warm = false;
  KvEntry* next = nullptr; ///< of the same account
};

/// Entries of all accounts of a transaction, and the memory their bytes are in.
class KvColumn {
 public:
  [[nodiscard]] bool is_empty() const { return entries_.size() == 0; }
  /// nullptr where memory ran out.
  [[nodiscard]] KvEntry* find_or_add(Account& account, ByteView key);
  [[nodiscard]] KvEntry& operator[](uint32_t index) { return entries_[index]; }
  /// Of this account, in the order in which they were come by; nullptr: none.
  [[nodiscard]] KvEntry* first_of(const Account& account) const;

  // Both copy the bytes; false where memory ran out.

  [[nodiscard]] bool try_set_original(KvEntry& entry, const KvValue& value);
  [[nodiscard]] bool try_write(KvEntry& entry, const KvValue& value);
  /// The newest write has not been.
  void undo_write();

  void clear() {
    if (!is_empty())
      forget();
  }

  Buffer scratch; ///< what a store reads into

 private:
  struct Key {
    const Account* account;
    BytesKey bytes;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct HashKey {
    uint64_t operator()(const Key& key) const {
      return HashBytes{}(key.bytes, reinterpret_cast<uintptr_t>(key.account));
    }
  };
  struct HashPlace {
    uint64_t operator()(const Account* account) const {
      return mix(reinterpret_cast<uintptr_t>(account) ^ hash_seed(), HashSecrets{}.second);
    }
  };
  struct List {
    KvEntry* first;
    KvEntry* last;
  };
  struct Write {
    KvEntry* entry;
    KvValue before;
    ByteArena::Mark mark; ///< of written_, before it
  };

  void forget();

  Pool<KvEntry> entries_;
  FlatMap<Key, KvEntry*, HashKey> by_key_;
  FlatMap<const Account*, List, HashPlace> lists_;
  Vec<Write> writes_;
  ByteArena read_;    ///< keys, and values from the store
  ByteArena written_; ///< values of writes_
};

} // namespace zvm::runtime
