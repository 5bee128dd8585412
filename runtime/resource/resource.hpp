// Registers: resources that are used once. A register has an owner and data, both for good: who updates or transfers it
// consumes it and creates its successor under another id. What is consumed stays so, and is published as a nullifier.
// Whoever is not the owner needs a capability for the register, which the owner or the holder of another one has
// delegated. docs/wasm-contracts.md says how contracts use them.
//
// All of it stands as records in the byte column of one account (records.hpp), so it is undone with messages and
// committed with transactions like the rest of the state.
#pragma once

#include "base/status.hpp"
#include "base/types.hpp"
#include "runtime/state/kv.hpp"

namespace zvm::runtime {

/// In whose byte column the records are: 0x…525601, "RV" and 1. Nobody has its key and no creation arrives at it, so no code
/// runs for it, and only the functions here write there. It has nonce 1 from the first record on, lest it count as empty.
inline constexpr Address kResourceAccount{
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x52, 0x56, 0x01}};

/// How many registers more than it consumes an account may create in a transaction.
inline constexpr int64_t kMaxLiveRegisters = 1000;
/// Bytes; beyond it is OutOfGas, as with any value of the byte column.
inline constexpr size_t kMaxRegisterData = kMaxKvValue;

/// By the number that contracts get.
enum class ResourceCode : uint8_t {
  Ok,
  AccessDenied, ///< neither the owner nor the holder of a capability with this right
  NotFound,     ///< no such register, or to be revoked no such capability
  InvalidState, ///< the register is not in a state for this
  LimitReached, ///< kMaxLiveRegisters
};

/// By the number that contracts get and records have.
enum class RegisterStatus : uint8_t {
  None,     ///< there is no register
  Active,   ///< the only one in which all may be done
  Locked,   ///< for a while: read, but not changed
  Frozen,   ///< not even read
  Consumed, ///< for good
};

/// What a capability is good for, as bits.
enum class Right : uint8_t {
  Read = 1,
  Write = 2,    ///< update
  Execute = 4,  ///< consume, lock, unlock
  Delegate = 8, ///< pass rights on
  Admin = 16,   ///< transfer, freeze, thaw
};
inline constexpr uint8_t kAllRights = 31;

/// How an operation ends: with a code for the contract, unless a status that is not Success ends the message. Then the
/// state is as it was.
struct Answer {
  Status status = Status::Success;
  ResourceCode code = ResourceCode::Ok;

  constexpr Answer(Status s) : status(s) {}
  constexpr Answer(ResourceCode c) : code(c) {}
  [[nodiscard]] constexpr bool is_ok() const {
    return status == Status::Success && code == ResourceCode::Ok;
  }
};

} // namespace zvm::runtime

/// Passes on, as an Answer, whatever is neither success nor Ok.
#define ZVM_RETURN_UNLESS_OK(...)                                                                  \
  do {                                                                                             \
    if (const ::zvm::runtime::Answer zvm_answer_ = (__VA_ARGS__); !zvm_answer_.is_ok())            \
      return zvm_answer_;                                                                          \
  } while (false)
