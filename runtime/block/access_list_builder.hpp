// How the access list of a block is made while the block runs (EIP-7928).
#pragma once

#include <map>
#include <optional>

#include "runtime/block/access_list.hpp"
#include "runtime/state/memory_store.hpp"
#include "runtime/state/recorder.hpp"

namespace zvm::runtime {

/// Watches a block as it runs. What was touched comes from the journal as its recorder, frames that
/// reverted included; what has changed from the difference that each part of a step leaves.
class AccessListBuilder final : public StateRecorder {
 public:
  /// `next`, if there is one, is told everything, too.
  explicit AccessListBuilder(StateRecorder* next) : next_(next) {}

  /// The current step is over; what comes is part of the next one.
  void next_step();
  /// The current step is as if it had not begun: a transaction was refused, which had looked at its
  /// sender.
  void drop_step();
  /// Must be told before `diff` is applied to `store`, where the values before it are read.
  /// Pending, Error as the store.
  [[nodiscard]] ReadStatus add(StateStore& store, const StateDiff& diff);
  /// The list up to the current step, which ends with it.
  [[nodiscard]] AccessList take();

  void on_account_read(const Address&) override;
  void on_account_write(const Address&) override;
  void on_slot_read(const Address&, const U256& key, const U256& value) override;
  void on_slot_write(const Address&, const U256& key, const U256& value) override;
  void on_kv_read(const Address&, ByteView key, bool exists, ByteView value) override;
  void on_kv_write(const Address&, ByteView key, bool exists, ByteView value) override;

 private:
  /// A value as it was before the current step, and is now.
  template <typename T>
  struct Pending {
    T before, now;
  };
  struct SlotState {
    std::vector<AccessChange<U256>> changes;
    std::optional<Pending<U256>> pending;
  };
  struct AccountState {
    AccountAccess access;
    std::map<U256, SlotState> slots;
    std::optional<Pending<AccountRecord>> pending;
    std::vector<uint8_t> code; ///< of pending.now, where it is another
  };

  AccountState& at(const Address& address);
  void end_step();
  void forget_step();

  StateRecorder* next_;
  uint32_t step_ = 0;
  std::map<Address, AccountState> accounts_;
  // Of the current step: what has changed, and what was touched for the first time.
  std::vector<AccountState*> changed_accounts_;
  std::vector<SlotState*> changed_slots_;
  std::vector<Address> new_accounts_;
  std::vector<std::pair<AccountState*, U256>> new_slots_;
  AccountState* last_ = nullptr; ///< most accesses are to the account of the one before
};

/// A layer over a store, which tells the builder what is written to it.
class WatchedLayer final : public MemoryStore {
 public:
  /// The base must outlive this one and not change under it. Without a builder it is a layer like
  /// others.
  WatchedLayer(StateStore* base, AccessListBuilder* builder)
      : MemoryStore(base), builder_(builder) {}
  [[nodiscard]] bool apply(const StateDiff& diff) override;

 private:
  AccessListBuilder* builder_;
};

} // namespace zvm::runtime
