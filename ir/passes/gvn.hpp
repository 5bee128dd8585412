// Instructions that compute what one that dominates them has computed.
//
// Down the dominator tree, with a table of what is known: what a block adds is taken out behind the
// last of those it dominates. The table loses nothing, so that its hash, which is seeded, decides
// about time alone.
#pragma once

#include "ir/analysis/cfg.hpp"
#include "ir/analysis/dominators.hpp"
#include "ir/passes/forward.hpp"

namespace zvm::ir {

/// Keeps its memory from one function to the next.
class Gvn {
 public:
  /// False where memory ran out.
  [[nodiscard]] bool run(Function& f, Cfg& cfg, Dominators& dominators, Forward& forward);

  /// What an op may read that others write. Each has a number, which is another one behind every
  /// write.
  enum class Store : uint8_t { Memory, Sizes, Module, Returned, Count_ };

 private:
  struct Versions {
    uint32_t of[static_cast<size_t>(Store::Count_)];
  };
  struct Entry {
    InstId inst;
    uint32_t version; ///< of the store it reads
    uint32_t place;   ///< in heads_
    uint32_t next;    ///< + 1
  };
  struct Open {
    BlockId block;
    uint32_t entries; ///< as many were in the table at its head
  };

  [[nodiscard]] bool prepare();
  [[nodiscard]] bool visit_block(BlockId b);
  [[nodiscard]] bool visit(InstId inst);
  void begin_versions(BlockId b);
  void note_writes(const Inst& inst);
  [[nodiscard]] uint32_t version_of(const Inst& inst) const;
  [[nodiscard]] uint64_t hash(const Inst& inst, uint32_t version) const;
  [[nodiscard]] bool is_same(const Inst& a, const Inst& b) const;
  void close();

  Function* f_ = nullptr;
  const Cfg* cfg_ = nullptr;
  Forward* forward_ = nullptr;
  Versions now_{};
  uint32_t last_version_ = 0;
  Vec<Entry> entries_;
  Vec<uint32_t> heads_; ///< the newest entry with such a hash, + 1; as many as a power of two
  Vec<Open> open_;
  Vec<Versions> at_end_; ///< by block
};

} // namespace zvm::ir
