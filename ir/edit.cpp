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
    return f.blocks[b].poll || std::ranges::all_of(cfg.predecessors(b), [&](const Edge& e) {
             return cfg.place(e.block) < cfg.place(b);
           });
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
