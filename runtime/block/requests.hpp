// Requests: what contracts ask of the beacon chain in a block (EIP-7685): deposits found among the logs (EIP-6110), and
// what the contracts of system_contracts.def return (EIP-7002, EIP-7251).
#pragma once

#include <string_view>
#include <vector>

#include "runtime/block/block_error.hpp"
#include "runtime/block/receipt.hpp"
#include "runtime/tx/execute.hpp"

namespace zvm::runtime {

/// Mainnet's deposit contract (EIP-6110). Other chains have their own.
inline constexpr Address kDepositContract{{0x00, 0x00, 0x00, 0x00, 0x21, 0x9a, 0xb5,
                                           0x40, 0x35, 0x6c, 0xbb, 0x83, 0x9c, 0xbe,
                                           0x05, 0x30, 0x3d, 0x77, 0x05, 0xfa}};

/// Each is its type's byte and what is asked for, in ascending order of types; empty ones are left out.
using Requests = std::vector<Buffer>;

/// Appends the deposits that the logs of the contract name. DepositLayout where a log is not laid out as it must be.
/// False where memory ran out.
[[nodiscard]] bool collect_deposits(std::span<const Receipt>, const Address& deposit_contract,
                                    Requests&, BlockError& refusal);
/// The calls after the transactions and withdrawals. SystemContractEmpty and SystemCallFailed are refusals, of the contract
/// that `subject` then names as its row does.
[[nodiscard]] Status call_block_end(Execution&, RunMessage, Requests&, BlockError& refusal,
                                    std::string_view& subject);

/// SHA-256 of the SHA-256 of each.
[[nodiscard]] Bytes32 requests_hash(const Requests&);

} // namespace zvm::runtime
