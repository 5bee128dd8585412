// The backward walk of dce and narrow, which both ask who uses a value.
#include "ir/access.hpp"
#include "ir/passes/folder.hpp"
#include "ir/passes/narrower.hpp"
#include "ir/passes/passes.hpp"
#include "ir/passes/traits.hpp"

namespace zvm::ir {
namespace {

/// Takes out blocks that cannot be reached.
bool remove_unreachable(Function& f, Vec<uint8_t>& reached, Vec<BlockId>& open) {
  reached.clear();
  open.clear();
  const auto reach = [&](BlockId b) {
    const bool is_new = reached[b] == 0;
    reached[b] = 1;
    return !is_new || open.try_push(b);
  };
  if (!reached.try_resize(f.blocks.size()) || !f.for_each_root(reach))
    return false;
  while (!open.empty()) {
    const auto targets = targets_of(f, open.back());
    open.pop();
    for (const Target& t : targets) {
      if (!reach(t.block))
        return false;
    }
  }
  for (const BlockId b : layout(f)) {
    if (reached[b] == 0)
      f.remove_block(b);
  }
  return true;
}

class Sweep {
 public:
  Sweep(Function& f, PassContext& context, bool removes, bool narrows)
      : f_(f), narrower_(f, context), stack_(context.stack), removes_(removes), narrows_(narrows) {}

  bool run() {
    if (!narrower_.try_begin() || !use_states())
      return false;
    for (BlockId b = f_.last_block(); b != kNone; b = f_.blocks[b].prev) {
      for (InstId id = f_.blocks[b].last; id != kNone;) {
        const InstId before = f_.insts[id].prev;
        if (!visit(id))
          return false;
        id = before;
      }
    }
    return narrower_.try_rewrite();
  }

 private:
  bool visit(InstId id) {
    const Inst& inst = f_.insts[id];
    const Traits known = traits(inst.op);
    if (removes_ && (known & kRemovable) != 0 && !has_use(inst) &&
        only_read(effects(inst.op, inst.attribute))) {
      f_.remove(id);
      return true;
    }
    for (uint32_t t = 0; t < inst.targets.count; ++t)
      use(f_.targets[inst.targets.begin + t].args);
    if ((known & kHasDemand) != 0)
      return narrower_.try_visit(id, narrows_);
    use(inst.args);
    return true;
  }

  void use(Range values) {
    for (const ValueId v : f_.values_of(values))
      narrower_.use(v);
  }
  /// What stands on the stack in any of the states. Those of instructions that are no longer there
  /// do not count.
  [[nodiscard]] bool use_states() {
    if (f_.states.empty())
      return true;
    if (!stack_.try_begin(f_))
      return false;
    for (const BlockId b : layout(f_)) {
      if (!use_state(f_.blocks[b].state))
        return false;
      for (const InstId i : body(f_, b)) {
        if (!use_state(f_.insts[i].state))
          return false;
      }
    }
    return true;
  }
  [[nodiscard]] bool use_state(StateId s) {
    if (s == kNone || s == last_state_) // the ops of one guest instruction share a state
      return true;
    last_state_ = s;
    if (!stack_.try_seek(s))
      return false;
    stack_.visit_new([&](ValueId v) { narrower_.use(v); });
    return true;
  }
  [[nodiscard]] bool has_use(const Inst& inst) const {
    for (uint32_t r = 0; r < inst.result_count; ++r) {
      if (narrower_.is_demanded(inst.result + r))
        return true;
    }
    return false;
  }

  Function& f_;
  Narrower narrower_;
  StackWalk& stack_;
  StateId last_state_ = kNone;
  bool removes_, narrows_;
};

/// Widths of all values, where no other pass has just found them.
bool find_widths(Function& f, PassContext& context) {
  Folder k{f, context};
  context.width.clear();
  if (!context.width.try_resize(f.values.size()))
    return false;
  for (const BlockId b : layout(f)) {
    for (const ValueId v : f.values_of(f.blocks[b].params))
      k.note_width(v);
    for (const InstId i : body(f, b)) {
      for (uint32_t r = 0; r < f.insts[i].result_count; ++r)
        k.note_width(f.insts[i].result + r);
    }
  }
  return true;
}

} // namespace

bool dce(Function& f, PassContext& context) {
  return remove_unreachable(f, context.reached, context.open) &&
         Sweep{f, context, true, false}.run();
}

bool narrow(Function& f, PassContext& context) {
  return find_widths(f, context) && Sweep{f, context, false, true}.run();
}

bool dce_narrow(Function& f, PassContext& context) {
  if (context.has_cut_edges && !remove_unreachable(f, context.reached, context.open))
    return false;
  return Sweep{f, context, true, true}.run();
}

} // namespace zvm::ir
