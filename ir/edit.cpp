#include "ir/edit.hpp"

#include <algorithm>

#include "ir/regions.hpp"

namespace zvm::ir {
namespace {

/// A new block behind another one, at the pc of a third. kNone where memory ran out.
BlockId make_block_behind(Function& f, BlockId behind, BlockId at_pc_of) {
  const BlockId made = f.make_block();
  if (f.failed())
    return kNone;
  f.move_block(made, behind);
  f.blocks[made].pc = f.blocks[at_pc_of].pc;
  return made;
}

/// Ends a block with a jump. False where memory ran out.
bool append_br(Function& f, BlockId from, const Target& to) {
  const InstId jump = f.make_inst(Op::Br, Type::None, {}, 0, {});
  const auto target = static_cast<uint32_t>(f.targets.size());
  if (jump == kNone || !f.targets.try_push(to)) {
    f.set_failed();
    return false;
  }
  f.insts[jump].targets = {target, 1};
  f.append(from, jump);
  return true;
}

class Cloner {
 public:
  explicit Cloner(Function& f) : f_(f) {}

  bool run(std::span<const BlockId> blocks, Vec<BlockId>& clones) {
    if (!fill(block_, f_.blocks.size()) || !fill(value_, f_.values.size()) ||
        !fill(state_, f_.states.size()) || !clones.try_resize(blocks.size()))
      return false;
    for (size_t i = 0; i < blocks.size(); ++i)
      clones[i] = make_block(blocks[i]);
    for (size_t i = 0; i < blocks.size() && !f_.failed(); ++i)
      copy_instructions(blocks[i], clones[i]);
    // All that the copies define is there.
    for (size_t i = 0; i < blocks.size() && !f_.failed(); ++i)
      rename_in(clones[i]);
    return !f_.failed();
  }

 private:
  /// Ids of the copies by those of the originals; kNone: it is none of them.
  static bool fill(Vec<uint32_t>& ids, size_t count) {
    if (!ids.try_resize(count))
      return false;
    std::ranges::fill(ids, kNone);
    return true;
  }
  [[nodiscard]] static uint32_t renamed(const Vec<uint32_t>& ids, uint32_t id) {
    return id < ids.size() && ids[id] != kNone ? ids[id] : id;
  }

  BlockId make_block(BlockId original) {
    const BlockId made = make_block_behind(f_, original, original);
    if (made == kNone)
      return kNone;
    const Block& from = f_.blocks[original];
    Block& to = f_.blocks[made];
    to.gas = from.gas;
    to.state = from.state;
    to.poll = from.poll;
    to.cold = from.cold;
    to.is_final = from.is_final;
    block_[original] = made;
    for (uint32_t p = 0; p < f_.blocks[original].params.count && !f_.failed(); ++p) {
      const ValueId param = f_.values_of(f_.blocks[original].params)[p];
      value_[param] = f_.add_param(made, f_.type(param));
    }
    return made;
  }

  void copy_instructions(BlockId from, BlockId to) {
    for (InstId i = f_.blocks[from].first; i != kNone && !f_.failed(); i = f_.insts[i].next) {
      const InstId made = copy_of(f_.insts[i]);
      if (f_.failed())
        return;
      f_.append(to, made);
      for (uint32_t r = 0; r < f_.insts[i].result_count; ++r)
        value_[f_.insts[i].result + r] = f_.insts[made].result + r;
    }
  }
  /// With the names of the original.
  InstId copy_of(const Inst inst) {
    types_.clear();
    for (uint32_t r = 0; r < inst.result_count; ++r) {
      if (!types_.try_push(f_.type(inst.result + r)))
        f_.set_failed();
    }
    const InstId made = f_.make_inst(inst.op, inst.type, {}, inst.attribute, types_.view());
    const Range args = copy_of(inst.args);
    const auto targets = static_cast<uint32_t>(f_.targets.size());
    for (uint32_t t = 0; t < inst.targets.count && !f_.failed(); ++t) {
      Target target = f_.targets[inst.targets.begin + t];
      target.args = copy_of(target.args);
      if (!f_.targets.try_push(target))
        f_.set_failed();
    }
    if (f_.failed())
      return kNone;
    f_.insts[made].args = args;
    f_.insts[made].targets = {targets, inst.targets.count};
    f_.insts[made].state = inst.state;
    f_.insts[made].is_final = inst.is_final;
    return made;
  }
  /// A run of its own. The pool may move meanwhile.
  Range copy_of(Range values) {
    scratch_.clear();
    if (!scratch_.try_append(f_.values_of(values)))
      f_.set_failed();
    return f_.make_range(scratch_.view());
  }

  void rename_in(BlockId clone) {
    rename_state(f_.blocks[clone].state);
    for (const InstId i : body(f_, clone)) {
      Inst& inst = f_.insts[i];
      rename(inst.args);
      rename_state(inst.state);
      for (uint32_t t = inst.targets.begin; t < inst.targets.begin + inst.targets.count; ++t) {
        f_.targets[t].block = renamed(block_, f_.targets[t].block);
        rename(f_.targets[t].args);
      }
    }
  }
  void rename(Range values) {
    for (ValueId& v : f_.values_of(values))
      v = renamed(value_, v);
  }

  /// A state that lists a value which has a copy, or whose parent does, has a copy itself.
  void rename_state(StateId& id) {
    scratch_.clear();
    for (StateId s = id; s != kNone && state_[s] == kNone; s = f_.states[s].parent) {
      if (!scratch_.try_push(s))
        return f_.set_failed();
    }
    for (; !scratch_.empty() && !f_.failed(); scratch_.pop())
      state_[scratch_.back()] = copy_of_state(scratch_.back());
    if (id != kNone && !f_.failed())
      id = state_[id];
  }
  StateId copy_of_state(StateId id) {
    FrameState s = f_.states[id];
    const StateId parent = s.parent == kNone ? kNone : state_[s.parent];
    const auto begin = static_cast<uint32_t>(f_.stack_items.size());
    bool differs = parent != s.parent;
    for (uint32_t i = s.items.begin; i < s.items.begin + s.items.count; ++i) {
      StackItem item = f_.stack_items[i];
      differs |= renamed(value_, item.value) != item.value;
      item.value = renamed(value_, item.value);
      if (!f_.stack_items.try_push(item))
        f_.set_failed();
    }
    if (!differs) {
      f_.stack_items.truncate(begin);
      return id;
    }
    s.parent = parent;
    s.items.begin = begin;
    if (!f_.states.try_push(s))
      f_.set_failed();
    return static_cast<StateId>(f_.states.size() - 1);
  }

  Function& f_;
  Vec<uint32_t> block_, value_, state_;
  Vec<Type> types_;
  Vec<uint32_t> scratch_;
};

} // namespace

BlockId split_block(Function& f, InstId before) {
  const BlockId block = f.insts[before].block;
  const BlockId rest = make_block_behind(f, block, block);
  if (rest == kNone)
    return kNone;
  Block &head = f.blocks[block], &tail = f.blocks[rest];
  tail.first = before;
  tail.last = head.last;
  tail.cold = head.cold;
  head.last = f.insts[before].prev;
  (head.last == kNone ? head.first : f.insts[head.last].next) = kNone;
  f.insts[before].prev = kNone;
  for (InstId i = before; i != kNone; i = f.insts[i].next)
    f.insts[i].block = rest;
  f.blocks[rest].gas = paid_ahead(f, rest);
  return append_br(f, block, {rest, {}, f.blocks[rest].gas != 0}) ? rest : kNone;
}

BlockId split_edge(Function& f, InstId branch, uint32_t target) {
  const uint32_t place = f.insts[branch].targets.begin + target;
  const Target edge = f.targets[place];
  const BlockId made = make_block_behind(f, f.insts[branch].block, edge.block);
  if (made == kNone || !append_br(f, made, edge))
    return kNone;
  f.blocks[made].gas = paid_ahead(f, made);
  f.targets[place] = {made, {}, edge.paid};
  return made;
}

bool clone_blocks(Function& f, std::span<const BlockId> blocks, Vec<BlockId>& clones) {
  return Cloner{f}.run(blocks, clones);
}

Order order_by_dominance(Function& f, const Cfg& cfg) {
  for (const BlockId b : layout(f)) {
    if (!cfg.is_reachable(b))
      f.remove_block(b);
  }
  Vec<uint32_t> places;
  if (!number_layout(f, places))
    return Order::NoMemory;
  const auto order = cfg.order().subspan(1);
  // Then from each block a way leads back to an entry along which all blocks stand before it. What
  // dominates it is on it.
  const auto is_behind = [&](BlockId b) {
    return cfg.predecessors(b).empty() ||
           std::ranges::any_of(cfg.predecessors(b),
                               [&](const Edge& e) { return places[e.block] < places[b]; });
  };
  if (std::ranges::all_of(order, is_behind))
    return Order::ByDominance;
  const auto may_move = [&](BlockId b) {
    return f.blocks[b].poll || f.polls_by_edge ||
           std::ranges::all_of(cfg.predecessors(b),
                               [&](const Edge& e) { return cfg.place(e.block) < cfg.place(b); });
  };
  if (!std::ranges::all_of(order, may_move))
    return Order::Other;
  BlockId last = 0;
  for (const BlockId b : order) {
    f.move_block(b, last);
    last = b;
  }
  return Order::ByDominance;
}

} // namespace zvm::ir
