// A block's transactions and all that surrounds them, run on a state: the middle of a transition
// tool.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/fixtures/transactor.hpp"
#include "cli/t8n/env.hpp"
#include "cli/t8n/trace_files.hpp"
#include "cli/t8n/transactions.hpp"
#include "runtime/block/access_list.hpp"
#include "runtime/block/requests.hpp"
#include "runtime/block/transactions.hpp"
#include "runtime/state/memory_store.hpp"

namespace zvm::cli {

struct TransitionInput {
  NamedFork fork;
  gas::Schedule schedule; ///< of the fork
  U256 chain_id;
  std::optional<U256> reward; ///< wei; nothing: nobody is paid, and the coinbase is not touched
  BlockEnv env;
  std::vector<GivenTransaction> transactions;
};

struct RejectedTransaction {
  size_t index = 0; ///< among all
  std::string error;
  std::optional<Bytes32> hash; ///< where there are bytes
};

struct IncludedTransaction {
  ByteView bytes;    ///< of the input
  Address created{}; ///< the address of what it creates, whether or not that succeeded; else zero
};

struct TransitionResult {
  runtime::BlockProgress progress;
  std::vector<IncludedTransaction> included; ///< as the receipts
  std::vector<RejectedTransaction> rejected;
  runtime::Requests requests;
  std::optional<runtime::AccessList> access_list; ///< from Amsterdam on
  std::string block_exception; ///< why no block can be made of this; empty: one can
};

/// Runs it all; `state` is then what comes of it. Throws UsageError where the host fails or a hash
/// is missing.
[[nodiscard]] TransitionResult run_transition(Transactor&, runtime::MemoryStore& state,
                                              TransitionInput&, TraceFiles&);

} // namespace zvm::cli
