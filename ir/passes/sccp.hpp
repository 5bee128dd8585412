// Values that are constant on every way that can be taken.
//
// After Wegman and Zadeck, "Constant propagation with conditional branches", TOPLAS 1991: nothing
// can be reached and all is constant until the contrary is found. Values go down at most twice,
// edges are taken once.
//
// An entry may bring anything. Where all other ways bring one constant the entry is made to compare
// what it brings, and leaves by its state if that is something else.
#pragma once

#include "ir/passes/forward.hpp"

namespace zvm::ir {

/// Keeps its memory from one function to the next.
class Sccp {
 public:
  /// False where memory ran out.
  [[nodiscard]] bool run(Function& f, Forward& forward);

 private:
  /// What a value is: not known yet, a constant, or anything.
  using Cell = ValueId;
  static constexpr Cell kUnknown = kNone;
  static constexpr Cell kAny = kNone - 1;

  /// A use by an instruction that looks at its operands, or by an edge.
  struct User {
    uint32_t inst;   ///< or, of an edge, the parameter it passes the value to
    uint32_t target; ///< of the edge; kNone for an instruction
    uint32_t next;   ///< + 1
  };

  [[nodiscard]] bool prepare();
  [[nodiscard]] bool add_users(BlockId b);
  [[nodiscard]] bool add_user(ValueId v, uint32_t inst, uint32_t target);
  [[nodiscard]] bool propagate();
  [[nodiscard]] bool enter(BlockId b);
  [[nodiscard]] bool go(uint32_t target);
  [[nodiscard]] bool tell_users(ValueId v);
  [[nodiscard]] bool take(uint32_t target);
  [[nodiscard]] bool take_all(Range targets);
  [[nodiscard]] bool visit(InstId inst);
  [[nodiscard]] bool branch(const Inst& inst);
  [[nodiscard]] bool lower(ValueId v, Cell to);
  [[nodiscard]] Cell compute(const Inst& inst);
  [[nodiscard]] Cell select(const Inst& inst) const;
  [[nodiscard]] static Cell meet(Cell a, Cell b) {
    return a == kUnknown || a == b ? b : b == kUnknown ? a : kAny;
  }
  [[nodiscard]] bool has_looked(const User& user) const {
    return user.target != kNone ? taken_[user.target] != 0 : visited_[user.inst] != 0;
  }
  [[nodiscard]] Cell cell(ValueId v) const { return f_->is_constant(v) ? v : cell_[v]; }
  [[nodiscard]] static bool is_constant(Cell c) { return c < kAny; }
  [[nodiscard]] bool settle_entries();
  [[nodiscard]] bool for_each_entry_parameter(bool (Sccp::*visit)(ValueId v));
  [[nodiscard]] bool expect(ValueId v);
  [[nodiscard]] bool keep_expecting(ValueId v);
  [[nodiscard]] Cell others_bring(ValueId v) const;
  void change();
  void compare_at_entry(BlockId entry);
  void cut_branch(Inst& inst);

  Function* f_ = nullptr;
  Forward* forward_ = nullptr;
  Vec<Cell> cell_;      ///< by value
  Vec<uint32_t> users_; ///< by value
  Vec<User> links_;
  Vec<uint8_t> visited_;     ///< by instruction
  Vec<uint8_t> entered_;     ///< by block
  Vec<uint8_t> taken_;       ///< by target
  Vec<uint32_t> edges_;      ///< to take
  Vec<ValueId> lowered_;     ///< whose users are to be looked at
  Vec<uint8_t> is_expected_; ///< by value: a parameter of an entry that will be compared
};

} // namespace zvm::ir
