#include "ir/edit.hpp"

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
bool append_br(Function& f, BlockId from, BlockId to, Range args) {
  const InstId jump = f.make_inst(Op::Br, Type::None, {}, 0, {});
  const auto target = static_cast<uint32_t>(f.targets.size());
  if (jump == kNone || !f.targets.try_push({to, args})) {
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
  return append_br(f, block, rest, {}) ? rest : kNone;
}

BlockId split_edge(Function& f, InstId branch, uint32_t target) {
  const uint32_t place = f.insts[branch].targets.begin + target;
  const Target edge = f.targets[place];
  const BlockId made = make_block_behind(f, f.insts[branch].block, edge.block);
  if (made == kNone || !append_br(f, made, edge.block, edge.args))
    return kNone;
  f.targets[place] = {made, {}};
  return made;
}

} // namespace zvm::ir
