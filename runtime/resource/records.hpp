// Records of registers and capabilities: their keys and bytes in the byte column of kResourceAccount, and what it costs to
// reach them: an SLOAD or SSTORE each, with what the byte column adds to it (kv_access.hpp).
//
//   key             value
//   id              a register: status (1 byte), owner (20), type (4), data; a consumed one: status, then the id of its
//                   successor where it has one
//   id, number (4)  a capability: holder (20), rights (1), parent (4), expiry (8); with number 0 how many there have been (4)
//   account (20)    how many registers the account has created (8)
//
// Numbers are big-endian.
#pragma once

#include "runtime/frame.hpp"
#include "runtime/resource/resource.hpp"

namespace zvm::runtime {

/// A register as its record.
struct Register {
  static constexpr size_t kOwner = 1, kSection = kOwner + 20, kData = kSection + 4;

  ByteView record;

  [[nodiscard]] RegisterStatus status() const { return static_cast<RegisterStatus>(record[0]); }
  // Of one that is not consumed.
  [[nodiscard]] ByteView owner() const { return record.subspan(kOwner, 20); }
  /// Type and data.
  [[nodiscard]] ByteView section() const { return record.subspan(kSection); }
  [[nodiscard]] ByteView data() const { return record.subspan(kData); }
};

/// A capability that was delegated.
struct Capability {
  Address holder;
  uint8_t rights = 0;  ///< bits of Right
  uint32_t parent = 0; ///< number of what it was delegated from; 0: the owner's
  uint64_t expiry = 0; ///< in seconds: no good from then on
};

using Record = Buffer;

/// The record of an active register. False where memory ran out.
[[nodiscard]] bool make_record(ByteView owner, ByteView type, ByteView data, Record& record);

// Each pays for itself. The views are good until the journal reverts or is cleared. Writing is StaticViolation in a
// static message.

/// NotFound where there is none.
[[nodiscard]] Answer load_register(Frame& frame, const Bytes32& id, Register& found);
[[nodiscard]] Status store_register(Frame& frame, const Bytes32& id, ByteView record);
/// `successor`: an id, or nothing.
[[nodiscard]] Status store_consumed(Frame& frame, const Bytes32& id, ByteView successor);

/// NotFound where there is none, or none any more.
[[nodiscard]] Answer load_capability(Frame& frame, const Bytes32& id, uint32_t number,
                                     Capability& found);
[[nodiscard]] Status store_capability(Frame& frame, const Bytes32& id, uint32_t number,
                                      const Capability& capability);
[[nodiscard]] Status remove_capability(Frame& frame, const Bytes32& id, uint32_t number);

/// Adds one to how many capabilities there have been for a register: that is the new one's number, from 1 on.
[[nodiscard]] Status number_capability(Frame& frame, const Bytes32& id, uint32_t& number);
/// Adds one to how many registers an account has created. `number`: how many there were.
[[nodiscard]] Status number_register(Frame& frame, const Address& creator, uint64_t& number);

} // namespace zvm::runtime
