// Where a trace begins, where it may branch, and how it is left.
#include "backend/asmjit/emitter.hpp"
#include "backend/interp/code.hpp"

namespace zvm::backend::asmjit {

using interp::Kind;
using interp::Move;
using ir::kNone;
using ir::Op;
using ir::StackWalk;

namespace {

constexpr int32_t kItem = 32;

/// Places of code that goes further are refused: their offsets in the table would not fit.
constexpr uint32_t kMostPc = 1 << 27;

} // namespace

// --- heads ---

void FunctionEmitter::check_gas(int64_t gas) {
  if (gas == static_cast<int32_t>(gas))
    a_.sub(kGas, static_cast<int32_t>(gas));
  else
    a_.sub(kGas, constant(static_cast<uint64_t>(gas)));
}

void FunctionEmitter::emit_head(ir::BlockId b) {
  const ir::Block& block = f_->blocks[b];
  if (!block.poll && block.gas == 0)
    return;
  const Label fails = a_.newLabel();
  if (block.poll) {
    // Nothing is in a register yet: it is the entry. The height is the low bits of the operand base.
    const auto need = static_cast<int32_t>(f_->stack_need) * kItem;
    const auto room =
        static_cast<int32_t>(runtime::kStackLimit - f_->stack_need - f_->stack_growth) * kItem;
    a_.lea(x86::eax, x86::ptr(kOperands, -need));
    a_.movzx(x86::eax, x86::ax);
    a_.cmp(x86::eax, room);
    a_.ja(fails);
  }
  const Label poor = a_.newLabel();
  check_gas(block.gas);
  if (block.poll)
    a_.cmp(kGas, field(frame::kFloor));
  a_.jl(poor);
  const Cold cold{*this};
  a_.bind(poor);
  check_gas(-block.gas);
  a_.bind(fails);
  // Step form polls, or finds that gas is short.
  site(Site::Why::State, block.state);
}

// --- branches ---

void FunctionEmitter::emit_branch(const Inst& inst) {
  CondCode holds = CondCode::kNE;
  const ir::InstId compared = std::exchange(compared_, kNone);
  if (compared != kNone) {
    values_.begin(f_->insts[compared], position_ - 1);
    holds = compare(f_->insts[compared]);
    values_.begin(inst, position_);
  } else {
    const Reg flag = values_.load(f_->args(inst)[0], 0);
    a_.test(gp(flag), gp(flag));
  }
  const auto targets = targets_of(*f_, inst.block);
  const Chain& chain = values_.chain();
  const bool inverted = targets[0].block == chain[position_ + 1].begins;
  const Label leaves = a_.newLabel();
  a_.j(inverted ? x86::negateCond(holds) : holds, leaves);
  {
    const Cold cold{*this};
    a_.bind(leaves);
    emit_leaving(f_->insts[f_->blocks[targets[inverted ? 1 : 0].block].first]);
  }
  if (compared != kNone)
    values_.end(f_->insts[compared]);
}

void FunctionEmitter::emit_leaving(const Inst& inst) {
  switch (inst.op) {
  case Op::Leave: {
    const ir::FrameState& state = f_->states[inst.state];
    write_stack(inst.state, 0);
    advance(state.height);
    return jump_to(state.pc);
  }
  case Op::LeaveDynamic:
    return leave_dynamic(inst);
  default:
    return site(Site::Why::State, inst.state);
  }
}

/// The stack is as it is wanted: on from there.
void FunctionEmitter::jump_to(uint32_t pc) {
  if (pc >= kMostPc)
    return refuse({});
  if (pc == f_->entry_pc)
    return static_cast<void>(a_.jmp(entry_));
  a_.mov(field(frame::kPc), pc);
  a_.mov(x86::rax, field(frame::kBlocks));
  jump_through(x86::qword_ptr(x86::rax, static_cast<int32_t>(pc * sizeof(interp::Place))));
}

/// To the code of a place, if there is some; frame.pc is set.
void FunctionEmitter::jump_through(const x86::Mem& place) {
  a_.mov(x86::rax, place);
  a_.test(x86::rax, x86::rax);
  a_.jz(place_);
  a_.jmp(x86::qword_ptr(x86::rax, offsetof(interp::Instr, imm)));
}

void FunctionEmitter::leave_dynamic(const Inst& inst) {
  const ValueId destination = f_->args(inst)[0];
  const auto drop = static_cast<uint32_t>(inst.attribute);
  const Label bad = a_.newLabel();
  Where at = values_.where(destination, 0);
  if (at.in != Where::In::Register) {
    const Reg r = values_.spare();
    if (r == kNoReg) // step form jumps as well
      return site(Site::Why::State, inst.state);
    move(r, at);
    at = {.in = Where::In::Register, .reg = r};
  }
  for (unsigned limb = 1; limb < 4; ++limb) {
    const Where high = values_.where(destination, limb);
    if (high.in == Where::In::Constant && high.constant == 0)
      continue;
    if (high.in == Where::In::Memory)
      a_.cmp(memory(high), 0);
    else if (high.in == Where::In::Register)
      a_.test(gp(high.reg), gp(high.reg));
    else
      a_.cmp(kContext, 0); // which it is not
    a_.jne(bad);
  }
  values_.keep(at.reg);
  write_stack(inst.state, drop);
  // All other registers are free now.
  const Gp pc = gp(at.reg);
  const Gp t = at.reg == kRax ? x86::rcx : x86::rax, u = at.reg == kRdx ? x86::rsi : x86::rdx;
  a_.mov(t, field(frame::kCode));
  a_.cmp(pc, x86::qword_ptr(t, code_object::kSize));
  a_.jae(bad);
  a_.mov(t, x86::qword_ptr(t, code_object::kDestinations));
  a_.mov(u, pc);
  a_.shr(u, 6);
  a_.mov(t, x86::qword_ptr(t, u, 3));
  a_.bt(t, pc);
  a_.jnc(bad);
  a_.mov(field(frame::kPc), pc);
  advance(f_->states[inst.state].height - static_cast<int32_t>(drop));
  a_.mov(t, field(frame::kBlocks));
  jump_through(x86::qword_ptr(t, pc, 3));
  values_.drop(at.reg);
  const Cold cold{*this};
  a_.bind(bad);
  site(Site::Why::Trap, kNone, Status::InvalidJump);
}

void FunctionEmitter::advance(int32_t items) {
  if (items != 0)
    a_.add(kOperands, items * kItem);
}

// --- the stack in memory ---

/// Items that differ from what stood there go to their places, in an order in which none destroys
/// another.
void FunctionEmitter::write_stack(ir::StateId s, uint32_t drop) {
  moves_.clear();
  if (!stack_.try_seek(s)) {
    refused_ = true;
    return;
  }
  const int32_t end = f_->states[s].height - static_cast<int32_t>(drop);
  for (int32_t position = stack_.low(); position < end; ++position) {
    const ValueId v = stack_[position];
    if (v == StackWalk::kEntryItem)
      continue;
    const auto to = static_cast<int16_t>(position * kItem);
    Move m{to, {Kind::Acc, 0, v}};
    if (const auto home = values_.home_read(v)) {
      // All of it, so that it can be moved as a whole.
      values_.complete_home(v);
      m.src.kind = Kind::Slot;
      m.src.slot = static_cast<int16_t>(*home);
    }
    refused_ |= !moves_.try_push(m);
  }
  refused_ |= !order_.run(moves_, static_cast<int16_t>(values_.spare_home()));
  for (const Move& m : moves_)
    write_item(m);
}

void FunctionEmitter::write_item(const Move& m) {
  if (m.src.kind != Kind::Slot)
    return copy_word(static_cast<ValueId>(m.src.imm), x86::qword_ptr(kOperands, m.dst));
  for (int32_t at = 0; at < kItem; at += 8)
    copy_limb(x86::qword_ptr(kOperands, m.dst + at), x86::qword_ptr(kOperands, m.src.slot + at));
}

} // namespace zvm::backend::asmjit
