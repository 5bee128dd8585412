#include "cli/conformance/test_chain.hpp"

#include <stdexcept>

namespace zvm::cli {

using namespace runtime;

TestChain::TestChain(Transactor& transactor, const ForkSchedule& forks, const U256& chain_id,
                     const MemoryStore& pre, BlockHeader genesis)
    : transactor_(transactor), forks_(forks), chain_id_(chain_id), pre_(pre),
      genesis_(header_hash(genesis)), head_(genesis_) {
  const U256 difficulty = genesis.difficulty;
  blocks_.emplace(genesis_, Known{std::move(genesis), {}, {}, difficulty});
  StateDiff whole;
  if (!pre_.diff(whole) || !state_.apply(whole))
    throw std::runtime_error("out of memory");
  at_ = genesis_;
}

/// From the parent of the running block down.
Status TestChain::block_hash(void* user, uint64_t number, Bytes32& out) {
  const auto& chain = *static_cast<const TestChain*>(user);
  out = {};
  auto block = chain.blocks_.find(chain.parent_);
  while (block != chain.blocks_.end() && block->second.header.number > number)
    block = chain.blocks_.find(block->second.header.parent_hash);
  if (block != chain.blocks_.end() && block->second.header.number == number)
    out = block->first;
  return Status::Success;
}

void TestChain::go_to(const Bytes32& hash) {
  if (at_ == hash)
    return;
  std::vector<const Known*> path;
  for (Bytes32 block = hash; block != genesis_; block = path.back()->header.parent_hash)
    path.push_back(&blocks_.at(block));
  state_.clear();
  StateDiff whole;
  bool done = pre_.diff(whole) && state_.apply(whole);
  for (auto block = path.rbegin(); block != path.rend(); ++block)
    done = done && state_.apply((*block)->diff);
  if (!done)
    throw std::runtime_error("out of memory");
  at_ = hash;
}

const gas::Schedule* TestChain::rules_of(const BlockHeader& header) {
  const Revision revision = forks_.at(header.number, header.timestamp).revision;
  return &schedules_.try_emplace(revision, gas::make_evm_schedule(revision)).first->second;
}

std::vector<Ancestor> TestChain::ancestors_of(const Block& block) {
  const size_t most = block.ommers.empty() ? 1 : kMostAncestors;
  std::vector<Ancestor> ancestors;
  auto next = blocks_.find(block.header.parent_hash);
  while (next != blocks_.end() && ancestors.size() < most) {
    const Known& known = next->second;
    ancestors.push_back({known.header, known.ommers, rules_of(known.header)});
    next = blocks_.find(known.header.parent_hash);
  }
  return ancestors;
}

void TestChain::keep(const Block& block, StateDiff diff) {
  const Bytes32 hash = header_hash(block.header);
  const Known& parent = blocks_.at(block.header.parent_hash);
  const U256 total = parent.total_difficulty + block.header.difficulty;
  const bool leads =
      total > blocks_.at(head_).total_difficulty || block.header.difficulty.is_zero();
  std::vector<Bytes32> ommers;
  for (const BlockHeader& ommer : block.ommers)
    ommers.push_back(header_hash(ommer));
  blocks_.insert_or_assign(hash, Known{block.header, std::move(ommers), std::move(diff), total});
  at_ = hash;
  if (leads)
    head_ = hash;
}

std::string TestChain::add(ByteView bytes, BlockResult& result) {
  result = {};
  const Result<Block> block = decode_block(bytes);
  if (!block) {
    result.refusal = BlockError::Malformed;
    return {};
  }
  const std::vector<Ancestor> ancestors = ancestors_of(*block);
  if (ancestors.empty()) {
    result.refusal = BlockError::UnknownParent;
    return {};
  }
  parent_ = block->header.parent_hash;
  go_to(parent_);
  const Fork& fork = forks_.at(block->header.number, block->header.timestamp);
  Execution& x = transactor_.prepare(fork);
  x.block.chain_id = chain_id_;
  x.block.block_hash = block_hash;
  x.block.block_hash_user = this;
  x.missing_precompile = {};
  const Status status = transactor_.execute_block(state_, {*block, ancestors}, {}, result);
  if (!x.missing_precompile.empty())
    missing_precompile_ = x.missing_precompile;
  if (status != Status::Success)
    return "the host failed: " + host_failure().message();
  if (result.refusal == BlockError::None)
    keep(*block, std::move(result.diff));
  return {};
}

} // namespace zvm::cli
