// Translator: one function for each family of ops.
#include <algorithm>

#include "backend/interp/handlers.hpp"
#include "backend/interp/translate.hpp"

namespace zvm::backend::interp {

using ir::Inst;
using ir::kNone;
using ir::Op;
using ir::Type;
using ir::ValueId;

void Translator::emit_head(ir::BlockId b) {
  const ir::Block& block = f_->blocks[b];
  if (block.poll) {
    const uint32_t record = make_record(block.state);
    Instr& instr = asm_.emit(handlers().head);
    instr.a = static_cast<int16_t>(need_ * 32);
    instr.b =
        static_cast<int16_t>((static_cast<int32_t>(runtime::kStackLimit) - growth_ - need_) * 32);
    instr.imm = static_cast<uint64_t>(block.gas);
    asm_.set_record(instr, record);
  } else if (block.gas != 0) {
    const uint32_t record = make_record(block.state);
    Instr& instr = asm_.emit(handlers().segment);
    instr.imm = static_cast<uint64_t>(block.gas);
    asm_.set_record(instr, record);
  }
}

void Translator::emit_shift_by_constant(const Inst& inst) {
  const auto args = f_->args(inst);
  const auto count = static_cast<unsigned>(f_->constant(args[0]).low64());
  const Operand value = operand(args[1]);
  Instr& instr = asm_.emit(shift_handler(inst.op, count / 64, value.kind, true));
  asm_.set_b(instr, value);
  instr.imm = count % 64;
  release_all(inst);
  define(inst.result, instr, shift_handler(inst.op, count / 64, value.kind, false));
}

void Translator::emit_binary(const Inst& inst) {
  const auto args = f_->args(inst);
  Operand a = operand(args[0]), b = operand(args[1]);
  const bool shift = inst.op == Op::Shl || inst.op == Op::ShrU || inst.op == Op::ShrS;
  const bool constant = b.kind == Kind::Imm || b.kind == Kind::Pool;
  if (shift && inst.type == Type::I256 && a.kind == Kind::Imm && a.imm < 256 && !constant)
    return emit_shift_by_constant(inst);
  Handler store = binary_handler(inst.op, inst.type, a.kind, b.kind, true);
  if (store == nullptr) {
    a = slot_operand(args[0]);
    store = binary_handler(inst.op, inst.type, a.kind, b.kind, true);
    if (store == nullptr) {
      b = slot_operand(args[1]);
      store = binary_handler(inst.op, inst.type, a.kind, b.kind, true);
    }
  }
  const Handler no_store = binary_handler(inst.op, inst.type, a.kind, b.kind, false);
  Instr& instr = asm_.emit(store);
  asm_.set_a(instr, a);
  asm_.set_b(instr, b);
  release_all(inst);
  define(inst.result, instr, no_store);
}

void Translator::emit_unary(const Inst& inst) {
  const ValueId arg = f_->args(inst)[0];
  Operand a = operand(arg);
  if (a.kind == Kind::Imm || a.kind == Kind::Pool)
    a = slot_operand(arg);
  Instr& instr = asm_.emit(unary_handler(inst.op, inst.type, a.kind, true));
  asm_.set_a(instr, a);
  release_all(inst);
  define(inst.result, instr, unary_handler(inst.op, inst.type, a.kind, false));
}

void Translator::emit_conversion(const Inst& inst) {
  const ValueId arg = f_->args(inst)[0];
  const unsigned from = ir::bits(f_->type(arg)), to = ir::bits(inst.type);
  if (f_->is_constant(arg) || !ir::is_int(inst.type) || inst.op == Op::Sext) {
    refused_ = true; // folded before it comes here; the sign is not kept in slots
    return;
  }
  if (inst.op == Op::Zext && homes_[arg].high_garbage) {
    if (from != 64) {
      refused_ = true;
      return;
    }
    const Operand a = slot_operand(arg);
    Instr& instr = asm_.emit(handlers().mask64);
    asm_.set_a(instr, a);
    release_all(inst);
    define(inst.result, instr, nullptr);
    return;
  }
  if (inst.op == Op::Trunc && to != 64) {
    refused_ = true;
    return;
  }
  alias(inst.result, arg, inst.op == Op::Trunc && from > to);
  release_all(inst);
}

void Translator::emit_touch(const Inst& inst) {
  // A touch whose address goes to the load or store behind it becomes that one's check.
  if (homes_[inst.result].uses == 1 && position_ + 1 < chain_.size()) {
    const Inst& user = f_->insts[chain_[position_ + 1]];
    const bool accesses =
        user.op == Op::MemLoad || user.op == Op::MemStore || user.op == Op::MemStore8;
    const ValueId length = f_->args(inst)[1];
    if (accesses && f_->args(user)[0] == inst.result && f_->is_constant(length) &&
        f_->constant(length) == U256{user.op == Op::MemStore8 ? 1u : 32u}) {
      pending_touch_ = chain_[position_];
      return;
    }
  }
  const auto args = f_->args(inst);
  Operand offset = operand(args[0]), length = operand(args[1]);
  if (offset.kind == Kind::Pool)
    offset = slot_operand(args[0]);
  if (length.kind != Kind::Slot && length.kind != Kind::Imm)
    length = slot_operand(args[1]);
  const bool wanted = homes_[inst.result].uses != 0;
  const uint32_t record = inst.state != kNone ? make_record(inst.state) : 0;
  const ValueId acc = acc_;
  Instr& instr = asm_.emit(touch_handler(offset.kind, length.kind, wanted));
  asm_.set_a(instr, offset);
  asm_.set_b(instr, length);
  if (inst.state != kNone)
    asm_.set_record(instr, record);
  release_all(inst);
  define(inst.result, instr, nullptr);
  acc_ = acc; // the address goes to its slot only
}

void Translator::emit_load(const Inst& inst) {
  const Inst* touch = pending_touch_ == kNone ? nullptr : &f_->insts[pending_touch_];
  pending_touch_ = kNone;
  const ValueId address = f_->args(touch != nullptr ? *touch : inst)[0];
  Operand a = operand(address);
  if (a.kind == Kind::Pool)
    a = slot_operand(address);
  const uint32_t record = touch != nullptr && touch->state != kNone ? make_record(touch->state) : 0;
  Instr& instr = asm_.emit(load_handler(a.kind, touch != nullptr, true));
  asm_.set_a(instr, a);
  if (touch != nullptr && touch->state != kNone)
    asm_.set_record(instr, record);
  if (touch != nullptr)
    release_all(*touch);
  release_all(inst);
  define(inst.result, instr, load_handler(a.kind, touch != nullptr, false));
}

void Translator::emit_store(const Inst& inst) {
  const Inst* touch = pending_touch_ == kNone ? nullptr : &f_->insts[pending_touch_];
  pending_touch_ = kNone;
  const ValueId address = f_->args(touch != nullptr ? *touch : inst)[0];
  const ValueId value = f_->args(inst)[1];
  const bool word = inst.op == Op::MemStore;
  Operand a = word ? operand(address) : slot_operand(address);
  const Operand b = word ? operand(value) : slot_operand(value);
  if (a.kind == Kind::Pool)
    a = slot_operand(address);
  const uint32_t record = touch != nullptr && touch->state != kNone ? make_record(touch->state) : 0;
  Instr& instr = asm_.emit(word ? store_handler(a.kind, b.kind, touch != nullptr)
                                : store8_handler(touch != nullptr));
  asm_.set_a(instr, a);
  asm_.set_b(instr, b);
  if (touch != nullptr && touch->state != kNone)
    asm_.set_record(instr, record);
  if (touch != nullptr)
    release_all(*touch);
  release_all(inst);
}

void Translator::emit_gas(const Inst& inst) {
  const ValueId arg = f_->args(inst)[0];
  Operand a = operand(arg);
  if (a.kind == Kind::Pool)
    a = slot_operand(arg);
  const uint32_t record = inst.state != kNone ? make_record(inst.state) : 0;
  Instr& instr = asm_.emit(gas_handler(inst.op, a.kind));
  asm_.set_a(instr, a);
  instr.imm2 = inst.attribute;
  if (inst.state != kNone)
    asm_.set_record(instr, record);
  release_all(inst);
}

/// Operands in slots a, b, c (a fourth in imm), the attribute in imm where there is none.
void Translator::emit_slots(const Inst& inst, Handler fn, Handler no_store) {
  const auto args = f_->args(inst);
  Operand operands[4];
  for (size_t i = 0; i < args.size(); ++i)
    operands[i] = slot_operand(args[i]);
  const uint32_t record = inst.state != kNone ? make_record(inst.state) : 0;
  Instr& instr = asm_.emit(fn);
  instr.a = operands[0].slot;
  instr.b = operands[1].slot;
  instr.c = operands[2].slot;
  instr.imm = args.size() == 4 ? static_cast<uint64_t>(operands[3].slot) : inst.attribute;
  if (inst.state != kNone)
    asm_.set_record(instr, record);
  release_all(inst);
  if (inst.result_count != 0)
    define(inst.result, instr, no_store);
}

/// Operands from `first` on stand side by side, in order.
void Translator::emit_run(const Inst& inst, Handler fn, uint32_t first) {
  const auto args = f_->args(inst);
  Operand operands[2];
  for (uint32_t i = 0; i < first; ++i)
    operands[i] = slot_operand(args[i]);
  const uint32_t record = inst.state != kNone ? make_record(inst.state) : 0;
  const int32_t run = next_temp_;
  for (uint32_t i = first; i < args.size(); ++i) {
    const int32_t position = next_temp_++;
    if (!held_temps_.try_push(position))
      asm_.set_failed();
    const Move move{offset(position), operand(args[i])};
    emit_moves(&move, 1);
  }
  Instr& instr = asm_.emit(fn);
  const auto count = static_cast<uint64_t>(args.size() - first);
  if (inst.op == Op::HostLog) {
    instr.a = operands[0].slot;
    instr.b = operands[1].slot;
    instr.c = offset(run);
    instr.imm = count;
  } else {
    instr.a = offset(run);
    instr.imm = inst.attribute;
    instr.imm2 = count;
  }
  if (inst.state != kNone)
    asm_.set_record(instr, record);
  release_all(inst);
  if (inst.result_count != 0)
    define(inst.result, instr, nullptr);
}

void Translator::emit_branch(const Inst& inst) {
  const ir::Target* targets = f_->targets.data() + inst.targets.begin;
  const bool inverted = targets[0].block == starts_[position_ + 1];
  const Inst& side = f_->insts[f_->blocks[targets[inverted ? 1 : 0].block].first];
  bool sense = !inverted;

  // What is tested: the comparison just before, or the condition itself.
  const Inst* compare = pending_test_ == kNone ? nullptr : &f_->insts[pending_test_];
  pending_test_ = kNone;
  Test test = Test::NonZero;
  Type type = Type::I32;
  ValueId left = f_->args(inst)[0], right = kNone;
  if (compare != nullptr) {
    type = compare->type;
    left = f_->args(*compare)[0];
    switch (compare->op) {
    case Op::IsZero:
      sense = !sense;
      break;
    case Op::Ne:
    case Op::Eq:
      right = f_->args(*compare)[1];
      if (compare->op == Op::Ne)
        sense = !sense;
      test = Test::Eq;
      if (f_->is_constant(right) && f_->constant(right).is_zero()) {
        test = Test::NonZero;
        right = kNone;
        sense = !sense;
      }
      break;
    case Op::LtU:
      test = Test::LtU;
      right = f_->args(*compare)[1];
      break;
    default:
      test = Test::LtS;
      right = f_->args(*compare)[1];
      break;
    }
  }
  Operand a = operand(left);
  Operand b = right == kNone ? Operand{} : operand(right);
  Handler fn = branch_handler(test, type, a.kind, b.kind, sense);
  if (fn == nullptr) {
    a = slot_operand(left);
    fn = branch_handler(test, type, a.kind, b.kind, sense);
  }
  if (fn == nullptr && right != kNone) {
    b = slot_operand(right);
    fn = branch_handler(test, type, a.kind, b.kind, sense);
  }
  const uint32_t place = asm_.here();
  Instr& instr = asm_.emit(fn);
  asm_.set_a(instr, a);
  if (right != kNone)
    asm_.set_b(instr, b);

  Stub stub{place, side.op, false, {}, 0, static_cast<uint32_t>(stub_moves_.size()), 0, 0, 0};
  const ir::FrameState& state = f_->states[side.state];
  stub.pc = state.pc;
  if (side.op == Op::Exit) {
    stub.record = make_record(side.state);
  } else {
    const uint32_t drop = side.op == Op::LeaveDynamic ? static_cast<uint32_t>(side.attribute) : 0;
    const ValueId acc = acc_;
    if (side.op == Op::LeaveDynamic) {
      const ValueId destination = f_->args(side)[0];
      stub.destination = operand(destination);
      stub.load_destination = stub.destination.kind != Kind::Acc;
      if (stub.load_destination)
        acc_ = f_->is_constant(destination) ? kNone : root(destination);
    }
    if (!state_moves(side.state, drop))
      asm_.set_failed();
    acc_ = acc;
    stub.delta = delta(state, drop);
    stub.move_count = static_cast<uint32_t>(moves_.size());
    if (!stub_moves_.try_append(moves_.view()))
      asm_.set_failed();
  }
  if (!stubs_.try_push(stub))
    asm_.set_failed();
  release_all(inst);
  if (compare != nullptr)
    release_all(*compare);
  release_all(side);
}

void Translator::emit_leave(const Inst& inst) {
  const Handlers& h = handlers();
  const ir::FrameState& state = f_->states[inst.state];
  if (inst.op == Op::LeaveDynamic) {
    const ValueId destination = f_->args(inst)[0];
    if (operand(destination).kind != Kind::Acc) {
      const Operand source = slot_operand(destination);
      asm_.set_a(asm_.emit(h.load_acc), source);
      acc_ = f_->is_constant(destination) ? kNone : root(destination);
    }
    const auto drop = static_cast<uint32_t>(inst.attribute);
    emit_stack(inst.state, drop);
    asm_.emit(h.jump_dynamic).imm = static_cast<uint64_t>(int64_t{delta(state, drop)});
    return;
  }
  emit_stack(inst.state, 0);
  if (inst.op == Op::MessageCall) {
    Instr& instr = asm_.emit(h.call);
    instr.a = static_cast<int16_t>(inst.attribute);
    instr.imm = state.pc == ir::kNextPc ? UINT64_MAX : state.pc + 1;
    instr.imm2 = static_cast<uint64_t>(int64_t{delta(state, 0)});
  } else if (state.pc == ir::kNextPc) {
    asm_.emit(h.step).imm = static_cast<uint64_t>(int64_t{delta(state, 0)});
  } else {
    Instr& instr = asm_.emit(h.jump);
    instr.imm = static_cast<uint64_t>(int64_t{delta(state, 0)});
    instr.imm2 = state.pc;
    instr.aux = places_ + state.pc;
  }
}

void Translator::emit_stubs() {
  const Handlers& h = handlers();
  for (const Stub& stub : stubs_) {
    const uint32_t distance = asm_.here() - stub.branch;
    if (distance > INT16_MAX) {
      refused_ = true;
      return;
    }
    asm_.at(stub.branch).c = static_cast<int16_t>(distance);
    if (stub.op == Op::Exit) {
      asm_.set_record(asm_.emit(h.exit), stub.record);
      continue;
    }
    if (stub.load_destination) {
      // A slot of its own: the destination may be a constant.
      Operand from = stub.destination;
      if (from.kind != Kind::Slot) {
        const Move move{offset(spare_), from};
        emit_moves(&move, 1);
        from = {Kind::Slot, offset(spare_), 0};
      }
      asm_.set_a(asm_.emit(h.load_acc), from);
    }
    emit_moves(stub_moves_.data() + stub.first_move, stub.move_count);
    const auto by = static_cast<uint64_t>(int64_t{stub.delta});
    if (stub.op == Op::LeaveDynamic) {
      asm_.emit(h.jump_dynamic).imm = by;
    } else if (stub.pc == ir::kNextPc) {
      asm_.emit(h.step).imm = by;
    } else {
      Instr& instr = asm_.emit(h.jump);
      instr.imm = by;
      instr.imm2 = stub.pc;
      instr.aux = places_ + stub.pc;
    }
  }
}

} // namespace zvm::backend::interp
