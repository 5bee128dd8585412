// What the allocation of registers knows of a function before its code is written: positions of
// instructions, when each value is used next, and what lives where a block begins.
#pragma once

#include "base/vec.hpp"
#include "ir/analysis/cfg.hpp"
#include "ir/stack_walk.hpp"

namespace zvm::backend::asmjit {

class Flow {
 public:
  static constexpr uint32_t kNever = ir::kNone;

  /// False where memory ran out, or more lives at the beginnings of blocks and in states than the
  /// function's size is worth.
  [[nodiscard]] bool try_begin(const ir::Function& f);

  /// Instructions are numbered in layout; `end` is that behind the last of the block.
  [[nodiscard]] uint32_t first(ir::BlockId b) const { return span_[b].first; }
  [[nodiscard]] uint32_t end(ir::BlockId b) const { return span_[b].end; }
  /// Where the loop ends that the block is the head of; 0: it is none.
  [[nodiscard]] uint32_t loop_end(ir::BlockId b) const { return span_[b].loop_end; }
  /// Whether the block is part of a loop.
  [[nodiscard]] bool is_in_loop(ir::BlockId b) const { return span_[b].is_in_loop; }
  /// Whether any way leads there but the return of a message, which comes by an entry.
  [[nodiscard]] bool is_entered(ir::BlockId b) const { return span_[b].is_entered; }
  [[nodiscard]] bool is_root(ir::BlockId b) const { return span_[b].is_root; }
  /// Where the only edge into the block comes from; kNone: there are others, or it is entered.
  [[nodiscard]] ir::BlockId above(ir::BlockId b) const {
    const auto edges = cfg_.predecessors(b);
    return edges.size() == 1 && !span_[b].is_root ? edges[0].block : ir::kNone;
  }
  [[nodiscard]] std::span<const ir::ValueId> live_in(ir::BlockId b) const {
    return live_.view().subspan(first_live_[b], first_live_[b + 1] - first_live_[b]);
  }
  /// The first position, from this one on, where an instruction takes the value, or an edge with it.
  [[nodiscard]] uint32_t next_use(ir::ValueId v, uint32_t position) const;
  /// How often it is taken.
  [[nodiscard]] uint32_t uses(ir::ValueId v) const { return first_use_[v + 1] - first_use_[v]; }
  /// Whether a comparison is made by the branch at the end of its block, which alone asks for it: then
  /// its operands live on to there.
  [[nodiscard]] bool is_for_branch(const ir::Function& f, const ir::Inst& comparison) const {
    return is_compared_last(f, comparison) && uses(comparison.result) == 1 &&
           last_state_[comparison.result] == 0;
  }
  /// The last position of a frame state that has the value.
  [[nodiscard]] uint32_t last_state(ir::ValueId v) const { return last_state_[v]; }
  /// A place of the guest's stack where a frame state has the value; kNowhere: none has.
  [[nodiscard]] int32_t stack_place(ir::ValueId v) const { return stack_place_[v]; }
  static constexpr int32_t kNowhere = INT32_MIN;

 private:
  struct Span {
    uint32_t first = 0, end = 0, loop_end = 0;
    bool is_in_loop = false, is_entered = false, is_root = false;
  };
  struct Pair {
    uint32_t key, item;
  };

  /// It is the condition of the branch at the end of its block, which is not far: words of 256 bits
  /// are too many registers to wait.
  [[nodiscard]] static bool is_compared_last(const ir::Function& f, const ir::Inst& comparison);
  void number(const ir::Function& f);
  [[nodiscard]] bool find_entered(const ir::Function& f);
  [[nodiscard]] bool note_uses(const ir::Function& f);
  [[nodiscard]] bool note_compared(const ir::Function& f, ir::ValueId condition, ir::BlockId b,
                                   uint32_t at);
  [[nodiscard]] bool note_state(const ir::Function& f, ir::StateId s, ir::BlockId b, uint32_t at);
  [[nodiscard]] bool find_live(const ir::Function& f);
  void prefer_places_of_parameters(const ir::Function& f);
  /// Pairs by their keys, stably: `first` gets where those of each key begin.
  [[nodiscard]] bool sort(const Vec<Pair>& pairs, size_t keys, Vec<uint32_t>& first,
                          Vec<uint32_t>& items);
  [[nodiscard]] bool note_in_block(ir::ValueId v, ir::BlockId b, const ir::Function& f);

  ir::Cfg cfg_;
  Vec<Span> span_;
  Vec<uint32_t> first_use_, uses_; ///< by value
  Vec<uint32_t> last_state_;
  Vec<int32_t> stack_place_;
  Vec<uint32_t> first_live_, live_; ///< by block
  Vec<Pair> pairs_, in_blocks_;
  Vec<uint32_t> seen_; ///< by value: the block where it was noted last
  Vec<uint32_t> first_block_, blocks_;
  Vec<ir::BlockId> work_;
  ir::StackWalk stack_;
  size_t room_ = 0; ///< for items of states and live values
};

} // namespace zvm::backend::asmjit
