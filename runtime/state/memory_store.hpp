// MemoryStore: a whole state in memory. OverlayStore: a layer over another store; reads fall through to
// it, writes stay in the layer (snapshots, overrides, speculative blocks), and layers stack.
//
// Any number of threads may read at once while none writes.
#pragma once

#include "base/flat_map.hpp"
#include "base/hash.hpp"
#include "runtime/state/pool.hpp"
#include "runtime/state/store.hpp"

namespace zvm::runtime {

class MemoryStore : public StateStore {
 public:
  MemoryStore() = default;
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;
  ~MemoryStore() override;

  [[nodiscard]] ReadStatus read_account(const Address&, AccountRecord&, bool& exists) override;
  [[nodiscard]] ReadStatus read_slot(const Address&, const U256& key, U256& value) override;
  [[nodiscard]] ReadStatus read_kv(const Address&, ByteView key, Buffer& value,
                                   bool& exists) override;
  [[nodiscard]] ReadStatus read_code(const Address&, const Bytes32& hash, ByteView&) override;
  [[nodiscard]] ReadStatus count_slots(const Address&, uint64_t& count) override;
  [[nodiscard]] bool apply(const StateDiff&) override;
  /// The base's.
  [[nodiscard]] StoreError last_error() const override;
  [[nodiscard]] ReadStatus visit(StateVisitor&) override;

  // To set a state up; false (and nothing has changed) where memory ran out, or a view has a size and no address.
  // The code hash of `record` is ignored, the code's own is taken.
  [[nodiscard]] bool put_account(const Address&, const AccountRecord& record, ByteView code = {});
  /// Makes the account exist.
  [[nodiscard]] bool put_slot(const Address&, const U256& key, const U256& value);
  /// The same for a value of the byte column.
  [[nodiscard]] bool put_kv(const Address&, ByteView key, ByteView value);

  /// What this store, or this layer, holds, as changes that make the same of a base: for an overlay
  /// what is to be applied to its base to make it permanent.
  [[nodiscard]] bool diff(StateDiff&) const;
  /// Forgets everything (an overlay shows its base again), keeps the memory. Views of code are gone.
  void clear();

 protected:
  explicit MemoryStore(StateStore* base) : base_(base) {}

 private:
  /// A value of the byte column; Through: the base's.
  enum class KvState : uint8_t { Through, Absent, Present };
  struct KvCell {
    KvState state = KvState::Through;
    uint8_t* bytes = nullptr; ///< owned
    size_t size = 0;
    [[nodiscard]] ByteView view() const { return {bytes, size}; }
  };
  /// The keys are owned too.
  using KvCells = FlatMap<BytesKey, KvCell, HashBytes>;
  struct Entry {
    Address address;
    AccountRecord record;
    bool known = false; ///< record and exists are this layer's word
    bool exists = false;
    bool hides_slots = false;            ///< of the base
    FlatMap<U256, U256, HashWord> slots; ///< zeros included
    size_t settled_slots = 0; ///< of slots while changes are being prepared: those from before
    KvCells* kv = nullptr;    ///< where it has ever been written
  };
  class Merge;

  [[nodiscard]] const Entry* find(const Address&) const;
  [[nodiscard]] Entry* find_or_add(const Address&);
  [[nodiscard]] bool add_code(const Bytes32& hash, ByteView code);
  [[nodiscard]] bool make_known(Entry&);
  [[nodiscard]] bool prepare(Entry&, const AccountChange&, const StateDiff&);
  [[nodiscard]] bool prepare(const StateDiff&);
  [[nodiscard]] static const KvCell* find_kv(const Entry&, ByteView key);
  [[nodiscard]] KvCell* find_or_add_kv(Entry&, ByteView key);
  [[nodiscard]] static bool add_kv(const Entry&, StateDiff&);
  static void replace(KvCell&, KvState, ByteView owned);
  static void free_kv(KvCells&);
  void free_code();

  StateStore* base_ = nullptr;
  Pool<Entry> entries_;
  Pool<KvCells> kv_;
  Vec<uint8_t*> staged_; ///< owned: values that apply is about to take over, one a change
  FlatMap<Address, Entry*, HashAddress> by_address_;
  FlatMap<Bytes32, ByteView, HashBytes32> code_;
  Vec<uint8_t*> code_blocks_; ///< owned
};

class OverlayStore final : public MemoryStore {
 public:
  /// The base (which may be a layer itself) must outlive this one and not change under it.
  explicit OverlayStore(StateStore* base) : MemoryStore(base) {}
};

} // namespace zvm::runtime
