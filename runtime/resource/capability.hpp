// Capabilities: who but its owner may do what with a register.
//
// A contract names a capability by the register's id and a number. Number 0 is the owner's, which
// nobody needs to be given; the others count up from 1 in the order in which they were delegated,
// and no number comes again. A capability is for one account, and ends with its register: a
// successor has none. Delegating gives no right and no time that the one who delegates has not;
// revoking takes along everything that was delegated from there.
#pragma once

#include "runtime/resource/records.hpp"

namespace zvm::runtime {

inline constexpr uint32_t kOwnersCapability = 0;

/// AccessDenied unless the account that runs may do with a register of `owner` what `right` says,
/// by that capability. Pays for reading it, and all between it and the owner's.
[[nodiscard]] Answer check_right(Frame& frame, const Bytes32& id, ByteView owner,
                                 uint32_t capability, Right right);

/// Delegates `rights`, as far as `capability` has them, to `holder`, until the block of time
/// `expiry` (seconds), or when it ends itself if that is earlier. The register must be active.
[[nodiscard]] Answer delegate_capability(Frame& frame, const Bytes32& id, uint32_t capability,
                                         uint8_t rights, const Address& holder, uint64_t expiry,
                                         uint32_t& number);

/// Revokes a capability. The owner of the register may, and who holds it or one that it comes from,
/// expired or not. In any state but Consumed.
[[nodiscard]] Answer revoke_capability(Frame& frame, const Bytes32& id, uint32_t capability);

} // namespace zvm::runtime
