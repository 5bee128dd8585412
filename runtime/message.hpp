// Messages and their surroundings: what a call carries, what it gives back, the block, the transaction.
#pragma once

#include <cstdint>
#include <span>

#include "base/guest.hpp"
#include "base/status.hpp"
#include "base/types.hpp"
#include "base/vec.hpp"

namespace zvm::runtime {

inline constexpr uint32_t kMaxDepth = 1024;

/// The block a message runs in. Word-sized fields that contracts read are kept as words.
struct BlockContext {
  Address coinbase{};
  uint64_t number = 0;
  uint64_t timestamp = 0; ///< seconds
  uint64_t gas_limit = 0; ///< gas
  U256 prev_randao{};     ///< before Paris: the difficulty
  U256 base_fee{};        ///< wei
  U256 blob_base_fee{};   ///< wei
  U256 chain_id = 1;
  uint64_t slot_number = 0; ///< of the beacon chain (EIP-7843)
  uint64_t gas_used = 0; ///< by the transactions before, which leave the rest to those that follow
  uint64_t state_gas_used = 0; ///< the same of state gas (EIP-8037)
  uint64_t blob_gas_used = 0;  ///< the same of blob gas
  /// Hash of an earlier block (the last 256 are asked for only). nullptr: all are zero.
  Status (*block_hash)(void* user, uint64_t number, Bytes32& out) = nullptr;
  void* block_hash_user = nullptr;
};

/// What of the transaction its contracts can see.
struct TxContext {
  Address origin{};
  U256 gas_price{}; ///< effective, wei
  std::span<const Bytes32> blob_hashes{};
  Bytes32 hash{}; ///< handles of deferred hashes depend on it
};

struct Message {
  CallKind kind = CallKind::Call;
  bool is_static = false;
  bool is_delegated = false; ///< code_address comes from a delegation: no precompile runs
  uint32_t depth = 0;        ///< 0 for messages from outside
  int64_t gas = 0;           ///< execution gas, not below 0
  int64_t state_gas = 0;     ///< reservoir of state gas, not below 0 (EIP-8037); 0 before Amsterdam
  Address sender{};
  Address recipient{};    ///< whose storage and balance; for creates: the new account
  Address code_address{}; ///< whose code runs
  U256 value{};           ///< wei; for DelegateCall the inherited one, which is not transferred
  ByteView input{};       ///< calldata, or init code
  U256 salt{};            ///< Create2
};

/// Whoever fills it resets it first, so that nothing is left of an earlier one.
struct MessageResult {
  /// Outcome of the message; NotRun before there is one, and where the host failed what it failed with.
  Status status = Status::NotRun;
  int64_t gas_left = 0;
  int64_t state_gas_left = 0;  ///< reservoir
  int64_t state_gas_spent = 0; ///< of the reservoir and of the gas, for what the state grew by
  Address created{};           ///< creates that succeeded
  Buffer output;               ///< return or revert data

  /// Nothing has been run. Memory is kept.
  void clear() {
    status = Status::NotRun;
    gas_left = state_gas_left = state_gas_spent = 0;
    created = {};
    output.clear();
  }
};

} // namespace zvm::runtime
