// What contracts do with registers (resource.hpp). The account that runs is the frame's; `capability` is a number as
// capability.hpp has it. Each operation pays for itself, beyond any static price: records as records.hpp says, what it
// hashes as KECCAK256. All but the first two are StaticViolation in a static message.
#pragma once

#include "base/vec.hpp"
#include "runtime/resource/records.hpp"
#include "runtime/state/store.hpp"

namespace zvm::runtime {

/// Bytes of a register's data; good until the journal reverts or is cleared. Right::Read; it may be locked.
[[nodiscard]] Answer read_register(Frame& frame, const Bytes32& id, uint32_t capability,
                                   ByteView& data);
/// None where there is no such register.
[[nodiscard]] Answer register_status(Frame& frame, const Bytes32& id, RegisterStatus& status);

/// Creates a register of the account that runs. `id`: keccak256("zvm.reg" ‖ creator ‖ hash of the transaction ‖ how many
/// registers the creator had created (8 bytes) ‖ keccak256(type ‖ data)), numbers big-endian. So no id comes again, whether
/// or not the host names the transaction (TxContext::hash).
[[nodiscard]] Answer create_register(Frame& frame, uint32_t type, ByteView data, Bytes32& id);

// The others need a register that is active, or for set_register_status one that is not consumed.

/// Consumes it, for a successor of the same owner and type. Right::Write.
[[nodiscard]] Answer update_register(Frame& frame, const Bytes32& id, uint32_t capability,
                                     ByteView data, Bytes32& successor);
/// Consumes it, for a successor of another owner with the same type and data. Right::Admin.
[[nodiscard]] Answer transfer_register(Frame& frame, const Bytes32& id, uint32_t capability,
                                       const Address& owner, Bytes32& successor);
/// Right::Execute.
[[nodiscard]] Answer consume_register(Frame& frame, const Bytes32& id, uint32_t capability,
                                      Bytes32& nullifier);
/// From Active to Locked and back with Right::Execute, from Active to Frozen and back with Right::Admin.
[[nodiscard]] Answer set_register_status(Frame& frame, const Bytes32& id, uint32_t capability,
                                         uint32_t status);

/// Of what a transaction has consumed: keccak256("zvm.nf" ‖ id ‖ hash of the transaction).
[[nodiscard]] Bytes32 nullifier_of(const Bytes32& id, const Bytes32& transaction);
/// Of all registers that the transaction which made these changes has consumed, in ascending order. False where memory ran
/// out.
[[nodiscard]] bool collect_nullifiers(const StateDiff& diff, const Bytes32& transaction,
                                      Vec<Bytes32>& nullifiers);

} // namespace zvm::runtime
