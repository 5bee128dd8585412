// SlotTranslator: one function for each family of ops.
#include "backend/interp/handlers.hpp"
#include "backend/interp/translate.hpp"
#include "backend/lowering.hpp"
#include "ir/access.hpp"

namespace zvm::backend::interp {

using ir::Inst;
using ir::kNone;
using ir::Op;
using ir::Type;
using ir::ValueId;

void SlotTranslator::emit_head(ir::BlockId b) {
  const ir::Block& block = f_->blocks[b];
  if (!block.poll && block.gas == 0)
    return;
  Instr& instr = asm_.emit(block.poll ? handlers().head : handlers().segment);
  if (block.poll) {
    instr.a = static_cast<int16_t>(need_ * 32);
    instr.b =
        static_cast<int16_t>((static_cast<int32_t>(runtime::kStackLimit) - growth_ - need_) * 32);
  }
  instr.imm = static_cast<uint64_t>(block.gas);
  attach_record(instr, block.state);
}

void SlotTranslator::emit_nothing(const Inst&) {}

/// Linear memory, functions, floats: not in code that comes as traces.
void SlotTranslator::emit_refusal(const Inst&) { refused_ = true; }

// --- what is computed ---

void SlotTranslator::emit_comparison(const Inst& inst) {
  // One for the branch behind it is made by the branch.
  if (homes_[inst.result].uses == 1 && position_ + 1 < chain_.size() &&
      starts_[position_ + 1] == kNone) {
    const Inst& user = f_->insts[chain_[position_ + 1]];
    if (user.op == Op::BrIf && f_->args(user)[0] == inst.result) {
      pending_test_ = chain_[position_];
      return;
    }
  }
  return inst.op == Op::IsZero ? emit_unary(inst) : emit_binary(inst);
}

void SlotTranslator::emit_shift_by_constant(const Inst& inst) {
  const auto args = f_->args(inst);
  const auto count = static_cast<unsigned>(f_->constant(args[0]).low64());
  const Operand value = operand(args[1]);
  Instr& instr = asm_.emit(shift_handler(inst.op, count / 64, value.kind, true));
  asm_.set_b(instr, value);
  instr.imm = count % 64;
  release_all(inst);
  define(inst.result, instr, shift_handler(inst.op, count / 64, value.kind, false));
}

void SlotTranslator::emit_binary(const Inst& inst) {
  const auto args = f_->args(inst);
  Operand a = operand(args[0]), b = operand(args[1]);
  const bool shift = inst.op == Op::Shl || inst.op == Op::ShrU || inst.op == Op::ShrS;
  const bool constant = b.kind == Kind::Imm || b.kind == Kind::Pool;
  if (shift && inst.type == Type::I256 && a.kind == Kind::Imm && a.imm < 256 && !constant)
    return emit_shift_by_constant(inst);
  const Handler store = fitting(a, args[0], b, args[1], [&] {
    return binary_handler(inst.op, inst.type, a.kind, b.kind, true);
  });
  const Handler no_store = binary_handler(inst.op, inst.type, a.kind, b.kind, false);
  Instr& instr = asm_.emit(store);
  asm_.set_a(instr, a);
  asm_.set_b(instr, b);
  release_all(inst);
  define(inst.result, instr, no_store);
}

void SlotTranslator::emit_unary(const Inst& inst) {
  const ValueId arg = f_->args(inst)[0];
  Operand a = operand(arg);
  if (a.kind == Kind::Imm || a.kind == Kind::Pool)
    a = slot_operand(arg);
  Instr& instr = asm_.emit(unary_handler(inst.op, inst.type, a.kind, true));
  asm_.set_a(instr, a);
  release_all(inst);
  define(inst.result, instr, unary_handler(inst.op, inst.type, a.kind, false));
}

void SlotTranslator::emit_ternary(const Inst& inst) {
  if (inst.op != Op::Select && inst.type != Type::I256)
    return emit_refusal(inst);
  emit_slots(inst, ternary_handler(inst.op, true), ternary_handler(inst.op, false));
  for (const ValueId v : f_->args(inst))
    homes_[inst.result].high_garbage |= homes_[v].high_garbage;
}

void SlotTranslator::emit_conversion(const Inst& inst) {
  const ValueId arg = f_->args(inst)[0];
  const unsigned from = ir::bits(f_->type(arg)), to = ir::bits(inst.type);
  if (f_->is_constant(arg) || !ir::is_int(inst.type) || inst.op == Op::Sext) {
    return emit_refusal(inst); // folded before it comes here; the sign is not kept in slots
  }
  if (inst.op == Op::Zext && homes_[arg].high_garbage) {
    if (from != 64)
      return emit_refusal(inst);
    const Operand a = slot_operand(arg);
    Instr& instr = asm_.emit(handlers().mask64);
    asm_.set_a(instr, a);
    release_all(inst);
    define(inst.result, instr, nullptr);
    return;
  }
  if (inst.op == Op::Trunc && to != 64)
    return emit_refusal(inst);
  alias(inst.result, arg, inst.op == Op::Trunc && from > to);
  release_all(inst);
}

// --- memory and gas ---

void SlotTranslator::emit_touch(const Inst& inst) {
  // A touch whose address goes to the load or store behind it becomes that one's check.
  if (homes_[inst.result].uses == 1 && position_ + 1 < chain_.size()) {
    const Inst& user = f_->insts[chain_[position_ + 1]];
    const bool accesses = user.op == Op::Load || user.op == Op::Store;
    const ValueId length = f_->args(inst)[1];
    if (accesses && f_->args(user)[0] == inst.result && f_->is_constant(length) &&
        f_->constant(length) == U256{ir::decode_access(user.attribute).width}) {
      pending_touch_ = chain_[position_];
      return;
    }
  }
  const auto args = f_->args(inst);
  const Operand offset = short_operand(args[0]);
  Operand length = operand(args[1]);
  if (length.kind != Kind::Slot && length.kind != Kind::Imm)
    length = slot_operand(args[1]);
  const bool wanted = homes_[inst.result].uses != 0;
  const ValueId acc = acc_;
  Instr& instr = asm_.emit(touch_handler(offset.kind, length.kind, wanted));
  asm_.set_a(instr, offset);
  asm_.set_b(instr, length);
  attach_record(instr, inst.state);
  release_all(inst);
  define(inst.result, instr, nullptr);
  acc_ = acc; // the address goes to its slot only
}

void SlotTranslator::emit_load(const Inst& inst) {
  if (inst.attribute != ir::kTouchedWord)
    return emit_refusal(inst);
  const Inst* touch = pending_touch_ == kNone ? nullptr : &f_->insts[pending_touch_];
  pending_touch_ = kNone;
  const ValueId address = f_->args(touch != nullptr ? *touch : inst)[0];
  const Operand a = short_operand(address);
  Instr& instr = asm_.emit(load_handler(a.kind, touch != nullptr, true));
  asm_.set_a(instr, a);
  if (touch != nullptr) {
    attach_record(instr, touch->state);
    release_all(*touch);
  }
  release_all(inst);
  define(inst.result, instr, load_handler(a.kind, touch != nullptr, false));
}

void SlotTranslator::emit_store(const Inst& inst) {
  const bool word = inst.attribute == ir::kTouchedWord;
  if (!word && inst.attribute != ir::kTouchedByte)
    return emit_refusal(inst);
  const Inst* touch = pending_touch_ == kNone ? nullptr : &f_->insts[pending_touch_];
  pending_touch_ = kNone;
  const ValueId address = f_->args(touch != nullptr ? *touch : inst)[0];
  const ValueId value = f_->args(inst)[1];
  const Operand a = word ? short_operand(address) : slot_operand(address);
  const Operand b = word ? operand(value) : slot_operand(value);
  Instr& instr = asm_.emit(word ? store_handler(a.kind, b.kind, touch != nullptr)
                                : store8_handler(touch != nullptr));
  asm_.set_a(instr, a);
  asm_.set_b(instr, b);
  if (touch != nullptr) {
    attach_record(instr, touch->state);
    release_all(*touch);
  }
  release_all(inst);
}

void SlotTranslator::emit_gas(const Inst& inst) {
  const ValueId arg = f_->args(inst)[0];
  const Operand a = short_operand(arg);
  Instr& instr = asm_.emit(gas_handler(inst.op, a.kind));
  asm_.set_a(instr, a);
  instr.imm2 = inst.attribute;
  attach_record(instr, inst.state);
  release_all(inst);
}

/// Operands in slots a, b, c (a fourth in imm), the attribute in imm where there is none.
void SlotTranslator::emit_slots(const Inst& inst, Handler fn, Handler no_store) {
  const auto args = f_->args(inst);
  Operand operands[4];
  for (size_t i = 0; i < args.size(); ++i)
    operands[i] = slot_operand(args[i]);
  Instr& instr = asm_.emit(fn);
  instr.a = operands[0].slot;
  instr.b = operands[1].slot;
  instr.c = operands[2].slot;
  instr.imm = args.size() == 4 ? static_cast<uint64_t>(operands[3].slot) : inst.attribute;
  attach_record(instr, inst.state);
  release_all(inst);
  if (inst.result_count != 0)
    define(inst.result, instr, no_store);
}

void SlotTranslator::emit_libcall(const Inst& inst) {
  const auto call = lowering(inst.op).libcall(inst.type, inst.attribute);
  const Handler fn = call ? libcall_handler(*call) : nullptr;
  return fn != nullptr ? emit_slots(inst, fn) : emit_refusal(inst);
}

/// Values side by side, in their order, in slots of their own. The first of these.
int16_t SlotTranslator::emit_run(std::span<const ValueId> values) {
  const int32_t first = next_temp_;
  for (const ValueId v : values) {
    const int32_t position = next_temp_++;
    if (!held_temps_.try_push(position))
      asm_.set_failed();
    const Move move{offset(position), operand(v)};
    emit_moves(&move, 1);
  }
  return offset(first);
}

void SlotTranslator::emit_log(const Inst& inst) {
  const auto args = f_->args(inst);
  const Operand address = slot_operand(args[0]), length = slot_operand(args[1]);
  const auto topics = args.subspan(2);
  const int16_t run = emit_run(topics);
  Instr& instr = asm_.emit(handlers().log);
  instr.a = address.slot;
  instr.b = length.slot;
  instr.c = run;
  instr.imm = topics.size();
  attach_record(instr, inst.state);
  release_all(inst);
}

void SlotTranslator::emit_ext(const Inst& inst) {
  const auto args = f_->args(inst);
  const int16_t run = emit_run(args);
  Instr& instr = asm_.emit(handlers().ext);
  instr.a = run;
  instr.imm = inst.attribute;
  instr.imm2 = args.size();
  attach_record(instr, inst.state);
  release_all(inst);
  define(inst.result, instr, nullptr);
}

// --- which function writes an op ---

struct SlotTranslator::Rows {
  struct Row {
    void (SlotTranslator::*emit)(const Inst&);
    Handler Handlers::* fn = nullptr; ///< of emit_simple
  };
  /// What pure ops say of themselves, and lowering.def of calls.
  static constexpr Row derived(Op op) {
    const ir::OpInfo& info = ir::info(op);
    if (info.has(ir::Computes)) {
      if (info.signature == "TT:i" || info.signature == "T:i")
        return {&SlotTranslator::emit_comparison};
      if (info.signature == "TT:T" || info.signature == "T:T")
        return {info.signature == "T:T" ? &SlotTranslator::emit_unary
                                        : &SlotTranslator::emit_binary};
      return {info.signature == "x:T" ? &SlotTranslator::emit_conversion
                                      : &SlotTranslator::emit_ternary};
    }
    const bool is_call = lowering(op).how != OpLowering::How::Inline;
    return {is_call ? &SlotTranslator::emit_libcall : &SlotTranslator::emit_refusal};
  }
  static const std::array<Row, ir::kOpCount> kByOp;
};

constexpr std::array<SlotTranslator::Rows::Row, ir::kOpCount> SlotTranslator::Rows::kByOp = [] {
  std::array<Row, ir::kOpCount> rows{};
  for (unsigned op = 0; op < ir::kOpCount; ++op)
    rows[op] = derived(Op{static_cast<uint8_t>(op)});
  constexpr struct {
    Op op;
    Row row;
  } kOthers[] = {
      {Op::GasWords, {&SlotTranslator::emit_gas}},
      {Op::GasBytes, {&SlotTranslator::emit_gas}},
      {Op::GasSigBytes, {&SlotTranslator::emit_gas}},
      {Op::GasLeft, {&SlotTranslator::emit_simple, &Handlers::gas_left}},
      {Op::MemTouch, {&SlotTranslator::emit_touch}},
      {Op::Load, {&SlotTranslator::emit_load}},
      {Op::Store, {&SlotTranslator::emit_store}},
      {Op::MemSize, {&SlotTranslator::emit_simple, &Handlers::memory_size}},
      {Op::DataLoad, {&SlotTranslator::emit_data}},
      {Op::DataSize, {&SlotTranslator::emit_data}},
      {Op::Context, {&SlotTranslator::emit_context}},
      {Op::HostLog, {&SlotTranslator::emit_log}},
      {Op::HostExt, {&SlotTranslator::emit_ext}},
      {Op::StepImmediate, {&SlotTranslator::emit_simple, &Handlers::step_immediate}},
      {Op::StepDup, {&SlotTranslator::emit_simple, &Handlers::step_dup}},
      {Op::StepSwap, {&SlotTranslator::emit_simple, &Handlers::step_swap}},
      {Op::StepExchange, {&SlotTranslator::emit_simple, &Handlers::step_exchange}},
      {Op::StepPc, {&SlotTranslator::emit_simple, &Handlers::step_pc}},
      {Op::Br, {&SlotTranslator::emit_nothing}},
      {Op::BrIf, {&SlotTranslator::emit_branch}},
      {Op::Leave, {&SlotTranslator::emit_leave}},
      {Op::LeaveDynamic, {&SlotTranslator::emit_leave_dynamic}},
      {Op::Exit, {&SlotTranslator::emit_exit}},
      {Op::MessageCall, {&SlotTranslator::emit_message_call}},
      {Op::Stop, {&SlotTranslator::emit_simple, &Handlers::stop}},
      {Op::Finish, {&SlotTranslator::emit_simple, &Handlers::finish}},
      {Op::Revert, {&SlotTranslator::emit_simple, &Handlers::revert}},
      {Op::Trap, {&SlotTranslator::emit_simple, &Handlers::trap}},
      {Op::SelfDestruct, {&SlotTranslator::emit_simple, &Handlers::self_destruct}},
  };
  for (const auto& other : kOthers)
    rows[static_cast<uint8_t>(other.op)] = other.row;
  return rows;
}();

void SlotTranslator::emit_inst(const Inst& inst) {
  (this->*Rows::kByOp[static_cast<uint8_t>(inst.op)].emit)(inst);
}

void SlotTranslator::emit_simple(const Inst& inst) {
  emit_slots(inst, handlers().*Rows::kByOp[static_cast<uint8_t>(inst.op)].fn);
}

void SlotTranslator::emit_data(const Inst& inst) {
  const Handlers& h = handlers();
  const Handler loads[] = {h.data_load_calldata, h.data_load_code, nullptr};
  const Handler sizes[] = {h.data_size_calldata, h.data_size_code, h.data_size_return};
  emit_slots(inst, (inst.op == Op::DataLoad ? loads : sizes)[inst.attribute]);
}

void SlotTranslator::emit_context(const Inst& inst) {
  const Handlers& h = handlers();
  emit_slots(inst, inst.attribute < kMessageFields ? h.context_message : h.context_outer);
}

} // namespace zvm::backend::interp
