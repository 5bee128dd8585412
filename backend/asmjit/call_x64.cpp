// Calls of the runtime, and the ends of messages.
//
// All values go to their homes first, so that a call may change every register that the convention
// lets it.
#include "backend/asmjit/emitter.hpp"
#include "backend/lowering.hpp"

namespace zvm::backend::asmjit {

using ir::Op;
using runtime::Leaves;
using runtime::Libcall;
using runtime::Passed;
namespace traits = runtime::libcall_traits;

FunctionEmitter::Argument FunctionEmitter::word_argument(ValueId v) {
  const x86::Mem at = f_->is_constant(v) ? constant(f_->constant(v)) : memory(values_.home(v));
  return {.is = Argument::Is::Address, .memory = at};
}

/// Words side by side, above all that the function puts on the guest's stack.
FunctionEmitter::Argument FunctionEmitter::run_argument(std::span<const ValueId> values) {
  const auto above = static_cast<int32_t>(f_->stack_growth) + 1;
  for (size_t i = 0; i < values.size(); ++i)
    copy_word(values[i], memory(Values::item(above + static_cast<int32_t>(i))));
  return {.is = Argument::Is::Address, .memory = memory(Values::item(above))};
}

/// Values are at home.
void FunctionEmitter::call(Libcall libcall, std::span<const Argument> arguments) {
  const runtime::LibcallInfo& row = info(libcall);
  unsigned to = 0;
  if (!row.has(traits::Pure))
    a_.mov(kArguments[to++], kContext);
  for (const Argument& argument : arguments) {
    const Gp r = kArguments[to++];
    if (argument.is == Argument::Is::Address) {
      a_.lea(r, argument.memory);
    } else if (argument.value == ir::kNone) {
      load_constant(r, argument.number);
    } else if (const Where at = values_.where(argument.value, 0); at.in == Where::In::Constant) {
      load_constant(r, at.constant);
    } else {
      a_.mov(r, memory(at));
    }
  }
  if (row.has(traits::Gas))
    a_.mov(field(frame::kGasLeft), kGas);
  if (is_host_call(libcall)) {
    a_.mov(x86::rax, field(frame::kHost));
    a_.call(x86::qword_ptr(x86::rax, static_cast<int32_t>(address_of(libcall))));
  } else if (module_ != nullptr) {
    // On the host's stack; what follows is on the guest's.
    a_.mov(x86::r12, x86::rsp);
    a_.lea(x86::rsp, x86::ptr(kScratch, -kEntryBytes));
    a_.call(constant(address_of(libcall)));
    a_.mov(x86::rsp, x86::r12);
  } else {
    a_.call(constant(address_of(libcall)));
  }
  if (row.has(traits::Gas))
    a_.mov(kGas, field(frame::kGasLeft));
}

void FunctionEmitter::check_answer(Libcall libcall, const Inst& inst) {
  const Leaves leaves = info(libcall).leaves;
  if (leaves == Leaves::Never)
    return;
  const Label fails = a_.newLabel();
  a_.test(x86::al, x86::al);
  a_.jnz(fails);
  const Cold cold{*this};
  a_.bind(fails);
  a_.mov(x86::byte_ptr(kContext, frame::kStatus), x86::al);
  site(leaves == Leaves::Before    ? why(inst, Site::Why::Before)
       : leaves == Leaves::Pending ? why(inst, Site::Why::Pending)
                                   : Site::Why::Final,
       inst.state);
}

void FunctionEmitter::emit_libcall(const Inst& inst) {
  const auto libcall = lowering(inst.op).libcall(inst.type, inst.attribute);
  if (!libcall || inst.result_count > 1)
    return refuse(inst);
  const runtime::LibcallInfo& row = info(*libcall);
  if (row.parameters[0] == Passed::Activation)
    return emit_module_libcall(inst);
  std::array<Argument, 6> arguments;
  size_t count = 0, operand = 0;
  const auto args = f_->args(inst);
  for (unsigned i = row.has(traits::Pure) ? 0 : 1; i < row.count; ++i) {
    switch (row.parameters[i]) {
    case Passed::Number:
      arguments[count++] = {.is = Argument::Is::Number, .value = args[operand++]};
      break;
    case Passed::Word:
      arguments[count++] = word_argument(args[operand++]);
      break;
    case Passed::WordResult:
      values_.define_home(inst.result);
      arguments[count++] = {.is = Argument::Is::Address,
                            .memory = memory(values_.where(inst.result, 0))};
      break;
    default:
      return refuse(inst);
    }
  }
  values_.spill_all();
  call(*libcall, {arguments.data(), count});
  check_answer(*libcall, inst);
}

void FunctionEmitter::emit_log(const Inst& inst) {
  const auto args = f_->args(inst);
  const auto topics = args.subspan(2);
  const Argument arguments[] = {{.is = Argument::Is::Number, .value = args[0]},
                                {.is = Argument::Is::Number, .value = args[1]},
                                run_argument(topics),
                                {.is = Argument::Is::Number, .number = topics.size()}};
  values_.spill_all();
  call(Libcall::log, arguments);
  check_answer(Libcall::log, inst);
}

void FunctionEmitter::emit_extension(const Inst& inst) {
  const auto args = f_->args(inst);
  values_.define_home(inst.result);
  const Argument arguments[] = {
      {.is = Argument::Is::Number, .number = inst.attribute},
      run_argument(args),
      {.is = Argument::Is::Number, .number = args.size()},
      {.is = Argument::Is::Address, .memory = memory(values_.where(inst.result, 0))}};
  values_.spill_all();
  call(Libcall::ext, arguments);
  check_answer(Libcall::ext, inst);
}

void FunctionEmitter::emit_self_destruct(const Inst& inst) {
  const Argument argument = word_argument(f_->args(inst)[0]);
  values_.spill_all();
  call(Libcall::self_destruct, {&argument, 1});
  // It ends with Success, too.
  a_.mov(x86::byte_ptr(kContext, frame::kStatus), x86::al);
  site(Site::Why::Pending, inst.state);
}

/// Whoever runs the callee pushes the result and goes on at the place of the next block, with what
/// stands on the guest's stack: by an entry, if there is one. That block itself is not emitted.
void FunctionEmitter::emit_message_call(const Inst& inst) {
  const ir::Block& resume = f_->blocks[targets_of(*f_, inst.block)[0].block];
  write_stack(inst.state, 0);
  advance(f_->states[inst.state].height);
  const Argument arguments[] = {{.is = Argument::Is::Number, .number = inst.attribute},
                                {.is = Argument::Is::Address, .memory = x86::ptr(kOperands)},
                                {.is = Argument::Is::Number, .number = resume.pc}};
  call(Libcall::message_call, arguments);
  a_.mov(kOperands, field(frame::kTop));
  check_answer(Libcall::message_call, inst);
  answer(Answer::Leave);
}

void FunctionEmitter::emit_end(const Inst& inst) {
  if (module_ != nullptr)
    return static_cast<void>(a_.jmp(trap(static_cast<Status>(inst.attribute))));
  Status status = Status::Success;
  if (inst.op == Op::Revert)
    status = Status::Revert;
  if (inst.op == Op::Trap)
    status = static_cast<Status>(inst.attribute);
  const auto args = f_->args(inst);
  std::array<Argument, 3> arguments{};
  arguments[0] = {.is = Argument::Is::Number, .number = static_cast<uint64_t>(status)};
  for (size_t i = 0; i < 2; ++i) {
    arguments[i + 1] = {.is = Argument::Is::Number};
    if (!args.empty())
      arguments[i + 1].value = args[i];
  }
  values_.spill_all();
  call(Libcall::end_message, arguments);
  answer(Answer::Leave);
}

} // namespace zvm::backend::asmjit
