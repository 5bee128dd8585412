// Calls that the protocol itself makes at the start and the end of a block. The contracts are rows of
// system_contracts.def.
#pragma once

#include "runtime/tx/execute.hpp"

namespace zvm::runtime {

struct SystemCallResult {
  bool has_code = false;           ///< false: there is nothing to call, and nothing has happened
  Status status = Status::Success; ///< outcome of the contract
  Buffer output;
};

/// One call; its changes are in the store if it succeeds. HostError, Suspended: nothing has changed.
[[nodiscard]] Status system_call(Execution&, const Address& contract, ByteView input, RunMessage,
                                 SystemCallResult&);

/// What of the header the calls at the start are given.
struct BlockStart {
  Bytes32 parent_hash{};
  Bytes32 parent_beacon_root{}; ///< EIP-4788
};
/// All calls before the transactions that the execution's schedule knows. What a contract does of it is its own matter:
/// failures leave no trace.
[[nodiscard]] Status call_block_start(Execution&, const BlockStart&, RunMessage);

} // namespace zvm::runtime
