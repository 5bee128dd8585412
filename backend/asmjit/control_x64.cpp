// Where code is entered, where it branches and calls, and how it is left.
#include "backend/asmjit/emitter.hpp"
#include "backend/interp/code.hpp"
#include "base/plant.hpp"

namespace zvm::backend::asmjit {

using ir::kNone;
using ir::Op;
using ir::StackWalk;

namespace {

constexpr int32_t kItem = 32;

/// Places of code that goes further are refused: their offsets in the table would not fit.
constexpr uint32_t kMostPc = 1 << 27;

/// No code is as long as what does not fit 64 bits.
void jump_if_no_place(auto& a, Values& values, ir::ValueId destination, const Label& to,
                      auto memory) {
  for (unsigned limb = 1; limb < 4; ++limb) {
    const Where high = values.where(destination, limb);
    if (high.in == Where::In::Constant && high.constant == 0)
      continue;
    if (high.is_memory())
      a.cmp(memory(high), 0);
    else if (high.in == Where::In::Register)
      a.test(kPool[high.reg], kPool[high.reg]);
    else
      a.cmp(kContext, 0); // which it is not
    a.jne(to);
  }
}

} // namespace

// --- entries ---

void FunctionEmitter::move_stack(x86::Inst::Id by) {
  constexpr int32_t kUnknown = 0x7fffff00; // the size is as many bytes in the code
  a_.emit(by, x86::rsp, ::asmjit::Imm{kUnknown});
  refused_ |=
      !frame_sizes_.try_push({a_.currentSection()->id(), static_cast<uint32_t>(a_.offset()) - 4});
}

/// From outside with the guest's stack in memory, or, the beginning of a function of a program, by
/// a call. Who finds too few items there, or too little room above, goes on in step form.
void FunctionEmitter::emit_entry(ir::BlockId b) {
  if (module_ != nullptr)
    return emit_function_entry();
  const bool is_called = b == 0 && !callees_.empty();
  const ir::Block& block = f_->blocks[b];
  const auto params = static_cast<int32_t>(block.params.count);
  const int32_t height = b == 0 ? 0 : f_->states[block.state].height;
  const Label here = is_called ? Label{callees_[number_].label} : a_.newLabel();
  a_.bind(here);
  if (!is_called) {
    a_.endbr64();
    refused_ |= !entry_points_.try_push({b == 0 ? f_->entry_pc : block.pc, here.id()});
  }
  const Label refuses = a_.newLabel(), deep = a_.newLabel();
  if (is_called) {
    a_.cmp(x86::rsp, field(frame::kNativeLimit));
    a_.jb(deep);
    perturb_depth(deep);
  }
  move_stack(x86::Inst::kIdSub);
  if (b == 0)
    a_.bind(body_);
  advance(-height);
  // The height is the low bits of the operand base.
  const auto need = static_cast<int32_t>(f_->stack_need) * kItem;
  const auto room =
      static_cast<int32_t>(runtime::kStackLimit - f_->stack_need - f_->stack_growth) * kItem;
  a_.lea(x86::eax, x86::ptr(kOperands, -need));
  a_.movzx(x86::eax, x86::ax);
  a_.cmp(x86::eax, room);
  if (!is_planted(Plant::EntryCheck))
    a_.ja(refuses);
  perturb_entry(refuses);
  {
    const Cold cold{*this};
    a_.bind(refuses);
    advance(height);
    a_.mov(field(frame::kPc), b == 0 ? f_->entry_pc : block.pc);
    answer(Answer::Refused);
    if (is_called) {
      // All that callers hold is in memory: without their frames it is the same call.
      a_.bind(deep);
      a_.lea(x86::rsp, x86::ptr(kScratch, -kEntryBytes - 8));
      a_.jmp(here);
    }
  }
  values_.begin_root(b, height - params);
}

// --- heads ---

void FunctionEmitter::check_gas(int64_t gas) {
  if (gas == static_cast<int32_t>(gas))
    a_.sub(kGas, static_cast<int32_t>(gas));
  else
    a_.sub(kGas, constant(static_cast<uint64_t>(gas)));
}

void FunctionEmitter::emit_head(ir::BlockId b) {
  if (module_ != nullptr)
    return emit_function_head(b);
  const ir::Block& block = f_->blocks[b];
  const bool is_charged = block.gas != 0;
  if (!block.poll && !is_charged)
    return;
  const Label low = a_.newLabel(), back = a_.newLabel();
  if (is_charged)
    check_gas(block.gas + (is_planted(Plant::BlockGas) && block.poll ? 1 : 0));
  if (block.poll)
    a_.cmp(kGas, field(frame::kFloor));
  a_.jl(low);
  a_.bind(back);
  const Cold cold{*this};
  a_.bind(low);
  if (!block.is_final && block.state != kNone) {
    // Step form polls, or finds that gas is short.
    if (is_charged)
      check_gas(-block.gas);
    return site(Site::Why::State, block.state);
  }
  if (!block.poll)
    return site(Site::Why::Trap, kNone, Status::OutOfGas);
  const Label polls = a_.newLabel();
  a_.test(kGas, kGas);
  a_.jns(polls);
  site(Site::Why::Trap, kNone, Status::OutOfGas);
  a_.bind(polls);
  a_.call(constant(linkage_.poll()));
  a_.jz(back);
  site(Site::Why::Final, kNone);
}

// --- branches ---

void FunctionEmitter::run_moves() { refused_ |= !moves_.run(*this); }

/// Whether there are any.
bool FunctionEmitter::edge_moves(const ir::Target& target) {
  moves_.clear();
  values_.add_edge(target, moves_);
  return !moves_.empty();
}

/// Along an edge, from the end of a block.
void FunctionEmitter::go_to(const ir::Target& target) {
  if (edge_moves(target))
    run_moves();
  const bool pays = !target.paid || f_->blocks[target.block].gas == 0;
  if (follows_[block_] != target.block || !pays || polls(target))
    a_.jmp(label_of(target));
}

/// Where an edge from the block leads.
Label FunctionEmitter::label_of(const ir::Target& target) const {
  const ir::BlockId to = target.block;
  if (module_ == nullptr)
    return Label{blocks_[to]};
  if (target.paid)
    return Label{heads_[to].paid};
  return Label{polls(target) ? heads_[to].back : blocks_[to]};
}

/// Of functions of modules.
bool FunctionEmitter::polls(const ir::Target& target) const {
  if (f_->polls_by_edge)
    return target.polls;
  return module_ != nullptr && f_->blocks[target.block].poll && is_back(target);
}

bool FunctionEmitter::is_back(const ir::Target& target) const {
  const Flow& flow = values_.flow();
  return flow.first(target.block) <= flow.first(block_);
}

void FunctionEmitter::emit_jump(const Inst& inst) { go_to(f_->targets[inst.targets.begin]); }

void FunctionEmitter::emit_branch(const Inst& inst) {
  CondCode holds = CondCode::kNE;
  const ir::InstId compared = std::exchange(compared_, kNone);
  if (compared != kNone) {
    values_.begin(f_->insts[compared], position_ - 1);
    holds = compare(f_->insts[compared]);
    if (is_planted(Plant::Condition) && holds == CondCode::kB)
      holds = CondCode::kBE;
    values_.begin(inst, position_);
  } else {
    const Reg flag = values_.load(f_->args(inst)[0], 0);
    a_.test(gp(flag), gp(flag));
  }
  const ir::Target* taken = f_->targets.data() + inst.targets.begin;
  const ir::Target* other = taken + 1;
  // The way that needs moves, or goes on with what follows, is not branched to; a way back, which is
  // taken often, has its moves here even if the other then is a jump more.
  const bool goes_back = is_back(*taken) && !is_back(*other);
  const ir::Target* asked = nullptr; // whose moves there are
  const auto moves = [&](const ir::Target* target) {
    return std::exchange(asked, target) == target ? !moves_.empty() : edge_moves(*target);
  };
  if (follows_[block_] == taken->block ||
      (moves(taken) && (goes_back || (follows_[block_] != other->block && !moves(other))))) {
    std::swap(taken, other);
    holds = x86::negateCond(holds);
  }
  if (moves(taken)) {
    const Label way = a_.newLabel();
    a_.j(holds, way);
    const Cold cold{*this};
    a_.bind(way);
    run_moves();
    a_.jmp(label_of(*taken));
  } else {
    a_.j(holds, label_of(*taken));
  }
  go_to(*other);
  if (compared != kNone)
    values_.end(f_->insts[compared]);
}

// --- calls between functions ---

/// The callee finds its arguments, and whoever enters anywhere all of the guest's stack, in memory.
void FunctionEmitter::emit_call(const Inst& inst) {
  if (module_ != nullptr)
    return emit_function_call(inst);
  const Callee& callee = callees_[inst.attribute];
  const int32_t height = f_->states[inst.state].height;
  const bool returns = callee.returns_at != kNever;
  const int32_t top = height + (returns ? callee.returns_at : 0);
  const int32_t results = top - static_cast<int32_t>(inst.result_count);
  refused_ |= !stack_.try_seek(inst.state);
  if (refused_)
    return;
  moves_.clear();
  values_.add_call(stack_, returns ? results : height - static_cast<int32_t>(callee.need), moves_);
  run_moves();
  values_.finish_call();
  advance(height);
  a_.call(Label{callee.label});
  advance(-top);
  for (uint32_t i = 0; i < inst.result_count; ++i)
    values_.define_item(inst.result + i, results + static_cast<int32_t>(i));
}

/// The label is for the case that the caller's frame is gone: then it may be any word.
void FunctionEmitter::emit_return(const Inst& inst) {
  const ValueId label = f_->args(inst)[0];
  const Label bad = a_.newLabel();
  jump_if_no_place(a_, values_, label, bad, memory);
  moves_.clear();
  moves_.add({.in = Where::In::Register, .reg = kRcx}, values_.where(label, 0));
  add_stack(inst.state, 0);
  run_moves();
  advance(f_->states[inst.state].height);
  move_stack(x86::Inst::kIdAdd);
  a_.ret();
  const Cold cold{*this};
  a_.bind(bad);
  site(Site::Why::Trap, ir::kNone, Status::InvalidJump);
}

// --- leaving ---

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
    return site(std::ranges::binary_search(entry_states_, inst.state) ? Site::Why::Refused
                                                                      : Site::Why::State,
                inst.state);
  }
}

/// The stack is as it is wanted: on from there.
void FunctionEmitter::jump_to(uint32_t pc) {
  if (pc >= kMostPc)
    return refuse({});
  if (pc == f_->entry_pc && callees_.empty())
    return static_cast<void>(a_.jmp(body_));
  a_.mov(field(frame::kPc), pc);
  a_.mov(x86::rax, field(frame::kBlocks));
  a_.mov(x86::rax, x86::qword_ptr(x86::rax, static_cast<int32_t>(pc * sizeof(interp::Place))));
  a_.test(x86::rax, x86::rax);
  a_.jz(place_);
  a_.lea(x86::rsp, x86::ptr(kScratch, -kEntryBytes - 8)); // all frames go
  a_.jmp(x86::qword_ptr(x86::rax, offsetof(interp::Instr, imm)));
}

void FunctionEmitter::leave_dynamic(const Inst& inst) {
  const ValueId destination = f_->args(inst)[0];
  const auto drop = static_cast<uint32_t>(inst.attribute);
  const Label bad = a_.newLabel();
  jump_if_no_place(a_, values_, destination, bad, memory);
  moves_.clear();
  moves_.add({.in = Where::In::Register, .reg = kRcx}, values_.where(destination, 0));
  add_stack(inst.state, drop);
  run_moves();
  advance(f_->states[inst.state].height - static_cast<int32_t>(drop));
  a_.jmp(constant(linkage_.jump()));
  const Cold cold{*this};
  a_.bind(bad);
  site(Site::Why::Trap, kNone, Status::InvalidJump);
}

void FunctionEmitter::advance(int32_t items) {
  if (items != 0)
    a_.add(kOperands, items * kItem);
}

void FunctionEmitter::add_stack(ir::StateId s, uint32_t drop) {
  if (!stack_.try_seek(s)) {
    refused_ = true;
    return;
  }
  const int32_t end = f_->states[s].height - static_cast<int32_t>(drop);
  for (int32_t p = stack_.low(); p < end; ++p) {
    const ValueId v = stack_[p];
    if (v == StackWalk::kEntryItem || values_.is_item(v, p) ||
        (is_planted(Plant::LeaveStore) && p == stack_.low()))
      continue;
    for (unsigned limb = 0; limb < 4; ++limb)
      moves_.add(Values::item(p, limb), values_.where(v, limb));
  }
}

} // namespace zvm::backend::asmjit
