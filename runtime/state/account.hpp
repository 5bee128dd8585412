// Account: one account as a running transaction sees it. It stays where it is until the journal is
// cleared; only the journal changes it.
#pragma once

#include <cstdint>

#include "base/flat_map.hpp"
#include "base/hash.hpp"
#include "base/types.hpp"
#include "runtime/state/store.hpp"

namespace zvm::runtime {

/// In whose name the protocol calls contracts (EIP-4788), and logs transfers (EIP-7708).
inline constexpr Address kSystemAddress{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                         0xff, 0xff, 0xff, 0xff, 0xff, 0xfe}};

struct Slot {
  U256 original; ///< before the transaction; ask Journal::original, which knows creations
  U256 current;
  bool loaded = false; ///< original and current are known
  bool stored = false; ///< original has been read from the store, not taken as zero
  bool warm = false;
};

struct Account {
  /// State that reverts with its frame.
  enum Flag : uint8_t {
    kExists = 1,
    kTouched = 2,    ///< EIP-161: goes at the end of the transaction where it is empty
    kCreated = 4,    ///< by this transaction
    kDestructed = 8, ///< goes at the end of the transaction
    kWarm = 16,
    kClearsStorage = 32,  ///< slots the store has are to be taken as zero
    kDelegationPaid = 64, ///< this transaction has paid for a delegation here (EIP-8037)
  };

  Address address;
  uint8_t flags = 0;
  bool loaded = false; ///< what follows has been read from the store
  bool code_loaded = false;
  bool stored_exists = false;
  AccountRecord now;
  AccountRecord stored; ///< before the transaction
  ByteView code;        ///< where code_loaded; padded (kCodePadding)
  FlatMap<U256, Slot, HashWord> slots;
  FlatMap<U256, U256, HashWord> transient;

  [[nodiscard]] bool has(Flag flag) const { return (flags & flag) != 0; }
  [[nodiscard]] bool is_warm() const { return has(kWarm); }
  [[nodiscard]] bool has_code() const { return now.code_hash != kEmptyCodeHash; }
};

} // namespace zvm::runtime
