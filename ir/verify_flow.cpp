// Definitions before uses; frame states.
#include "ir/access.hpp"
#include "ir/analysis/dominators.hpp"
#include "ir/stack_walk.hpp"
#include "ir/verify.hpp"
#include "ir/verify_error.hpp"

#include <algorithm>
#include <optional>

namespace zvm::ir {
namespace {

class Flow {
 public:
  explicit Flow(const Function& f) : f_(f) {}

  Result<void> run() {
    Cfg cfg;
    if (!cfg.try_build(f_) || !dominators_.try_build(f_, cfg) || !stack_.try_begin(f_) ||
        !home_.try_resize(f_.values.size()))
      return no_memory();
    for (const BlockId b : layout(f_))
      ZVM_CHECK(check_block(b));
    return {};
  }

 private:
  /// `home_` says in which block a value has been defined so far, counted from 1.
  Result<void> check_block(BlockId id) {
    const Block& b = f_.blocks[id];
    for (const ValueId v : f_.values_of(b.params))
      home_[v] = id + 1;
    ZVM_TRY(const ValueId of_block, unusable_in_state(b.state, id));
    if (of_block != kNone)
      return wrong_block(id, "has in its state " + unusable(of_block));
    for (const InstId i : body(f_, id)) {
      const Inst& inst = f_.insts[i];
      for (const ValueId v : f_.args(inst)) {
        if (!is_usable(v, id))
          return wrong_inst(f_, i, "uses " + unusable(v));
      }
      ZVM_TRY(const ValueId of_inst, unusable_in_state(inst.state, id));
      if (of_inst != kNone)
        return wrong_inst(f_, i, "has in its state " + unusable(of_inst));
      for (uint32_t r = 0; r < inst.result_count; ++r)
        home_[inst.result + r] = id + 1; // which an edge may pass on
      for (uint32_t t = 0; t < inst.targets.count; ++t) {
        for (const ValueId v : f_.values_of(f_.targets[inst.targets.begin + t].args)) {
          if (!is_usable(v, id))
            return wrong_inst(f_, i, "passes " + unusable(v));
        }
      }
    }
    return {};
  }

  /// A value of the state that cannot be used in the block; kNone.
  Result<ValueId> unusable_in_state(StateId s, BlockId where) {
    if (s == kNone)
      return kNone;
    if (!stack_.try_seek(s))
      return no_memory();
    for (int32_t position = stack_.low(); position < stack_.height(); ++position) {
      const ValueId v = stack_[position];
      if (v != StackWalk::kEntryItem && !is_usable(v, where))
        return v;
    }
    return kNone;
  }
  [[nodiscard]] bool is_usable(ValueId v, BlockId where) const {
    if (f_.is_constant(v))
      return true;
    if (home_[v] == 0)
      return false;
    const BlockId home = home_[v] - 1;
    if (home == where || !dominators_.is_reachable(where))
      return true;
    return dominators_.is_reachable(home) && dominators_.dominates(home, where);
  }
  [[nodiscard]] std::string unusable(ValueId v) const {
    return "value " + std::to_string(v) +
           (home_[v] == 0
                ? ", which is not defined before it"
                : ", whose block " + std::to_string(home_[v] - 1) + " does not dominate it");
  }

  const Function& f_;
  Dominators dominators_;
  StackWalk stack_;
  Vec<uint32_t> home_;
};

std::string edge_fault(const Function& f, std::span<const uint32_t> places, BlockId from,
                       const Target& to) {
  const bool leads_back = places[to.block] <= places[from];
  if (to.polls && (!f.polls_by_edge || !f.blocks[to.block].poll))
    return "polls, where edges do not say so or block " + std::to_string(to.block) + " does not";
  if (leads_back && !f.blocks[to.block].poll && !f.polls_by_edge)
    return "leads back to block " + std::to_string(to.block) + ", which does not poll";
  if (!to.paid)
    return {};
  if (f.has_states || f.insts[f.blocks[from].last].op != Op::Br)
    return "has an edge that cannot be paid";
  if (f.blocks[from].gas < f.blocks[to.block].gas)
    return "has not paid what its target charges";
  return {};
}

/// Blocks that are no part of a loop without an edge that polls, and lead to none.
struct Polled {
  Vec<uint32_t>
      silent; ///< edges into each block that do not poll, from blocks that are not known yet
  Vec<BlockId> work;

  /// Whether all are; nothing where memory ran out.
  [[nodiscard]] std::optional<bool> all(const Function& f) {
    if (!silent.try_resize(f.blocks.size()))
      return std::nullopt;
    size_t left = 0;
    for (const BlockId b : layout(f)) {
      ++left;
      for (const Target& t : targets_of(f, b))
        silent[t.block] += t.polls ? 0 : 1;
    }
    for (const BlockId b : layout(f)) {
      if (silent[b] == 0 && !work.try_push(b))
        return std::nullopt;
    }
    for (; !work.empty(); --left) {
      const BlockId b = work.back();
      work.pop();
      for (const Target& t : targets_of(f, b)) {
        if (!t.polls && --silent[t.block] == 0 && !work.try_push(t.block))
          return std::nullopt;
      }
    }
    return left == 0;
  }
};

} // namespace

Result<void> verify_edges(const Function& f) {
  Vec<uint32_t> places;
  if (!number_layout(f, places))
    return no_memory();
  if (f.depth != 0 && !f.blocks[0].poll)
    return wrong_block(0, "is entered by calls and does not poll");
  if (f.polls_by_edge) {
    const std::optional<bool> all = Polled{}.all(f);
    if (!all)
      return no_memory();
    if (!*all)
      return wrong_block(0, "leads to a loop none of whose edges polls");
  }
  for (const BlockId b : layout(f)) {
    for (const Target& target : targets_of(f, b)) {
      if (std::string fault = edge_fault(f, places.view(), b, target); !fault.empty())
        return wrong_block(b, fault);
    }
  }
  return {};
}

Result<void> verify_flow(const Function& function) { return Flow{function}.run(); }

Result<void> verify_states(const Function& f) {
  for (const BlockId b : layout(f)) {
    const Block& block = f.blocks[b];
    if (block.gas < 0)
      return wrong_block(b, "has negative gas");
    const bool charges = block.gas != 0 || block.poll;
    if (block.is_final && (!charges || !f.has_states || block.state != kNone))
      return wrong_block(b, "is declared final and cannot fail, or is so anyway, or has a state");
    if (charges && f.is_snippet())
      return wrong_block(b, "charges gas in step form");
    if (charges && f.has_states && !block.is_final && block.state == kNone)
      return wrong_block(b, "charges gas or polls without a state");
    if (block.state != kNone && !f.has_states)
      return wrong_block(b, "has a state where failing is final");
    if (block.state != kNone && f.states[block.state].unused != 0)
      return wrong_block(b, "has a state with prepaid gas");
    for (const InstId i : body(f, b)) {
      const Inst& inst = f.insts[i];
      const bool always = inst.op == Op::Leave || inst.op == Op::LeaveDynamic ||
                          inst.op == Op::Exit || inst.op == Op::ReturnLabel ||
                          inst.op == Op::MessageCall;
      const bool has = inst.state != kNone;
      const bool may_fail = (effects(inst.op, inst.attribute) & MayExit) != 0 && f.has_states;
      // What asks the host may have to wait, which is no failure.
      if (inst.is_final != 0 && (!may_fail || always || info(inst.op).has(ReadsHost)))
        return wrong_inst(f, i, "is declared final and does not fail for good");
      const bool must = always || (may_fail && inst.is_final == 0);
      if (has != must)
        return wrong_inst(f, i, has ? "has a frame state" : "has no frame state");
      if (!has)
        continue;
      const FrameState& s = f.states[inst.state];
      if (s.unused < 0)
        return wrong_inst(f, i, "has a state with negative prepaid gas");
      if (inst.op == Op::LeaveDynamic &&
          static_cast<int64_t>(inst.attribute) > s.height + int64_t{f.stack_need})
        return wrong_inst(f, i, "takes more than the stack of its state");
    }
  }
  return {};
}

} // namespace zvm::ir
