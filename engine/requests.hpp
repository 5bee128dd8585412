// What a machine is asked for beside whole transactions and messages, and what a batch gives back.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "base/types.hpp"
#include "runtime/state/log_list.hpp"
#include "runtime/tx/execute.hpp"

namespace zvm::engine {

using runtime::LogList;

/// Gas that a call or deployment gets where nothing else is said: that of a full block.
inline constexpr uint64_t kDefaultGas = 30'000'000;

/// A call as a transaction whose checks are off: no fees, any nonce, the value must be there.
struct CallRequest {
  Address sender{};
  Address to{};
  U256 value{};               ///< wei
  ByteView input{};           ///< calldata
  uint64_t gas = kDefaultGas; ///< with the intrinsic gas of a transaction
  bool commit = false;        ///< apply the changes to the store; off: only look (eth_call)
};

/// The same for a new contract.
struct DeployRequest {
  Address sender{};
  U256 value{};         ///< wei
  ByteView init_code{}; ///< raw code of the default VM, or a container
  uint64_t gas = kDefaultGas;
  bool commit = true;
};

/// What a transaction has to be given to succeed.
struct GasEstimate {
  /// In gas, with the intrinsic gas: the transaction succeeds with it, and with one less it is refused or fails.
  /// 0: it does not succeed with the most that it may have.
  uint64_t gas_limit = 0;
  runtime::TransactionResult result; ///< with this limit, or where there is none with the most

  /// Nothing has been run. Memory is kept.
  void clear();
};

struct BatchResult {
  runtime::TransactionResult transaction;
  LogList logs;

  /// Nothing has been run. Memory is kept.
  void clear() {
    transaction.clear();
    logs.clear();
  }
};

struct BatchOutcome {
  /// Success: every transaction has been run or refused. Anything else: the host failed at transaction
  /// `done`, of which nothing stands, and results behind it are NotRun.
  Status status = Status::Success;
  size_t done = 0;       ///< transactions whose results are filled and committed
  uint64_t gas_used = 0; ///< of all of them together: what is paid for
  // What they take of the block's room, as in their results: the larger is what its header says.
  uint64_t regular_gas_used = 0;
  uint64_t state_gas_used = 0; ///< 0 before Amsterdam
};

} // namespace zvm::engine
