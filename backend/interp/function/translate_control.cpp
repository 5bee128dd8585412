// WordTranslator: calls, returns, branches.
#include <algorithm>

#include "backend/interp/function/translate.hpp"
#include "base/plant.hpp"
#include "ir/access.hpp"

namespace zvm::backend::interp::word {

using ir::Inst;
using ir::kNone;
using ir::Op;
using ir::Type;

// --- calls ---

/// A call of any kind: its arguments in place, its instruction but for the last halves. `slots`:
/// those of the arguments.
uint32_t WordTranslator::begin_call(const Inst& inst, const CallHandlers& h, uint32_t& slots) {
  const auto operands = f_->args(inst);
  if (inst.op == Op::CallIndirect || inst.op == Op::TailCallIndirect) {
    // The index must still be there when the arguments are.
    const ValueId v = operands.back();
    if (pending_.value == v)
      early_[v] = 0;
    settle({});
    if (!f_->is_constant(v) && homes_[v] == Home::Outgoing)
      save(v);
    const Operand index = slot_operand(v);
    slots = place_outgoing(ir::arguments_of(*f_, inst));
    release(v);
    const auto [type, table] = ir::decode_pair(inst.attribute);
    const uint32_t at = emit(h.indirect, 4);
    set_half(at, 3, table);
    set_half(at, 4, index.slot);
    set_half(at, 6, type);
    outgoing_base(at, 2);
    return at;
  }
  slots = place_outgoing(operands);
  const bool is_import = inst.attribute < module_->imports;
  const uint32_t at = emit(is_import ? h.import : h.direct, 4);
  if (is_import)
    set_half(at, 3, static_cast<uint32_t>(inst.attribute));
  else if (!failed_)
    code_[at + 2] = reinterpret_cast<Word>(entries_ + (inst.attribute - module_->imports));
  outgoing_base(at, 2);
  return at;
}

void WordTranslator::call(const Inst& inst) {
  const Handlers& h = handlers();
  uint32_t slots = 0;
  const uint32_t at = begin_call(inst, {h.call, h.call_import, h.call_indirect}, slots);
  acc_ = facc_ = kNone;
  uint32_t slot = 0;
  for (uint32_t i = 0; i < inst.result_count; ++i) {
    const ValueId v = inst.result + i;
    homes_[v] = Home::Outgoing;
    slots_[v] = slot;
    slot += slots_of(v);
    if (uses_[v] != 0 && !outgoing_aliases_.try_push(v))
      failed_ = true;
  }
  if (inst.result_count == 1 && !is_float(f_->type(inst.result)) &&
      f_->type(inst.result) != Type::V128)
    acc_ = inst.result;
  if (module_->plain)
    save_all_aliases();
  else
    gas_after_call_ = at;
}

void WordTranslator::tail_call(const Inst& inst) {
  const Handlers& h = handlers();
  uint32_t slots = 0;
  const uint32_t at =
      begin_call(inst, {h.tail_call, h.tail_call_import, h.tail_call_indirect}, slots);
  const bool is_direct = inst.op == Op::TailCall && inst.attribute >= module_->imports;
  set_half(at, is_direct ? 6 : 5, slots);
  set_half(at, 7, f_->depth);
}

void WordTranslator::return_(const Inst& inst) {
  const Handlers& h = handlers();
  const auto args = f_->args(inst);
  uint32_t at = 0;
  if (args.empty()) {
    settle({});
    at = emit(h.return_0, 2);
  } else if (args.size() == 1 && slots_of(args[0]) == 1) {
    const ValueId v = args[0];
    settle(args, !is_float(f_->type(v)));
    const Operand from = operand(v, !is_float(f_->type(v)));
    release(v);
    at = emit(from.at == At::Acc ? h.return_acc : h.return_slot, 2);
    set_operand(at, kDst, from);
  } else {
    const uint32_t slots = place_outgoing(args);
    at = emit(h.return_many, 3);
    outgoing_base(at, 2);
    set_half(at, 4, slots);
  }
  set_half(at, 3, f_->depth);
}

// --- branches ---

void WordTranslator::jump(const Inst& inst) {
  settle({});
  save_all_aliases();
  const ir::Target& target = f_->targets[inst.targets.begin];
  jump_to(target.block, target.paid);
}

void WordTranslator::jump_to(BlockId target, bool is_paid) {
  const Handlers& h = handlers();
  const uint32_t gas = is_paid ? 0 : gas_at_edge(target);
  if (target == f_->blocks[block_].next && !polls(target)) {
    if (gas_after_call_ != 0) {
      set_half(gas_after_call_, 7, gas);
    } else if (gas != 0) {
      const uint32_t at = emit(h.charge, 2);
      set_half(at, 2, gas);
    }
    return;
  }
  const uint32_t at = emit(polls(target) ? h.jump_polled : h.jump, 2);
  edge(at, 2, at, target);
  set_half(at, 3, gas);
}

void WordTranslator::branch(const Inst& inst) {
  const ValueId condition = f_->args(inst)[0];
  const BlockId on_true = f_->targets[inst.targets.begin].block;
  const BlockId on_false = f_->targets[inst.targets.begin + 1].block;
  // What is alive behind the branch leaves its aliases first; a comparison is still the last
  // instruction if there are none.
  const bool is_used_once = uses_[condition] == 1;
  settle({&condition, 1});
  const auto size_before = code_.size();
  save_all_aliases();
  const bool takes_over = pending_.value == condition && pending_.compares && is_used_once &&
                          code_.size() == size_before;
  Compare compare = Compare::Ne;
  Type type = Type::I32;
  Operand a, b{At::Number, 0, 0};
  if (takes_over) {
    compare = pending_.compare;
    type = pending_.type;
    a = pending_.a;
    b = pending_.b;
    // Its fields may have been noted for the outgoing slots.
    while (!outgoing_fixes_.empty() && outgoing_fixes_.back().at >= pending_.at * 8)
      outgoing_fixes_.pop();
    code_.truncate(pending_.at);
    starts_.pop();
    pending_.value = kNone;
  } else if (module_->plain) {
    a = slot_operand(condition);
    b = {At::Slot, spare_, 0};
    const uint32_t at = emit(handlers().move_number, 2);
    set_field(at, kDst, spare_);
  } else {
    a = operand(condition, true);
  }
  release(condition);
  BlockId to = on_true, otherwise = on_false;
  if (on_true == f_->blocks[block_].next && !polls(on_true)) {
    compare = inverse(compare);
    std::swap(to, otherwise);
  }
  const bool falls = otherwise == f_->blocks[block_].next;
  const uint32_t at = emit(branch_handler(compare, type, a.at, b.at, polls(to)), 4);
  set_operand(at, kA, a);
  set_operand(at, kB, b);
  edge(at, 4, at, to);
  set_half(at, 5, falls && is_planted(Plant::Edge) ? 0 : gas_at_edge(to));
  if (falls)
    return set_half(at, 6, gas_at_edge(otherwise));
  jump_to(otherwise);
}

void WordTranslator::branch_table(const Inst& inst) {
  const ValueId index = f_->args(inst)[0];
  settle({&index, 1});
  save_all_aliases();
  const Operand from = operand(index, true);
  release(index);
  const auto targets = f_->targets.view().subspan(inst.targets.begin, inst.targets.count);
  const Handlers& h = handlers();
  const uint32_t at =
      emit(from.at == At::Acc ? h.jump_table_acc : h.jump_table, 2 + inst.targets.count);
  set_operand(at, kA, from);
  set_half(at, 3, inst.targets.count - 1);
  for (unsigned i = 0; i < targets.size(); ++i) {
    edge(at, 4 + 2 * i, at, targets[i].block);
    set_half(at, 5 + 2 * i, gas_at_edge(targets[i].block));
  }
}

} // namespace zvm::backend::interp::word
