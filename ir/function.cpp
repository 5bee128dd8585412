#include "ir/function.hpp"

namespace zvm::ir {
namespace {

U256 cut(Type type, const U256& value) {
  const unsigned width = bits(type);
  if (width >= 256)
    return value;
  return value & ((U256{1} << width) - U256{1});
}

} // namespace

ValueId Function::make_constant(Type type, const U256& value) {
  const U256 cut_value = cut(type, value);
  const auto id = static_cast<ValueId>(values.size());
  const auto [place, is_new] = interned_.try_insert({cut_value, type}, id);
  if (place == nullptr) {
    failed_ = true;
    return 0;
  }
  if (!is_new)
    return *place;
  if (!values.try_push({ValueKind::Constant, type, static_cast<uint32_t>(constants.size()), 0}) ||
      !constants.try_push(cut_value)) {
    failed_ = true;
    return 0;
  }
  return id;
}

void Function::insert_before(BlockId block, InstId where, InstId id) {
  if (failed_)
    return;
  Block& b = blocks[block];
  const InstId before = insts[where].prev;
  insts[id].prev = before;
  insts[id].next = where;
  insts[where].prev = id;
  (before == kNone ? b.first : insts[before].next) = id;
}

void Function::remove(BlockId block, InstId id) {
  Block& b = blocks[block];
  Inst& inst = insts[id];
  (inst.prev == kNone ? b.first : insts[inst.prev].next) = inst.next;
  (inst.next == kNone ? b.last : insts[inst.next].prev) = inst.prev;
  inst.dead = true;
}

BlockId Function::make_block() {
  const auto id = static_cast<BlockId>(blocks.size());
  if (!blocks.try_push({}))
    failed_ = true;
  return failed_ ? 0 : id;
}

ValueId Function::add_param(BlockId block, Type type) {
  if (failed_)
    return 0;
  // Parameters of one block stand together in the pool, so they are added before anything else of it.
  Block& b = blocks[block];
  if (b.params.count == 0)
    b.params.begin = static_cast<uint32_t>(pool.size());
  ZVM_ASSERT(b.params.begin + b.params.count == pool.size());
  const auto id = static_cast<ValueId>(values.size());
  if (!values.try_push({ValueKind::Parameter, type, block, b.params.count}) || !pool.try_push(id)) {
    failed_ = true;
    return 0;
  }
  ++b.params.count;
  return id;
}

void Function::clear() {
  form = Form::Trace;
  entry_pc = stack_need = stack_growth = parameters = depth = 0;
  variables.clear();
  values.clear();
  constants.clear();
  insts.clear();
  blocks.clear();
  states.clear();
  targets.clear();
  pool.clear();
  results.clear();
  interned_.clear();
  recent_ = {};
  failed_ = false;
}

} // namespace zvm::ir
