// What can be said of a transaction by itself, without a state and a block.
#pragma once

#include <nlohmann/json.hpp>

#include "cli/t8n/transactions.hpp"
#include "gas/schedule.hpp"

namespace zvm::cli {

/// {address, hash, intrinsicGas}, with "error" first where something is wrong, in the words and in
/// the order of go-ethereum.
[[nodiscard]] nlohmann::ordered_json examine(const gas::Schedule&, const U256& chain_id,
                                             const GivenTransaction&);

} // namespace zvm::cli
