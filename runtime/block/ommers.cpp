#include "runtime/block/ommers.hpp"

#include <algorithm>

#include "runtime/block/check_header.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kMostOmmers = 2;

/// The ancestor that the ommer follows, if it may follow it: any but the block's own parent, whose other children are
/// siblings.
const BlockHeader* find_parent(const BlockHeader& ommer, std::span<const Ancestor> ancestors) {
  for (size_t i = 1; i < ancestors.size(); ++i) {
    if (ommer.parent_hash == header_hash(ancestors[i].header))
      return &ancestors[i].header;
  }
  return nullptr;
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
    const BlockHeader* parent = find_parent(ommer, recent);
    if (parent == nullptr || is_known(hash, recent) || contains(seen, hash))
      return BlockError::OmmerKinship;
    if (check_header(ommer, *parent, schedule) != BlockError::None)
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
