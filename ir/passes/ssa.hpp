// Variables become values.
//
// After Cytron and others, "Efficiently computing static single assignment form", TOPLAS 1991. A
// variable may need a parameter where ways from blocks that set it meet: at their dominance
// frontier, and at that of those. A walk down the dominator tree finds what each read sees.
// Parameters that no read sees, be it through others, are left out.
//
// Nothing is changed before it is known that the result fits.
#pragma once

#include "ir/analysis/cfg.hpp"
#include "ir/analysis/dominators.hpp"
#include "ir/function.hpp"

namespace zvm::ir {

/// Keeps its memory from one function to the next.
class Ssa {
 public:
  /// False where memory ran out. What does not fit the budget stays as it is.
  [[nodiscard]] bool run(Function& f, Cfg& cfg, Dominators& dominators);

 private:
  /// What a variable holds somewhere: a value, or one of the two below with a number.
  using Def = uint32_t;
  static constexpr Def kMeeting = uint32_t{1} << 31; ///< of a meeting
  static constexpr Def kEntry = uint32_t{1}
                                << 30; ///< of a variable: what it holds at function entry
  static constexpr Def kKind = kMeeting | kEntry;

  struct Link {
    BlockId block;
    uint32_t next; ///< the place of another one, + 1
  };
  struct PerVariable {
    Def now;
    uint32_t set_in;    ///< the last block that was seen to set it, + 1
    uint32_t first_set; ///< list of such blocks
    bool is_exposed;    ///< a block reads it before it sets it
  };
  struct PerBlock {
    uint32_t frontier;      ///< list of blocks
    uint32_t met, queued;   ///< the variable for which it was last, + 1
    uint32_t first_meeting; ///< of its meetings, which stand together
    uint32_t meetings;
    uint32_t first_access; ///< of its reads and writes of variables, so too
    uint32_t accesses;
  };
  /// A parameter that may be made.
  struct Meeting {
    BlockId block;
    uint32_t variable;
    ValueId value = kNone;
    bool is_seen = false;
  };
  struct Undo {
    uint32_t variable;
    Def before;
  };
  struct Open {
    BlockId block;
    uint32_t undo; ///< as much was in the log at its head
  };

  // What it would be. All are false where memory ran out or it is too much, is_refused_ says which.
  [[nodiscard]] bool plan();
  [[nodiscard]] bool prepare();
  [[nodiscard]] bool find_accesses();
  [[nodiscard]] bool note_access(InstId inst, BlockId b);
  [[nodiscard]] bool find_frontiers();
  [[nodiscard]] bool find_meetings();
  [[nodiscard]] bool meet(uint32_t variable);
  [[nodiscard]] bool sort_meetings();
  [[nodiscard]] bool follow();
  [[nodiscard]] bool follow_block(BlockId b);
  [[nodiscard]] bool set(uint32_t variable, Def def);
  [[nodiscard]] bool see(Def def);
  [[nodiscard]] bool see_through();
  [[nodiscard]] bool spend(uint64_t steps);

  // Making it so.
  void change();
  void make_parameters();
  void rewrite_uses();
  void rewrite_edges();
  void pass_meetings(Target& target, uint32_t first);
  [[nodiscard]] ValueId value_of(Def def);

  Function* f_ = nullptr;
  const Cfg* cfg_ = nullptr;
  const Dominators* dominators_ = nullptr;
  uint64_t size_ = 0;  ///< of the function: instructions and edges
  uint64_t spent_ = 0; ///< steps
  uint64_t parameters_ = 0;
  bool is_refused_ = false;

  Vec<PerVariable> variable_;
  Vec<PerBlock> block_;
  Vec<Link> links_;
  Vec<Meeting> meetings_, unsorted_;
  Vec<InstId> accesses_;     ///< var.get and var.set
  Vec<Def> reads_;           ///< by value: what var.get saw, + 1
  Vec<Def> passed_;          ///< what edges pass to meetings
  Vec<uint32_t> first_pass_; ///< by target: its first in passed_
  Vec<Undo> log_;
  Vec<Open> open_;
  Vec<uint32_t> work_;
};

} // namespace zvm::ir
