// SlotTranslator: branches, and where a trace is left.
#include "backend/interp/handlers.hpp"
#include "backend/interp/translate.hpp"

namespace zvm::backend::interp {

using ir::Inst;
using ir::kNone;
using ir::Op;
using ir::Type;
using ir::ValueId;

namespace {

/// What a branch tests: a value, or two of them.
struct Tested {
  Test test = Test::NonZero;
  Type type = Type::I32;
  bool sense = true; ///< it branches where the test gives this
  ValueId left, right = kNone;
};

/// `compare`: the comparison just before, if it makes the condition.
Tested tested(const ir::Function& f, const Inst& branch, const Inst* compare) {
  if (compare == nullptr)
    return {.left = f.args(branch)[0]};
  const auto args = f.args(*compare);
  Tested t{.type = compare->type, .left = args[0]};
  if (compare->op == Op::IsZero) {
    t.sense = false;
    return t;
  }
  t.right = args[1];
  t.sense = compare->op != Op::Ne;
  t.test = compare->op == Op::LtU ? Test::LtU : compare->op == Op::LtS ? Test::LtS : Test::Eq;
  if (t.test == Test::Eq && f.is_constant(t.right) && f.constant(t.right).is_zero()) {
    t.test = Test::NonZero;
    t.right = kNone;
    t.sense = !t.sense;
  }
  return t;
}

} // namespace

void SlotTranslator::emit_branch(const Inst& inst) {
  const ir::Target* targets = f_->targets.data() + inst.targets.begin;
  const bool inverted = targets[0].block == starts_[position_ + 1];
  const Inst& side = f_->insts[f_->blocks[targets[inverted ? 1 : 0].block].first];
  const Inst* compare = pending_test_ == kNone ? nullptr : &f_->insts[pending_test_];
  pending_test_ = kNone;
  const Tested t = tested(*f_, inst, compare);
  Operand a = operand(t.left);
  Operand b = t.right == kNone ? Operand{} : operand(t.right);
  const Handler fn = fitting(a, t.left, b, t.right, [&] {
    return branch_handler(t.test, t.type, a.kind, b.kind, t.sense != inverted);
  });
  const uint32_t place = asm_.here();
  Instr& instr = asm_.emit(fn);
  asm_.set_a(instr, a);
  if (t.right != kNone)
    asm_.set_b(instr, b);
  add_stub(place, side);
  release_all(inst);
  if (compare != nullptr)
    release_all(*compare);
  release_all(side);
}

/// For the branch at that place, what it leads to.
void SlotTranslator::add_stub(uint32_t branch, const Inst& side) {
  Stub stub{branch, side.op, false, {}, 0, static_cast<uint32_t>(stub_moves_.size()), 0, 0, 0};
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
}

/// The stack is as it is wanted: on from there.
void SlotTranslator::emit_jump(Op op, uint32_t pc, int32_t by) {
  const Handlers& h = handlers();
  const auto top = static_cast<uint64_t>(int64_t{by});
  if (op == Op::LeaveDynamic) {
    asm_.emit(h.jump_dynamic).imm = top;
  } else if (pc == ir::kNextPc) {
    asm_.emit(h.step).imm = top;
  } else {
    Instr& instr = asm_.emit(h.jump);
    instr.imm = top;
    instr.imm2 = pc;
    instr.aux = places_ + pc;
  }
}

void SlotTranslator::emit_leave(const Inst& inst) {
  const ir::FrameState& state = f_->states[inst.state];
  emit_stack(inst.state, 0);
  emit_jump(inst.op, state.pc, delta(state, 0));
}

void SlotTranslator::emit_leave_dynamic(const Inst& inst) {
  const ValueId destination = f_->args(inst)[0];
  if (operand(destination).kind != Kind::Acc) {
    const Operand source = slot_operand(destination);
    asm_.set_a(asm_.emit(handlers().load_acc), source);
    acc_ = f_->is_constant(destination) ? kNone : root(destination);
  }
  const ir::FrameState& state = f_->states[inst.state];
  const auto drop = static_cast<uint32_t>(inst.attribute);
  emit_stack(inst.state, drop);
  emit_jump(inst.op, state.pc, delta(state, drop));
}

void SlotTranslator::emit_message_call(const Inst& inst) {
  // Whoever runs the callee pushes the result and goes on where the next block would; that block
  // does nothing else.
  const ir::Block& resume = f_->blocks[f_->targets[inst.targets.begin].block];
  const Inst& leave = f_->insts[resume.first];
  if (leave.op != Op::Leave) {
    refused_ = true;
    return;
  }
  const uint32_t next_pc = f_->states[leave.state].pc;
  emit_stack(inst.state, 0);
  Instr& instr = asm_.emit(handlers().call);
  instr.a = static_cast<int16_t>(inst.attribute);
  instr.imm = next_pc == ir::kNextPc ? UINT64_MAX : next_pc;
  instr.imm2 = static_cast<uint64_t>(int64_t{delta(f_->states[inst.state], 0)});
}

void SlotTranslator::emit_exit(const Inst& inst) {
  attach_record(asm_.emit(handlers().exit), inst.state);
}

void SlotTranslator::emit_stubs() {
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
    emit_jump(stub.op, stub.pc, stub.delta);
  }
}

} // namespace zvm::backend::interp
