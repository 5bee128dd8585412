// Scratch memory of the passes, kept from one function to the next so that a warm pass allocates
// nothing.
#pragma once

#include "base/vec.hpp"
#include "ir/chain.hpp"
#include "ir/function.hpp"
#include "ir/passes/forward.hpp"
#include "ir/passes/gvn.hpp"
#include "ir/passes/params.hpp"
#include "ir/passes/ranges.hpp"
#include "ir/passes/sccp.hpp"
#include "ir/passes/ssa.hpp"
#include "ir/stack_walk.hpp"

namespace zvm::ir {

/// Instructions by what they compute. One entry a place: a newer one drives the older one out.
class MergeTable {
 public:
  struct Entry {
    uint32_t epoch;
    InstId inst;
    uint64_t version;
  };

  [[nodiscard]] bool try_prepare() {
    return entries_.size() == kSize || entries_.try_resize(kSize);
  }
  void forget() {
    if (++epoch_ != 0)
      return;
    for (Entry& e : entries_)
      e.epoch = 0;
    epoch_ = 1;
  }
  [[nodiscard]] Entry& at(uint64_t hash) { return entries_[hash >> 55]; }
  [[nodiscard]] bool is_current(const Entry& e) const { return e.epoch == epoch_; }
  [[nodiscard]] uint32_t epoch() const { return epoch_; }

 private:
  static constexpr size_t kSize = 512;
  Vec<Entry> entries_;
  uint32_t epoch_ = 0;
};

/// How much of a value its uses ask for.
struct Demand {
  uint16_t bits;  ///< low bits; 0: it is not used at all
  bool is_wide;   ///< by something that takes it in its own type
  bool is_offset; ///< of a touch: its distance from others must stay in sight
};

/// Keccak-256 of words as big-endian bytes: what hash.word and hash.pair compute.
struct WordHashes {
  U256 (*word)(const U256&) = nullptr;
  U256 (*pair)(const U256&, const U256&) = nullptr;
};

struct PassContext {
  PassContext() = default;
  explicit PassContext(const WordHashes& hash_functions) : hashes(hash_functions) {}

  /// The IR has no hash function of its own: without these, hashes of constants stay.
  WordHashes hashes;
  Cfg cfg;
  Dominators dominators;
  Ssa ssa;
  Sccp sccp;
  Gvn gvn;
  Params params;
  Ranges ranges;
  Forward forward;
  MergeTable merge_table;
  Chain chain;
  Vec<uint16_t> width; ///< by value: it is less than 2 to this power
  Vec<Demand> demand;  ///< by value
  Vec<ValueId> narrow; ///< see Narrower
  Vec<InstId> chosen;  ///< instructions that narrow will rewrite
  StackWalk stack;
  Vec<uint8_t> reached; ///< by block
  Vec<BlockId> open;
  bool has_cut_edges = false; ///< fold has made a jump of a branch
};

} // namespace zvm::ir
