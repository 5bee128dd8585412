#include "runtime/block/ommers.hpp"

#include <algorithm>

#include "runtime/block/check_header.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kMostOmmers = 2;

/// Place of the ancestor that the ommer follows, if it may follow it: any but the first, which is
/// the block's own parent, whose other children are siblings. 0 where there is none.
size_t find_parent(const BlockHeader& ommer, std::span<const Ancestor> ancestors) {
  for (size_t i = 1; i < ancestors.size(); ++i) {
    if (ommer.parent_hash == header_hash(ancestors[i].header))
      return i;
  }
  return 0;
}

/// Of an ommer that follows the ancestor at this place, and so stands beside the one that came
/// after it.
const gas::Schedule& rules_after(size_t place, std::span<const Ancestor> ancestors,
                                 const gas::Schedule& of_block) {
  const gas::Schedule* rules = ancestors[place - 1].rules;
  return rules != nullptr ? *rules : of_block;
}

bool contains(std::span<const Bytes32> hashes, const Bytes32& hash) {
  return std::ranges::find(hashes, hash) != hashes.end();
}

bool is_known(const Bytes32& hash, std::span<const Ancestor> ancestors) {
  return std::ranges::any_of(ancestors, [&hash](const Ancestor& ancestor) {
    return header_hash(ancestor.header) == hash || contains(ancestor.ommers, hash);
  });
}

} // namespace

BlockError check_ommers(const Block& block, std::span<const Ancestor> ancestors,
                        const gas::Schedule& schedule) {
  if (block.header.ommers_hash != ommers_hash(block.ommers))
    return BlockError::OmmersHash;
  if (block.ommers.size() > kMostOmmers)
    return BlockError::TooManyOmmers;
  const auto recent = ancestors.first(std::min(ancestors.size(), kMostAncestors));
  std::vector<Bytes32> seen;
  for (const BlockHeader& ommer : block.ommers) {
    const Bytes32 hash = header_hash(ommer);
    const size_t parent = find_parent(ommer, recent);
    if (parent == 0 || is_known(hash, recent) || contains(seen, hash))
      return BlockError::OmmerKinship;
    const gas::Schedule& rules = rules_after(parent, recent, schedule);
    if (check_header(ommer, recent[parent].header, rules) != BlockError::None)
      return BlockError::OmmerHeader;
    seen.push_back(hash);
  }
  return BlockError::None;
}

std::vector<OmmerShare> ommer_shares(const Block& block) {
  std::vector<OmmerShare> shares;
  for (const BlockHeader& ommer : block.ommers)
    shares.push_back({ommer.coinbase, block.header.number - ommer.number});
  return shares;
}

} // namespace zvm::runtime
