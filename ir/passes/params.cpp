#include "ir/passes/params.hpp"

#include "ir/analysis/uses.hpp"
#include "ir/edit.hpp"
#include "ir/passes/passes.hpp"

namespace zvm::ir {

bool Params::run(Function& f, Cfg& cfg, Forward& forward) {
  f_ = &f;
  cfg_ = &cfg;
  forward_ = &forward;
  if (!cfg.try_build(f))
    return false;
  if (const Order order = order_by_dominance(f, cfg); order != Order::ByDominance)
    return order == Order::Other;
  if (!forward.try_reset(f.values.size()) || !prepare())
    return false;
  if (work_.empty()) // no block has one
    return !f.failed();
  return find_same() && find_used() && remove() && !f.failed();
}

/// All parameters are looked at once; those of entries are values like others, and stay.
bool Params::prepare() {
  same_.clear();
  passed_.clear();
  links_.clear();
  used_.clear();
  waits_.clear();
  shortens_.clear();
  work_.clear();
  arguments_ = steps_ = 0;
  const Function& f = *f_;
  if (!same_.try_resize(f.values.size()) || !passed_.try_resize(f.values.size()) ||
      !used_.try_resize(f.values.size()) || !waits_.try_resize(f.values.size()) ||
      !shortens_.try_resize(f.blocks.size()))
    return false;
  for (ValueId v = 0; v < f.values.size(); ++v)
    same_[v] = v;
  const auto order = cfg_->order();
  for (size_t i = order.size(); i-- > 0;) { // taken from the end
    for (const ValueId p : f.values_of(f.blocks[order[i]].params)) {
      used_[p] = is_entry(order[i]) ? 1 : 0;
      if (is_entry(order[i]))
        continue;
      same_[p] = kUnknown;
      waits_[p] = 1;
      if (!work_.try_push(p))
        return false;
    }
  }
  if (work_.empty())
    return true;
  for (const BlockId b : order) {
    for (const Target& t : targets_of(f, b)) {
      const auto args = f.values_of(t.args);
      const auto params = f.values_of(f.blocks[t.block].params);
      arguments_ += args.size();
      for (size_t a = 0; a < args.size(); ++a) {
        if (!is_param(args[a]))
          continue;
        if (!links_.try_push({params[a], passed_[args[a]]}))
          return false;
        passed_[args[a]] = static_cast<uint32_t>(links_.size());
      }
    }
  }
  return true;
}

template <typename Visit>
void Params::for_each_argument(ValueId param, Visit visit) const {
  const Value& v = f_->values[param];
  for (const Edge& e : cfg_->predecessors(v.def)) {
    const Target& t = targets_of(*f_, e.block)[e.target];
    if (!visit(f_->values_of(t.args)[v.index]))
      return;
  }
}

/// Each parameter is thought to be what the first edge passes, until another one passes something
/// else: then it is itself, for good. So loops, too, in which parameters only pass each other on,
/// are seen through. In many loops in each other a parameter may be thought to be one after the
/// other of those around it: that has an end.
bool Params::find_same() {
  while (!work_.empty()) {
    if (steps_ > kMostSteps * arguments_) {
      give_up();
      break;
    }
    const ValueId p = work_.back();
    work_.pop();
    waits_[p] = 0;
    const ValueId now = meet(p);
    if (now == same_[p])
      continue;
    same_[p] = now;
    for (uint32_t at = passed_[p]; at != 0; at = links_[at - 1].next) {
      const ValueId to = links_[at - 1].to;
      ++steps_;
      if (same_[to] == to || same_[to] == now || waits_[to] != 0)
        continue;
      waits_[to] = 1;
      if (!work_.try_push(to))
        return false;
    }
  }
  return true;
}

/// All are themselves.
void Params::give_up() {
  for (ValueId v = 0; v < same_.size(); ++v)
    same_[v] = v;
  work_.clear();
}

ValueId Params::meet(ValueId param) {
  if (same_[param] == param)
    return param;
  ValueId met = kUnknown;
  for_each_argument(param, [&](ValueId v) {
    ++steps_;
    const ValueId is = same_[v];
    if (is == kUnknown || is == met)
      return true;
    met = met == kUnknown ? is : param;
    return met != param;
  });
  return met;
}

bool Params::find_used() {
  Function& f = *f_;
  for (const BlockId b : cfg_->order()) {
    for (const ValueId p : f.values_of(f.blocks[b].params)) {
      if (same_[p] != p && same_[p] != kUnknown)
        forward_->set(p, same_[p]);
    }
  }
  forward_->finish_with_parameters(f);
  for (const BlockId b : layout(f)) {
    for (const InstId i : body(f, b)) {
      for (const ValueId v : f.args(f.insts[i])) {
        if (!use(v))
          return false;
      }
    }
  }
  if (!use_states())
    return false;
  while (!work_.empty()) {
    const ValueId p = work_.back();
    work_.pop();
    bool is_done = true;
    for_each_argument(p, [&](ValueId v) { return is_done = use(v); });
    if (!is_done)
      return false;
  }
  return true;
}

bool Params::use(ValueId v) {
  if (!is_param(v) || used_[v] != 0)
    return true;
  used_[v] = 1;
  return work_.try_push(v);
}

bool Params::use_states() {
  const Function& f = *f_;
  if (!mark_named_states(f, named_))
    return false;
  for (StateId s = 0; s < f.states.size(); ++s) {
    const Range items = f.states[s].items;
    for (uint32_t i = items.begin; named_[s] != 0 && i < items.begin + items.count; ++i) {
      if (!use(f.stack_items[i].value))
        return false;
    }
  }
  return true;
}

bool Params::remove() {
  Function& f = *f_;
  bool any = false;
  for (const BlockId b : cfg_->order()) {
    for (const ValueId p : f.values_of(f.blocks[b].params))
      shortens_[b] |= used_[p] == 0 ? 1 : 0;
    any |= shortens_[b] != 0;
  }
  if (!any)
    return true;
  for (const BlockId b : cfg_->order()) {
    const Range targets = f.insts[f.blocks[b].last].targets;
    for (uint32_t t = targets.begin; t < targets.begin + targets.count; ++t) {
      if (shortens_[f.targets[t].block] != 0 && !shorten(f.targets[t]))
        return false;
    }
  }
  for (const BlockId b : cfg_->order()) {
    uint32_t kept = 0;
    const auto params = f.values_of(f.blocks[b].params);
    for (const ValueId p : params) {
      f.values[p].index = used_[p] != 0 ? kept : kNone;
      if (used_[p] != 0)
        params[kept++] = p;
    }
    f.blocks[b].params.count = kept;
  }
  return true;
}

/// In a list of its own, as two edges may share one.
bool Params::shorten(Target& target) {
  Function& f = *f_;
  const auto params = f.values_of(f.blocks[target.block].params);
  work_.clear();
  for (uint32_t a = 0; a < params.size(); ++a) {
    if (used_[params[a]] != 0 && !work_.try_push(f.pool[target.args.begin + a]))
      return false;
  }
  target.args = f.make_range(work_.view());
  return !f.failed();
}

bool params(Function& f, PassContext& context) {
  return context.params.run(f, context.cfg, context.forward);
}

} // namespace zvm::ir
