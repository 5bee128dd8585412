#include "ir/passes/ssa.hpp"

#include "ir/edit.hpp"
#include "ir/passes/passes.hpp"

namespace zvm::ir {
namespace {

/// Block parameters, for each instruction and edge of the function; what edges pass to them; and
/// steps until that is known. Compiled code needs an eighth, half, and two at most.
constexpr uint64_t kMostParameters = 2;
constexpr uint64_t kMostPassed = 8;
constexpr uint64_t kMostSteps = 8;

} // namespace

bool Ssa::run(Function& f, Cfg& cfg, Dominators& dominators) {
  if (f.variables.empty())
    return !f.failed();
  f_ = &f;
  cfg_ = &cfg;
  dominators_ = &dominators;
  is_refused_ = false;
  if (f.values.size() >= kEntry || f.variables.size() >= kEntry)
    return true;
  if (!cfg.try_build(f) || !dominators.try_build(f, cfg))
    return false;
  if (!plan())
    return is_refused_;
  change();
  return !f.failed();
}

bool Ssa::spend(uint64_t steps) {
  spent_ += steps;
  is_refused_ = spent_ > kMostSteps * size_;
  return !is_refused_;
}

bool Ssa::plan() {
  return prepare() && find_accesses() && find_frontiers() && find_meetings() && sort_meetings() &&
         follow() && see_through();
}

bool Ssa::prepare() {
  const Function& f = *f_;
  variable_.clear();
  block_.clear();
  links_.clear();
  meetings_.clear();
  unsorted_.clear();
  accesses_.clear();
  reads_.clear();
  passed_.clear();
  first_pass_.clear();
  log_.clear();
  open_.clear();
  work_.clear();
  size_ = f.insts.size() + f.targets.size();
  spent_ = parameters_ = 0;
  if (!variable_.try_resize(f.variables.size()) || !block_.try_resize(f.blocks.size()) ||
      !reads_.try_resize(f.values.size()) || !first_pass_.try_resize(f.targets.size()))
    return false;
  for (uint32_t v = 0; v < variable_.size(); ++v)
    variable_[v].now = kEntry | v;
  return true;
}

/// Which blocks set a variable, and whether another one can see that.
bool Ssa::find_accesses() {
  const Function& f = *f_;
  for (const BlockId b : cfg_->order()) {
    block_[b].first_access = static_cast<uint32_t>(accesses_.size());
    for (const InstId i : body(f, b)) {
      const Op op = f.insts[i].op;
      if ((op == Op::VarGet || op == Op::VarSet) && (!accesses_.try_push(i) || !note_access(i, b)))
        return false;
    }
    block_[b].accesses = static_cast<uint32_t>(accesses_.size()) - block_[b].first_access;
  }
  return true;
}

bool Ssa::note_access(InstId id, BlockId b) {
  const Inst& inst = f_->insts[id];
  PerVariable& v = variable_[inst.attribute];
  if (v.set_in == b + 1)
    return true;
  if (inst.op == Op::VarGet) {
    v.is_exposed |= b != 0;
    return true;
  }
  v.set_in = b + 1;
  if (!links_.try_push({b, v.first_set}))
    return false;
  v.first_set = static_cast<uint32_t>(links_.size());
  return true;
}

/// The dominance frontier of each block: where ways that do not lead through it come in. Found from
/// there: it is that of those above the edges into it, up to what dominates it. A block that has it
/// knows that all above do.
bool Ssa::find_frontiers() {
  for (const BlockId b : cfg_->order()) {
    const auto edges = cfg_->predecessors(b);
    if (edges.size() < 2)
      continue;
    const BlockId top = dominators_->immediate(b);
    for (const Edge& e : edges) {
      for (BlockId above = e.block; above != top; above = dominators_->immediate(above)) {
        uint32_t& list = block_[above].frontier;
        if (list != 0 && links_[list - 1].block == b)
          break;
        if (!spend(1) || !links_.try_push({b, list}))
          return false;
        list = static_cast<uint32_t>(links_.size());
      }
    }
  }
  return true;
}

bool Ssa::find_meetings() {
  for (uint32_t v = 0; v < variable_.size(); ++v) {
    if (variable_[v].is_exposed && variable_[v].first_set != 0 && !meet(v))
      return false;
  }
  return true;
}

/// Where a variable may hold one or the other.
bool Ssa::meet(uint32_t variable) {
  const uint32_t mark = variable + 1;
  for (uint32_t s = variable_[variable].first_set; s != 0; s = links_[s - 1].next) {
    block_[links_[s - 1].block].queued = mark;
    if (!work_.try_push(links_[s - 1].block))
      return false;
  }
  while (!work_.empty()) {
    const BlockId from = work_.back();
    work_.pop();
    for (uint32_t at = block_[from].frontier; at != 0; at = links_[at - 1].next) {
      PerBlock& b = block_[links_[at - 1].block];
      if (!spend(1))
        return false;
      if (b.met == mark)
        continue;
      b.met = mark;
      ++b.meetings;
      if (!unsorted_.try_push({links_[at - 1].block, variable}))
        return false;
      if (b.queued != mark && !work_.try_push(links_[at - 1].block))
        return false;
    }
  }
  return true;
}

/// By block, and there by variable.
bool Ssa::sort_meetings() {
  if (unsorted_.size() >= kEntry || !meetings_.try_resize(unsorted_.size()))
    return false;
  uint32_t place = 0;
  for (const BlockId b : cfg_->order()) {
    place += block_[b].meetings;
    block_[b].first_meeting = place;
  }
  for (size_t i = unsorted_.size(); i-- > 0;)
    meetings_[--block_[unsorted_[i].block].first_meeting] = unsorted_[i];
  return true;
}

/// From each block to those it dominates, with what the variables hold.
bool Ssa::follow() {
  for (const BlockId b : dominators_->preorder()) {
    while (!open_.empty() && !dominators_->dominates(open_.back().block, b)) {
      for (; log_.size() > open_.back().undo; log_.pop())
        variable_[log_.back().variable].now = log_.back().before;
      open_.pop();
    }
    if (!open_.try_push({b, static_cast<uint32_t>(log_.size())}) || !follow_block(b))
      return false;
  }
  return true;
}

bool Ssa::follow_block(BlockId b) {
  const Function& f = *f_;
  const auto meetings_of = [&](BlockId block) { return block_[block].first_meeting; };
  for (uint32_t m = meetings_of(b); m < meetings_of(b) + block_[b].meetings; ++m) {
    if (!set(meetings_[m].variable, kMeeting | m))
      return false;
  }
  const auto accesses = accesses_.view().subspan(block_[b].first_access, block_[b].accesses);
  for (const InstId i : accesses) {
    const Inst& inst = f.insts[i];
    if (inst.op == Op::VarGet) {
      const Def now = variable_[inst.attribute].now;
      reads_[inst.result] = now + 1;
      if (!see(now))
        return false;
    } else {
      const ValueId v = f.args(inst)[0];
      if (!set(static_cast<uint32_t>(inst.attribute), reads_[v] != 0 ? reads_[v] - 1 : v))
        return false;
    }
  }
  const Range targets = f.insts[f.blocks[b].last].targets;
  for (uint32_t t = targets.begin; t < targets.begin + targets.count; ++t) {
    const BlockId to = f.targets[t].block;
    first_pass_[t] = static_cast<uint32_t>(passed_.size());
    Def* passed = passed_.try_extend(block_[to].meetings);
    if (!spend(block_[to].meetings) || (passed == nullptr && block_[to].meetings != 0))
      return false;
    for (uint32_t m = 0; m < block_[to].meetings; ++m)
      passed[m] = variable_[meetings_[meetings_of(to) + m].variable].now;
  }
  return true;
}

bool Ssa::set(uint32_t variable, Def def) {
  Def& now = variable_[variable].now;
  if (!log_.try_push({variable, now}))
    return false;
  now = def;
  return true;
}

/// Someone wants what was found.
bool Ssa::see(Def def) {
  if ((def & kMeeting) == 0)
    return true;
  Meeting& m = meetings_[def & ~kKind];
  if (m.is_seen)
    return true;
  m.is_seen = true;
  return work_.try_push(def & ~kKind);
}

bool Ssa::see_through() {
  uint64_t passed = 0;
  while (!work_.empty()) {
    const uint32_t m = work_.back();
    work_.pop();
    const BlockId block = meetings_[m].block;
    const auto edges = cfg_->predecessors(block);
    ++parameters_;
    passed += edges.size();
    is_refused_ = parameters_ > kMostParameters * size_ || passed > kMostPassed * size_;
    if (is_refused_ || !spend(edges.size()))
      return false;
    for (const Edge& e : edges) {
      const uint32_t t = f_->insts[f_->blocks[e.block].last].targets.begin + e.target;
      if (!see(passed_[first_pass_[t] + m - block_[block].first_meeting]))
        return false;
    }
  }
  return true;
}

// --- making it so ---

void Ssa::change() {
  Function& f = *f_;
  if (const Order order = order_by_dominance(f, *cfg_); order != Order::ByDominance) {
    if (order == Order::NoMemory)
      f.set_failed();
    return;
  }
  make_parameters();
  if (f.failed())
    return;
  rewrite_uses();
  rewrite_edges();
  for (const InstId i : accesses_)
    f.remove(i);
  f.variables.clear();
}

void Ssa::make_parameters() {
  for (Meeting& m : meetings_) {
    if (m.is_seen)
      m.value = f_->add_param(m.block, f_->variables[m.variable]);
  }
}

ValueId Ssa::value_of(Def def) {
  if ((def & kMeeting) != 0)
    return meetings_[def & ~kKind].value;
  if ((def & kEntry) != 0)
    return f_->make_constant(f_->variables[def & ~kKind], U256{});
  return def;
}

void Ssa::rewrite_uses() {
  const auto rewrite = [&](ValueId& v) {
    if (v < reads_.size() && reads_[v] != 0)
      v = value_of(reads_[v] - 1);
  };
  for (ValueId& v : f_->pool)
    rewrite(v);
  for (StackItem& item : f_->stack_items)
    rewrite(item.value);
}

void Ssa::rewrite_edges() {
  for (const BlockId b : cfg_->order()) {
    const Range targets = f_->insts[f_->blocks[b].last].targets;
    for (uint32_t t = targets.begin; t < targets.begin + targets.count && !f_->failed(); ++t) {
      if (block_[f_->targets[t].block].meetings != 0)
        pass_meetings(f_->targets[t], first_pass_[t]);
    }
  }
}

/// Behind what the edge passes already.
void Ssa::pass_meetings(Target& target, uint32_t first) {
  Function& f = *f_;
  const PerBlock& to = block_[target.block];
  work_.clear();
  for (uint32_t m = 0; m < to.meetings; ++m) {
    if (meetings_[to.first_meeting + m].is_seen && !work_.try_push(value_of(passed_[first + m])))
      return f.set_failed();
  }
  if (work_.empty())
    return;
  const Range before = target.args;
  const Range all{static_cast<uint32_t>(f.pool.size()),
                  before.count + static_cast<uint32_t>(work_.size())};
  ValueId* room = f.pool.try_extend(all.count);
  if (room == nullptr)
    return f.set_failed();
  std::copy_n(f.pool.data() + before.begin, before.count, room);
  std::copy_n(work_.data(), work_.size(), room + before.count);
  target.args = all;
}

bool ssa(Function& f, PassContext& context) {
  return context.ssa.run(f, context.cfg, context.dominators);
}

} // namespace zvm::ir
