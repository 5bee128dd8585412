// Short forms for tests of state: addresses, a store with a recorder, an allocation gate.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "base/alloc.hpp"
#include "gas/schedule.hpp"
#include "runtime/state/journal.hpp"
#include "runtime/state/memory_store.hpp"

namespace zvm::runtime::testing {

inline Address address(uint8_t last) {
  Address a;
  a.bytes[19] = last;
  return a;
}

inline AccountRecord account(uint64_t nonce, uint64_t balance) {
  AccountRecord record;
  record.nonce = nonce;
  record.balance = balance;
  return record;
}

inline AccountRecord read(StateStore& store, const Address& where, bool* exists = nullptr) {
  AccountRecord record;
  bool there = false;
  EXPECT_EQ(store.read_account(where, record, there), ReadStatus::Ok);
  if (exists != nullptr)
    *exists = there;
  return record;
}

inline bool exists(StateStore& store, const Address& where) {
  bool there = false;
  read(store, where, &there);
  return there;
}

inline U256 read_slot(StateStore& store, const Address& where, const U256& key) {
  U256 value;
  EXPECT_EQ(store.read_slot(where, key, value), ReadStatus::Ok);
  return value;
}

using Bytes = std::vector<uint8_t>;

inline Bytes bytes_of(ByteView view) { return {view.begin(), view.end()}; }

/// A value of the byte column; none where there is none.
inline std::optional<Bytes> read_kv(StateStore& store, const Address& where, ByteView key) {
  Buffer value;
  bool there = false;
  EXPECT_EQ(store.read_kv(where, key, value, there), ReadStatus::Ok);
  return there ? std::optional{bytes_of(value.view())} : std::nullopt;
}

#define EXPECT_OK(...) EXPECT_EQ((__VA_ARGS__), ::zvm::Status::Success)
#define ASSERT_OK(...) ASSERT_EQ((__VA_ARGS__), ::zvm::Status::Success)

/// While it lives, the allocation with number `fails` (from 0) and all later ones fail.
class FailingAllocation {
 public:
  explicit FailingAllocation(size_t fails) {
    left() = fails;
    set_allocation_gate([](size_t) {
      if (left() == 0)
        return false;
      --left();
      return true;
    });
  }
  ~FailingAllocation() { set_allocation_gate(nullptr); }
  FailingAllocation(const FailingAllocation&) = delete;
  FailingAllocation& operator=(const FailingAllocation&) = delete;

  /// Allocations that were not asked for: more than 0 means that none has failed.
  [[nodiscard]] static size_t& left() {
    static size_t count = 0;
    return count;
  }
};

} // namespace zvm::runtime::testing
