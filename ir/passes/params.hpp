// Block parameters that need not be: no one reads them, or every edge passes the same value.
#pragma once

#include "ir/analysis/cfg.hpp"
#include "ir/passes/forward.hpp"

namespace zvm::ir {

/// Keeps its memory from one function to the next.
class Params {
 public:
  /// False where memory ran out.
  [[nodiscard]] bool run(Function& f, Cfg& cfg, Forward& forward);

 private:
  /// A use of a parameter as the argument of an edge to the block of another one.
  struct Link {
    ValueId to;
    uint32_t next; ///< + 1
  };
  static constexpr ValueId kUnknown = kNone; ///< nothing has been passed yet
  /// Until it is known what parameters are, for each argument of an edge.
  static constexpr uint64_t kMostSteps = 32;

  [[nodiscard]] bool prepare();
  [[nodiscard]] bool is_param(ValueId v) const {
    return f_->values[v].kind == ValueKind::Parameter && !is_entry(f_->values[v].def);
  }
  [[nodiscard]] bool is_entry(BlockId b) const { return cfg_->predecessors(b).empty(); }
  /// Calls visit(argument) for what the edges to its block pass to a parameter, until it says no.
  template <typename Visit>
  void for_each_argument(ValueId param, Visit visit) const;
  [[nodiscard]] bool find_same();
  [[nodiscard]] ValueId meet(ValueId param);
  void give_up();
  [[nodiscard]] bool find_used();
  [[nodiscard]] bool use(ValueId v);
  [[nodiscard]] bool use_states();
  [[nodiscard]] bool remove();
  [[nodiscard]] bool shorten(Target& target);

  Function* f_ = nullptr;
  const Cfg* cfg_ = nullptr;
  Forward* forward_ = nullptr;
  uint64_t arguments_ = 0; ///< of all edges
  uint64_t steps_ = 0;
  Vec<ValueId> same_;    ///< by value: what a parameter always is; itself
  Vec<uint32_t> passed_; ///< by value: list of what a parameter is passed to
  Vec<Link> links_;
  Vec<uint8_t> waits_;    ///< by value: it is among the work
  Vec<uint8_t> used_;     ///< by value
  Vec<uint8_t> named_;    ///< by state
  Vec<uint8_t> shortens_; ///< by block
  Vec<ValueId> work_;
};

} // namespace zvm::ir
