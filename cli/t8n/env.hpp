// The block that a transition tool runs transactions in, from its JSON.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "cli/fixtures/json_view.hpp"
#include "cli/t8n/fork_name.hpp"
#include "runtime/block/rewards.hpp"
#include "runtime/block/system_calls.hpp"
#include "runtime/block/withdrawals.hpp"
#include "runtime/message.hpp"

namespace zvm::cli {

struct BlockEnv {
  runtime::BlockContext context;
  runtime::BlockStart start;
  U256 difficulty{}; ///< 0 from Paris on
  std::optional<uint64_t> excess_blob_gas;
  std::optional<std::vector<runtime::Withdrawal>> withdrawals;
  std::vector<runtime::OmmerShare> ommers;
  std::map<uint64_t, Bytes32> block_hashes;
};

/// Base fee, difficulty and excess of blob gas are worked out from the parent where they are not
/// given. Throws Unreadable for what is missing in the fork.
[[nodiscard]] BlockEnv read_env(const JsonView&, const NamedFork&, const gas::Schedule&);

} // namespace zvm::cli
