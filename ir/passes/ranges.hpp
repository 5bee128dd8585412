// What numbers values may be, and what becomes narrow by it.
//
// Each value has an interval where it is defined. *Facts* say more about it in a block and in those
// it dominates: what the branch that leads there has compared, and that the offset of a touch behind
// which something runs is an address. Blocks are looked at in an order in which only edges back are
// missing; for the parameters of loop heads something is assumed, which the edges back are held
// against afterwards, until it is so.
//
// An entry may bring anything. Where what other ways bring to a place fits 64 bits the entry is made
// to compare what it brings, and leaves by its state if that is something else.
#pragma once

#include "ir/analysis/cfg.hpp"
#include "ir/analysis/dominators.hpp"
#include "ir/passes/forward.hpp"
#include "ir/passes/interval.hpp"

namespace zvm::ir {

/// Keeps its memory from one function to the next.
class Ranges {
 public:
  /// False where memory ran out.
  [[nodiscard]] bool run(Function& f, Cfg& cfg, Dominators& dominators, Forward& forward);

 private:
  /// Of a value, in a block and those it dominates.
  struct Fact {
    Interval is;
    BlockId block;
    InstId behind; ///< only behind this touch; kNone: from the head on
    uint32_t next; ///< an older one of the same value, + 1
  };
  /// What a condition says of a value.
  struct Said {
    ValueId value;
    Interval is;
  };
  static constexpr unsigned kMostSaid = 8;
  struct Condition {
    Said said[kMostSaid];
    unsigned count = 0;
    bool can_be = true;
  };
  /// The i64 of a value's low bits, good in a block and those it dominates.
  struct Low {
    BlockId block;
    uint32_t value; ///< + 1; 0: there is none
  };
  static constexpr unsigned kNarrow = 64;

  // Finding intervals (ranges.cpp).
  [[nodiscard]] bool prepare();
  [[nodiscard]] bool analyse();
  [[nodiscard]] bool sweep();
  [[nodiscard]] bool visit_block(BlockId b);
  void begin_block(BlockId b);
  void visit(InstId inst, BlockId b);
  void visit_touch(const Inst& inst, InstId id, BlockId b);
  [[nodiscard]] bool is_back(const Edge& edge, BlockId to) const {
    return cfg_->place(edge.block) >= cfg_->place(to);
  }
  [[nodiscard]] const Target& target_of(const Edge& edge) const {
    return targets_of(*f_, edge.block)[edge.target];
  }
  [[nodiscard]] bool is_feasible(const Edge& edge, Condition& condition);
  [[nodiscard]] Interval brought(const Edge& edge, const Condition& condition, ValueId v) const;
  [[nodiscard]] Interval at(ValueId v, BlockId b, unsigned depth = 0) const;
  void add_fact(ValueId v, const Interval& is, BlockId b, InstId behind);
  void say(Condition& c, ValueId v, const Interval& is, BlockId b) const;
  void collect(Condition& c, ValueId condition, bool holds, BlockId b, unsigned depth) const;
  [[nodiscard]] Interval compute(const Inst& inst, BlockId b, const Said* instead) const;
  /// Holds the edges back against what was assumed: true where something was assumed too narrowly.
  bool correct();
  void assume_nothing();
  void tighten();
  void expect_at_entries();
  template <typename Visit>
  void for_each_head_parameter(Visit visit);

  // Making it so (narrow_ranges.cpp).
  void change();
  [[nodiscard]] bool find_carried();
  void retype_parameters();
  void rewrite(InstId inst, BlockId b);
  void rewrite_word(Inst& inst, InstId id, BlockId b);
  void rewrite_comparison(Inst& inst, InstId id, BlockId b);
  void rewrite_touch(InstId id, BlockId b);
  void rewrite_edges(const Inst& inst, InstId id, BlockId b);
  [[nodiscard]] bool fits(ValueId v, BlockId b) const { return at(v, b).high.fits_u64(); }
  /// The low 64 bits, made before the instruction where they are not there yet.
  [[nodiscard]] ValueId low(ValueId v, InstId user, BlockId b);
  [[nodiscard]] ValueId insert(Op op, Type type, std::span<const ValueId> args, InstId before);
  void check_entry(BlockId entry);

  Function* f_ = nullptr;
  const Cfg* cfg_ = nullptr;
  const Dominators* dominators_ = nullptr;
  Forward* forward_ = nullptr;
  Vec<Interval> of_;      ///< by value
  Vec<uint32_t> fact_;    ///< by value: the newest of its facts, + 1
  Vec<Interval> assumed_; ///< by value: of parameters of loop heads, and of entries
  Vec<uint8_t> is_assumed_;
  Vec<Fact> facts_;
  Vec<uint8_t> is_reached_; ///< by block
  Vec<uint8_t> is_passed_;  ///< by instruction: touches whose facts hold now
  Vec<Low> low_;            ///< by value
  Vec<uint8_t> is_retyped_; ///< by value: a parameter that becomes i64
  Vec<uint8_t> is_carried_; ///< by value: it is on the guest's stack at a call
  Vec<uint8_t> is_seen_;    ///< by state
  Vec<Edge> back_;          ///< edges back
  bool has_changed_ = false;
  bool is_rewriting_ = false;
};

} // namespace zvm::ir
