// The difficulty of blocks before Paris.
#pragma once

#include "gas/schedule.hpp"
#include "runtime/block/header.hpp"

namespace zvm::runtime {

/// What the difficulty depends on.
struct DifficultyInput {
  uint64_t number = 0;    ///< of the block
  uint64_t timestamp = 0; ///< of the block, in seconds
  uint64_t parent_timestamp = 0;
  U256 parent_difficulty{};
  bool parent_has_ommers = false;
};

/// The difficulty that a block must have (EIP-2, EIP-100, and the bomb as Cost::BombDelay puts it off). The schedule is
/// one before Paris.
[[nodiscard]] U256 block_difficulty(const DifficultyInput&, const gas::Schedule&);

} // namespace zvm::runtime
