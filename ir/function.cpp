#include "ir/function.hpp"

#include <algorithm>

namespace zvm::ir {
namespace {

U256 cut(Type type, const U256& value) {
  const unsigned width = bits(type);
  if (width >= 256)
    return value;
  return value & ((U256{1} << width) - U256{1});
}

} // namespace

ValueId Function::intern(Type type, const U256& value) {
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

void Function::insert_before(InstId where, InstId id) {
  if (failed_)
    return;
  Block& b = blocks[insts[where].block];
  const InstId before = insts[where].prev;
  insts[id].block = insts[where].block;
  insts[id].prev = before;
  insts[id].next = where;
  insts[where].prev = id;
  (before == kNone ? b.first : insts[before].next) = id;
}

void Function::remove(InstId id) {
  Inst& inst = insts[id];
  Block& b = blocks[inst.block];
  (inst.prev == kNone ? b.first : insts[inst.prev].next) = inst.next;
  (inst.next == kNone ? b.last : insts[inst.next].prev) = inst.prev;
  inst.block = kNone;
}

BlockId Function::make_block() {
  const auto id = static_cast<BlockId>(blocks.size());
  if (!blocks.try_push({}))
    failed_ = true;
  if (failed_)
    return 0;
  blocks[id].prev = last_block_;
  (last_block_ == kNone ? first_block_ : blocks[last_block_].next) = id;
  last_block_ = id;
  return id;
}

void Function::unlink(BlockId block) {
  Block& b = blocks[block];
  (b.prev == kNone ? first_block_ : blocks[b.prev].next) = b.next;
  (b.next == kNone ? last_block_ : blocks[b.next].prev) = b.prev;
  b.prev = b.next = kNone;
}

void Function::remove_block(BlockId block) {
  Block& b = blocks[block];
  for (InstId i = b.first; i != kNone; i = insts[i].next)
    insts[i].block = kNone;
  unlink(block);
  b.first = b.last = kNone;
  b.params.count = 0;
  b.state = kNone;
}

void Function::move_block(BlockId block, BlockId behind) {
  ZVM_ASSERT(block != behind);
  unlink(block);
  Block& b = blocks[block];
  b.prev = behind;
  b.next = blocks[behind].next;
  (b.next == kNone ? last_block_ : blocks[b.next].prev) = block;
  blocks[behind].next = block;
}

ValueId Function::add_param(BlockId block, Type type) {
  if (failed_)
    return 0;
  const auto id = static_cast<ValueId>(values.size());
  List& list = blocks[block].params;
  if (!values.try_push({ValueKind::Parameter, type, block, list.count}) || !push(list, id)) {
    failed_ = true;
    return 0;
  }
  return id;
}

/// A full list moves to where there is twice the room, or grows where it is if it is the last in
/// the pool.
bool Function::push(List& list, ValueId item) {
  if (list.count == list.capacity) {
    const bool is_last = list.begin + list.capacity == pool.size();
    const uint32_t more = list.capacity == 0 ? 2 : list.capacity;
    const auto end = static_cast<uint32_t>(pool.size());
    ValueId* room = pool.try_extend(is_last ? more : list.capacity + more);
    if (room == nullptr)
      return false;
    if (!is_last) {
      std::copy_n(pool.data() + list.begin, list.count, room);
      list.begin = end;
    }
    list.capacity += more;
    // What is not in use yet must be values, as all of the pool.
    std::fill(pool.data() + list.begin + list.count, pool.end(), item);
  }
  pool[list.begin + list.count++] = item;
  return true;
}

bool Function::try_copy(const Function& other) {
  clear();
  has_states = other.has_states;
  polls_by_edge = other.polls_by_edge;
  entry_pc = other.entry_pc;
  stack_need = other.stack_need;
  stack_growth = other.stack_growth;
  depth = other.depth;
  first_block_ = other.first_block_;
  last_block_ = other.last_block_;
  failed_ = other.failed_ || !variables.try_append(other.variables.view()) ||
            !entries.try_append(other.entries.view()) || !values.try_append(other.values.view()) ||
            !constants.try_append(other.constants.view()) ||
            !insts.try_append(other.insts.view()) || !blocks.try_append(other.blocks.view()) ||
            !states.try_append(other.states.view()) ||
            !stack_items.try_append(other.stack_items.view()) ||
            !targets.try_append(other.targets.view()) || !pool.try_append(other.pool.view()) ||
            !results.try_append(other.results.view());
  for (ValueId v = 0; v < values.size() && !failed_; ++v) {
    if (is_constant(v))
      failed_ = interned_.try_insert({constant(v), type(v)}, v).value == nullptr;
  }
  return !failed_;
}

void Function::clear() {
  has_states = true;
  polls_by_edge = false;
  entry_pc = stack_need = stack_growth = depth = 0;
  variables.clear();
  entries.clear();
  values.clear();
  constants.clear();
  insts.clear();
  blocks.clear();
  states.clear();
  stack_items.clear();
  targets.clear();
  pool.clear();
  results.clear();
  interned_.clear();
  recent_ = {};
  first_block_ = last_block_ = kNone;
  failed_ = false;
}

bool number_layout(const Function& f, Vec<uint32_t>& places) {
  places.clear();
  uint32_t* const first = places.try_extend(f.blocks.size());
  if (first == nullptr)
    return f.blocks.empty();
  std::fill_n(first, f.blocks.size(), kNone);
  uint32_t count = 0;
  for (const BlockId b : layout(f))
    first[b] = count++;
  return true;
}

} // namespace zvm::ir
