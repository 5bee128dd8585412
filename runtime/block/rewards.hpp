// Rewards of proof of work: for the block's coinbase and those of its ommers (Yellow Paper, section 11.3).
#pragma once

#include <span>

#include "runtime/execution.hpp"

namespace zvm::runtime {

/// An ommer as far as it is paid.
struct OmmerShare {
  Address coinbase{};
  uint64_t distance = 0; ///< blocks from it to the block that names it: 1 to 6
};

/// Pays `reward` wei (Cost::BlockReward) to the coinbase, with a 32nd of it for each ommer, and to the ommers their
/// shares. The coinbase is touched even where the reward is zero. Anything but Success: nothing has been paid.
[[nodiscard]] Status pay_rewards(Execution&, const Address& coinbase, const U256& reward,
                                 std::span<const OmmerShare> ommers);

} // namespace zvm::runtime
