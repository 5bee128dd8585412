// The chain of a blockchain test: its blocks by hash, its state at any of them, its head.
#pragma once

#include <map>
#include <vector>

#include "cli/fixtures/forks.hpp"
#include "cli/fixtures/transactor.hpp"
#include "runtime/block/execute.hpp"
#include "runtime/state/memory_store.hpp"

namespace zvm::cli {

class TestChain {
 public:
  /// `pre` is the state of the genesis block, and must outlive the chain.
  TestChain(Transactor& transactor, const ForkSchedule& forks, const U256& chain_id,
            const runtime::MemoryStore& pre, runtime::BlockHeader genesis);

  /// Runs an encoded block on the state of its parent. `result` says what came of it; a block that
  /// is not refused is part of the chain. Empty, or why the host failed.
  [[nodiscard]] std::string add(ByteView bytes, runtime::BlockResult& result);

  /// The state of the block last run, or, where that was refused, of its parent.
  [[nodiscard]] runtime::MemoryStore& state() { return state_; }
  /// Root of the state of the block last run, where it was refused: that of its parent.
  [[nodiscard]] Bytes32 expected_root() const { return blocks_.at(at_).header.state_root; }
  /// Makes state() that of the head: the block of most difficulty, or after proof of work the last.
  void go_to_head() { go_to(head_); }
  [[nodiscard]] const Bytes32& head() const { return head_; }
  /// Name of a precompile that was called and is not there; empty where there was none.
  [[nodiscard]] std::string_view missing_precompile() const { return missing_precompile_; }

 private:
  struct Known {
    runtime::BlockHeader header;
    std::vector<Bytes32> ommers;
    runtime::StateDiff diff;
    U256 total_difficulty;
  };

  static Status block_hash(void* user, uint64_t number, Bytes32& out);
  void go_to(const Bytes32& hash);
  /// Without the blob schedules that forks may have of their own: no ommer knows of blobs.
  [[nodiscard]] const gas::Schedule* rules_of(const runtime::BlockHeader&);
  [[nodiscard]] std::vector<runtime::Ancestor> ancestors_of(const runtime::Block&);
  void keep(const runtime::Block&, runtime::StateDiff);

  Transactor& transactor_;
  const ForkSchedule& forks_;
  U256 chain_id_;
  const runtime::MemoryStore& pre_;
  std::map<Revision, gas::Schedule> schedules_; ///< of the forks of the chain
  std::map<Bytes32, Known> blocks_;
  Bytes32 genesis_;
  Bytes32 head_;
  runtime::MemoryStore state_;
  Bytes32 at_;     ///< whose state state_ is
  Bytes32 parent_; ///< of the block that runs
  std::string_view missing_precompile_;
};

} // namespace zvm::cli
