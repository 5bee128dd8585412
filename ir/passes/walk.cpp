// The forward walk of fold, cse and touches. They are one walk in the pipeline: a merged or
// forwarded value is often a constant, which folds what follows, whose addresses then are
// constants, which lets more be forwarded.
#include "ir/passes/folder.hpp"
#include "ir/passes/merger.hpp"
#include "ir/passes/passes.hpp"
#include "ir/passes/touches.hpp"

namespace zvm::ir {
namespace {

class Walk {
 public:
  /// Without `folds` only instructions whose operands have changed are folded.
  struct Parts {
    bool folds = false, merges = false, touches = false;
  };
  Walk(Function& f, PassContext& context, Parts parts)
      : f_(f), context_(context), forward_(context.forward), folder_(f, context),
        merger_(f, context), touches_(f), parts_(parts) {}

  bool run() {
    context_.has_cut_edges = false;
    context_.width.clear();
    if (!forward_.try_reset(f_.values.size()) || !context_.width.try_resize(f_.values.size()))
      return false;
    if (!context_.chain.try_build(f_) || !merger_.try_begin())
      return false;
    for (const BlockId b : layout(f_)) {
      for (const ValueId v : f_.values_of(f_.blocks[b].params))
        folder_.note_width(v);
      if (!context_.chain.continues(b)) {
        merger_.forget();
        touches_.forget();
      }
      touches_.begin_block();
      for (const InstId i : body(f_, b)) {
        if (!visit(i))
          return false;
      }
    }
    forward_.finish(f_);
    return !f_.failed();
  }

 private:
  bool visit(InstId id) {
    const bool has_changed = rewrite(f_.args(f_.insts[id]));
    const Op op = f_.insts[id].op;
    const Traits t = traits(op);
    ValueId v = kNone;
    if (op == Op::MemTouch && parts_.touches) {
      v = touches_.visit(id);
      if (!folder_.try_extend()) // the address may be a new constant
        return false;
    } else if (parts_.folds || (has_changed && parts_.merges)) {
      if ((t & kFolds) != 0) {
        folder_.look_at(id);
        v = simplify(folder_);
        if (!folder_.try_extend())
          return false;
      } else if ((t & kBranches) != 0) {
        folder_.look_at(id);
        while (fold_branch(folder_)) {
        }
        context_.has_cut_edges |= f_.insts[id].op == Op::Br;
      }
    }
    if (v == kNone && parts_.merges && (traits(f_.insts[id].op) & kMerges) != 0) {
      v = merger_.visit(id);
      if (!folder_.try_extend())
        return false;
    }
    const Inst& inst = f_.insts[id];
    touches_.pass(inst);
    if (v != kNone) {
      forward_.set(inst.result, v);
      f_.remove(id);
    } else {
      for (uint32_t r = 0; r < inst.result_count; ++r)
        folder_.note_width(inst.result + r);
    }
    return true;
  }

  bool rewrite(std::span<ValueId> args) {
    bool has_changed = false;
    for (ValueId& v : args) {
      const ValueId to = forward_[v];
      has_changed |= to != v;
      v = to;
    }
    return has_changed;
  }

  Function& f_;
  PassContext& context_;
  Forward& forward_;
  Folder folder_;
  Merger merger_;
  Touches touches_;
  Parts parts_;
};

} // namespace

bool fold(Function& f, PassContext& context) { return Walk{f, context, {.folds = true}}.run(); }

bool cse(Function& f, PassContext& context) { return Walk{f, context, {.merges = true}}.run(); }

bool touches(Function& f, PassContext& context) {
  return Walk{f, context, {.touches = true}}.run();
}

bool fold_cse_touches(Function& f, PassContext& context) {
  return Walk{f, context, {.folds = true, .merges = true, .touches = true}}.run();
}

} // namespace zvm::ir
