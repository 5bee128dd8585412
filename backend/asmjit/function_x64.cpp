// Functions of modules: how they are entered, call, branch by tables, and end.
//
// A frame has two parts. From the operand base on are slots, as word code has them: arguments, where
// results go too, and above them room for the header of a callee that is no machine code. The
// function's own frame, and where it returns to, are on the stack, which is the guest's. The first
// arguments are in registers as well, and so is the first result.
#include <algorithm>

#include "backend/asmjit/emitter.hpp"
#include "backend/interp/function/code.hpp"
#include "base/plant.hpp"
#include "ir/call.hpp"

namespace zvm::backend::asmjit {

using ir::BlockId;
using ir::kNone;
using ir::Op;
using ir::Type;

namespace {

constexpr int32_t kSlot = 8;
/// Which registers arguments are passed in, in their order.
class ArgumentRegisters {
 public:
  /// kNoReg: in slots only.
  [[nodiscard]] Reg next(bool vector) {
    constexpr Reg kGeneral[] = {3, 4, 5, 6, 7, 8};
    constexpr unsigned kMostVectors = 8;
    if (vector)
      return vectors_ < kMostVectors ? static_cast<Reg>(kRegisters + vectors_++) : kNoReg;
    return general_ < std::size(kGeneral) ? kGeneral[general_++] : kNoReg;
  }

 private:
  unsigned general_ = 0, vectors_ = 0;
};

constexpr Reg kFirstResult = kRax, kFirstVectorResult = kRegisters;

} // namespace

int32_t FunctionEmitter::outgoing() const {
  int32_t parameters = 0, results = 0;
  for (const ValueId v : f_->values_of(f_->blocks[0].params))
    parameters += ir::slots_of(f_->type(v));
  for (const Type type : f_->results)
    results += ir::slots_of(type);
  return kSlot * (std::max(parameters, results) + static_cast<int32_t>(interp::kFirstSlot));
}

bool FunctionEmitter::fits_stack() const {
  const int64_t size = int64_t{outgoing()} + values_.frame_bytes() + kSlot;
  return size <= runtime::kMostFrameGrowth * int64_t{f_->depth};
}

// --- entries and heads ---

void FunctionEmitter::emit_function_entry() {
  const Label here = a_.newLabel(), from_slots = a_.newLabel();
  refused_ |=
      !entry_points_.try_push({0, here.id()}) || !entry_points_.try_push({0, from_slots.id()});
  a_.bind(here);
  a_.endbr64();
  move_stack(x86::Inst::kIdSub);
  if (!module_->goes_on) {
    a_.sub(field(activation::kDepthLeft), f_->depth);
    trap_if(CondCode::kL, Status::StackExhausted);
  }
  values_.begin_root(0, 0);
  std::array<ValueId, kAllRegisters> arguments;
  arguments.fill(kNone);
  {
    const Cold cold{*this};
    a_.bind(from_slots);
    a_.endbr64();
    ArgumentRegisters registers;
    for (const ValueId v : f_->values_of(f_->blocks[0].params)) {
      const Reg r = registers.next(values_.is_vector(v));
      if (r == kNoReg || values_.flow().uses(v) == 0)
        continue;
      copy(values_.in_register(v, r), values_.where(v, 0));
      arguments[r] = v;
    }
    a_.jmp(here);
  }
  for (Reg r = 0; r < kAllRegisters; ++r) {
    if (arguments[r] != kNone)
      values_.define(arguments[r], 0, r);
  }
}

bool FunctionEmitter::label_heads() {
  for (size_t b = 0; b < f_->blocks.size(); ++b) {
    if (!heads_.try_push({}))
      return false;
  }
  for (const ir::Target& target : f_->targets) {
    Head& head = heads_[target.block];
    if (target.paid && head.paid == kNone)
      head.paid = a_.newLabel().id();
    if (f_->blocks[target.block].poll && head.back == kNone)
      head.back = a_.newLabel().id();
  }
  return true;
}

/// Gas is taken, and looked at where the function begins, and by edges back.
void FunctionEmitter::emit_function_head(BlockId b) {
  const ir::Block& block = f_->blocks[b];
  if (b == 0 && module_->goes_on)
    return;
  const bool is_loop =
      block.poll && b != 0 && (f_->polls_by_edge || values_.flow().loop_end(b) != 0);
  const auto charge = [&] {
    if (block.gas != 0)
      check_gas(block.gas);
  };
  charge();
  if (heads_[b].paid != kNone)
    a_.bind(Label{heads_[b].paid});
  if (block.poll && b == 0)
    emit_poll();
  if (!is_loop)
    return;
  const Label body = a_.newLabel();
  a_.jmp(body);
  a_.bind(Label{heads_[b].back});
  charge();
  emit_poll();
  a_.bind(body);
}

void FunctionEmitter::emit_poll() {
  const Label low = a_.newLabel(), back = a_.newLabel();
  a_.cmp(kGas, field(frame::kFloor));
  a_.jl(low);
  a_.bind(back);
  const Cold cold{*this};
  a_.bind(low);
  a_.call(constant(linkage_.function().poll));
  a_.jz(back);
  a_.jmp(failed_);
}

// --- calls ---

void FunctionEmitter::load_instance_item(const Gp& to, int32_t table, uint32_t item) {
  a_.mov(to, field(activation::kInstance));
  a_.mov(to, x86::qword_ptr(to, table));
  a_.mov(to, x86::qword_ptr(to, static_cast<int32_t>(item) * kSlot));
}

Reg FunctionEmitter::find_callee(const Inst& inst) {
  if (inst.op == Op::CallIndirect || inst.op == Op::TailCallIndirect)
    return find_indirect(inst);
  if (inst.attribute >= module_->imports)
    return kNoReg;
  const Reg callee = values_.fresh();
  load_instance_item(gp(callee), instance::kImports, static_cast<uint32_t>(inst.attribute));
  return callee;
}

/// The function in the table, if it has the type as this module has it; the libcall compares others.
Reg FunctionEmitter::find_indirect(const Inst& inst) {
  const auto [type, table] = ir::decode_pair(inst.attribute);
  const ValueId index = f_->args(inst).back();
  const Reg callee = values_.fresh(), t = values_.fresh();
  const Reg at = values_.load(index, 0);
  const Label slow = a_.newLabel(), back = a_.newLabel();
  load_instance_item(gp(callee), instance::kTables, table);
  a_.cmp(gp(at), x86::qword_ptr(gp(callee), table::kSize));
  a_.jae(slow);
  a_.mov(gp(callee), x86::qword_ptr(gp(callee), table::kItems));
  a_.mov(gp(callee), x86::qword_ptr(gp(callee), gp(at), 3));
  load_instance_item(gp(t), instance::kTypes, type);
  a_.test(gp(callee), gp(callee));
  a_.jz(slow);
  a_.cmp(gp(t), x86::qword_ptr(gp(callee), function::kSignature));
  a_.jne(slow);
  a_.bind(back);
  {
    const Cold cold{*this};
    a_.bind(slow);
    a_.mov(scratch(0, 0), gp(at));
    a_.mov(scratch(0, 1), type);
    a_.mov(scratch(0, 2), table);
    a_.call(constant(linkage_.function().find_callee));
    a_.jnz(failed_);
    a_.mov(gp(callee), scratch(kScratchWords - 1));
    a_.jmp(back);
  }
  values_.drop(t);
  values_.drop(at);
  return callee;
}

int32_t FunctionEmitter::place_outgoing(std::span<const ValueId> values) {
  int32_t slot = 0;
  for (const ValueId v : values) {
    const Type type = f_->type(v);
    copy({.in = Where::In::Operands,
          .is_vector = type == Type::V128,
          .offset = outgoing() + kSlot * slot},
         values_.where(v, 0));
    slot += ir::slots_of(type);
  }
  return slot;
}

/// What has been placed there becomes the beginning of the function's own frame.
void FunctionEmitter::move_down(int32_t slots) {
  for (int32_t slot = 0; slot < slots; ++slot) {
    a_.vmovq(x86::xmm0, x86::qword_ptr(kOperands, outgoing() + kSlot * slot));
    a_.vmovq(x86::qword_ptr(kOperands, kSlot * slot), x86::xmm0);
  }
}

/// The registers of a call; slots have their values.
void FunctionEmitter::pass_arguments(std::span<const ValueId> arguments, Reg callee) {
  ArgumentRegisters registers;
  moves_.clear();
  for (const ValueId v : arguments) {
    if (const Reg r = registers.next(values_.is_vector(v)); r != kNoReg)
      moves_.add(values_.in_register(v, r), values_.where(v, 0));
  }
  if (callee != kNoReg) {
    moves_.add({.in = Where::In::Register, .reg = kRax},
               {.in = Where::In::Register, .reg = callee});
  }
  run_moves();
}

/// The operand base is the callee's. Its code, or what leaves for it, finds its cell, or the function
/// where it is another module's or the embedder's, in rax.
void FunctionEmitter::call_callee(const Inst& inst, bool is_tail) {
  const auto go = [&](const x86::Mem& to) {
    if (is_tail)
      a_.jmp(to);
    else
      a_.call(to);
  };
  const bool is_indirect = inst.op == Op::CallIndirect || inst.op == Op::TailCallIndirect;
  if (!is_indirect && inst.attribute < module_->imports)
    return go(constant(linkage_.function().call_function));
  if (!is_indirect) {
    // There are no cells where code is only listed.
    const uint64_t own = inst.attribute - module_->imports;
    a_.mov(x86::rax, reinterpret_cast<uint64_t>(module_->cells) + own * sizeof(Cell));
    return go(x86::qword_ptr(x86::rax));
  }
  static_assert(sizeof(Cell) == 2 * sizeof(runtime::Entry));
  const Label foreign = a_.newLabel(), back = a_.newLabel();
  a_.mov(x86::rcx, field(activation::kInstance));
  a_.cmp(x86::rcx, x86::qword_ptr(x86::rax, function::kInstance));
  a_.jne(foreign);
  a_.mov(x86::rdx, x86::qword_ptr(x86::rax, function::kEntry));
  a_.sub(x86::rdx, constant(reinterpret_cast<uint64_t>(module_->entries)));
  a_.mov(x86::rax, reinterpret_cast<uint64_t>(module_->cells));
  a_.lea(x86::rax, x86::ptr(x86::rax, x86::rdx, 1));
  go(x86::qword_ptr(x86::rax));
  a_.bind(back);
  const Cold cold{*this};
  a_.bind(foreign);
  go(constant(linkage_.function().call_function));
  if (!is_tail)
    a_.jmp(back);
}

void FunctionEmitter::emit_function_call(const Inst& inst) {
  const auto arguments = ir::arguments_of(*f_, inst);
  const Reg callee = find_callee(inst);
  values_.save_living();
  (void)place_outgoing(arguments);
  pass_arguments(arguments, callee);
  a_.add(kOperands, outgoing());
  call_callee(inst, false);
  a_.sub(kOperands, outgoing());
  values_.forget_registers();
  take_results(inst);
}

void FunctionEmitter::take_results(const Inst& inst) {
  int32_t slot = 0;
  for (uint32_t i = 0; i < inst.result_count; ++i) {
    const ValueId v = inst.result + i;
    const bool vector = values_.is_vector(v);
    if (i == 0) {
      values_.define(v, 0, vector ? kFirstVectorResult : kFirstResult);
    } else if (values_.flow().uses(v) != 0) {
      const Reg r = vector ? values_.fresh_vector() : values_.fresh();
      const Where at{.in = Where::In::Operands,
                     .is_vector = f_->type(v) == Type::V128,
                     .offset = outgoing() + kSlot * slot};
      copy(values_.in_register(v, r), at);
      values_.define(v, 0, r);
      values_.drop(r);
    }
    slot += ir::slots_of(f_->type(v));
  }
}

void FunctionEmitter::emit_tail_call(const Inst& inst) {
  const auto arguments = ir::arguments_of(*f_, inst);
  const Reg callee = find_callee(inst);
  const int32_t slots = place_outgoing(arguments);
  pass_arguments(arguments, callee);
  move_down(slots);
  leave_frame();
  call_callee(inst, true);
}

void FunctionEmitter::leave_frame() {
  a_.add(field(activation::kDepthLeft), f_->depth);
  move_stack(x86::Inst::kIdAdd);
}

void FunctionEmitter::emit_function_return(const Inst& inst) {
  const auto args = f_->args(inst);
  const int32_t slots = args.size() > 1 ? place_outgoing(args) : 0;
  if (!args.empty()) {
    const ValueId v = args[0];
    const Reg first = values_.is_vector(v) ? kFirstVectorResult : kFirstResult;
    copy(values_.in_register(v, first), values_.where(v, 0));
    if (args.size() == 1)
      copy({.in = Where::In::Operands, .is_vector = f_->type(v) == Type::V128},
           values_.in_register(v, first));
  }
  move_down(slots);
  leave_frame();
  a_.ret();
}

// --- branches by a table ---

void FunctionEmitter::emit_branch_table(const Inst& inst) {
  const auto targets = f_->targets.view().subspan(inst.targets.begin, inst.targets.count);
  // The edges may bring the index along.
  const Reg index = values_.load(f_->args(inst)[0], 0);
  const Reg at = values_.fresh(), t = values_.fresh();
  const Label table = a_.newLabel();
  a_.mov(gp(at).r32(), gp(index).r32());
  a_.mov(gp(t).r32(), static_cast<uint32_t>(targets.size() - 1));
  a_.cmp(gp(at).r32(), gp(t).r32());
  a_.cmova(gp(at).r32(), gp(t).r32());
  a_.lea(gp(t), x86::ptr(table));
  a_.movsxd(gp(at), x86::dword_ptr(gp(t), gp(at), 2));
  a_.add(gp(at), gp(t));
  a_.db(0x3e); // notrack
  a_.jmp(gp(at));
  const Cold cold{*this};
  table_labels_.clear();
  ++table_;
  for (const ir::Target& target : targets) {
    // Labels of one block nearly always bring it the same, so that one way serves them all.
    TableEdge& known = table_edges_[target.block];
    const bool is_same =
        known.table == table_ &&
        std::ranges::equal(f_->values_of(known.target->args), f_->values_of(target.args));
    if (!is_same) {
      known = {table_, label_of(target).id(), &target};
      if (edge_moves(target)) {
        known.label = a_.newLabel().id();
        a_.bind(Label{known.label});
        if (!is_planted(Plant::NativeEdge))
          run_moves();
        a_.jmp(label_of(target));
      }
    }
    refused_ |= !table_labels_.try_push(known.label);
    if (refused_)
      return;
  }
  a_.align(::asmjit::AlignMode::kData, 4);
  a_.bind(table);
  for (const uint32_t to : table_labels_)
    a_.embedLabelDelta(Label{to}, table, 4);
}

// --- ends ---

Label FunctionEmitter::trap(Status status) {
  uint32_t& label = traps_[static_cast<size_t>(status)];
  if (label == kNone)
    label = a_.newLabel().id();
  return Label{label};
}

void FunctionEmitter::emit_traps() {
  for (size_t status = 0; status < traps_.size(); ++status) {
    if (traps_[status] == kNone)
      continue;
    a_.bind(Label{traps_[status]});
    a_.mov(x86::byte_ptr(kContext, frame::kStatus), static_cast<int8_t>(status));
    a_.jmp(failed_);
  }
  a_.bind(failed_);
  a_.mov(x86::eax, static_cast<uint32_t>(FunctionAnswer::Finished));
  a_.jmp(constant(linkage_.function().done));
}

} // namespace zvm::backend::asmjit
