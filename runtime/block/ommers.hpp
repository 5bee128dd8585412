// Ommers: headers of blocks that did not make it into the chain, which blocks before Paris may name.
#pragma once

#include <span>

#include "gas/schedule.hpp"
#include "runtime/block/block.hpp"
#include "runtime/block/block_error.hpp"
#include "runtime/block/rewards.hpp"

namespace zvm::runtime {

/// A block of the chain below the one in question.
struct Ancestor {
  BlockHeader header;
  std::vector<Bytes32> ommers; ///< hashes of the headers that it names
  /// The rules it was made by, where a fork lies between it and the block in question: those of an ommer of its height.
  /// Null: the block's.
  const gas::Schedule* rules = nullptr;
};

/// Blocks from an ommer to the block that names it, at most.
inline constexpr uint64_t kMostOmmerDistance = 6;
/// An ommer's parent is one block further away.
inline constexpr size_t kMostAncestors = kMostOmmerDistance + 1;

/// Whether the block may name its ommers. `ancestors` begins with the parent; kMostAncestors of them, or all there are, are
/// needed where the block has ommers.
[[nodiscard]] BlockError check_ommers(const Block&, std::span<const Ancestor> ancestors,
                                      const gas::Schedule&);
/// What the ommers of a block are paid by.
[[nodiscard]] std::vector<OmmerShare> ommer_shares(const Block&);

} // namespace zvm::runtime
