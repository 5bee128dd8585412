// What functions reach of their instance: globals, tables, sizes, and the libcalls for the rest.
#include "backend/asmjit/emitter.hpp"
#include "backend/lowering.hpp"

namespace zvm::backend::asmjit {

using ir::Op;
using ir::Type;
using runtime::Passed;

// --- libcalls ---

/// Operands and the numbers of the attribute are numbers all; so is what comes back.
void FunctionEmitter::emit_module_libcall(const Inst& inst) {
  const auto libcall = lowering(inst.op).libcall(inst.type, inst.attribute);
  const runtime::LibcallInfo& row = info(*libcall);
  const auto args = f_->args(inst);
  const ir::IndexPair pair = ir::decode_pair(inst.attribute);
  const uint32_t indices[] = {pair.first, pair.second};
  std::array<Argument, 6> arguments;
  size_t count = 0, index = 0;
  for (unsigned i = 1; i < row.count; ++i) {
    Argument& argument = arguments[count++];
    if (row.parameters[i] == Passed::NumberResult)
      argument = {.is = Argument::Is::Address, .memory = scratch(0)};
    else if (i <= args.size())
      argument = {.is = Argument::Is::Number, .value = args[i - 1]};
    else
      argument = {.is = Argument::Is::Number, .number = indices[index++]};
  }
  values_.spill_all();
  call(*libcall, {arguments.data(), count});
  check_answer(*libcall, inst);
  if (inst.result_count == 0)
    return;
  values_.claim(kRax);
  a_.mov(x86::rax, scratch(0));
  values_.define(inst.result, 0, kRax);
}

// --- globals ---

void FunctionEmitter::emit_global_get(const Inst& inst) {
  const Reg t = values_.fresh();
  load_instance_item(gp(t), instance::kGlobals, static_cast<uint32_t>(inst.attribute));
  if (!values_.is_vector(inst.result)) {
    a_.mov(gp(t), x86::qword_ptr(gp(t)));
    return values_.define(inst.result, 0, t);
  }
  const Reg d = values_.fresh_vector();
  if (inst.type == Type::V128)
    a_.vmovups(xmm(d), x86::ptr(gp(t)));
  else
    a_.vmovq(xmm(d), x86::qword_ptr(gp(t)));
  values_.define(inst.result, 0, d);
}

void FunctionEmitter::emit_global_set(const Inst& inst) {
  const ValueId v = f_->args(inst)[0];
  const Reg t = values_.fresh();
  load_instance_item(gp(t), instance::kGlobals, static_cast<uint32_t>(inst.attribute));
  const x86::Mem to = x86::qword_ptr(gp(t));
  const Where from = values_.where(v, 0);
  if (from.in == Where::In::Constant && !from.is_vector)
    return store_constant(to, from.constant);
  const Reg r = values_.load(v, 0);
  if (!values_.is_vector(v))
    a_.mov(to, gp(r));
  else if (from.is_vector)
    a_.vmovups(to, xmm(r));
  else
    a_.vmovq(to, xmm(r));
}

// --- tables and memories ---

/// `t` is the table, and the index is inside of it from here on.
void FunctionEmitter::emit_table_get(const Inst& inst) {
  const Reg t = values_.fresh();
  const Reg at = values_.load(f_->args(inst)[0], 0);
  load_instance_item(gp(t), instance::kTables, static_cast<uint32_t>(inst.attribute));
  a_.cmp(gp(at), x86::qword_ptr(gp(t), table::kSize));
  trap_if(CondCode::kAE, Status::TableViolation);
  a_.mov(gp(t), x86::qword_ptr(gp(t), table::kItems));
  a_.mov(gp(t), x86::qword_ptr(gp(t), gp(at), 3));
  values_.define(inst.result, 0, t);
}

void FunctionEmitter::emit_table_set(const Inst& inst) {
  const auto args = f_->args(inst);
  const Reg t = values_.fresh();
  const Reg at = values_.load(args[0], 0), item = values_.load(args[1], 0);
  load_instance_item(gp(t), instance::kTables, static_cast<uint32_t>(inst.attribute));
  a_.cmp(gp(at), x86::qword_ptr(gp(t), table::kSize));
  trap_if(CondCode::kAE, Status::TableViolation);
  a_.mov(gp(t), x86::qword_ptr(gp(t), table::kItems));
  a_.mov(x86::qword_ptr(gp(t), gp(at), 3), gp(item));
}

void FunctionEmitter::emit_table_size(const Inst& inst) {
  const Reg t = values_.fresh();
  load_instance_item(gp(t), instance::kTables, static_cast<uint32_t>(inst.attribute));
  a_.mov(gp(t), x86::qword_ptr(gp(t), table::kSize));
  values_.define(inst.result, 0, t);
}

void FunctionEmitter::emit_linear_size(const Inst& inst) {
  const Reg t = values_.fresh();
  if (inst.attribute == 0) {
    a_.mov(gp(t), field(frame::kMemorySize));
  } else {
    load_instance_item(gp(t), instance::kMemories, static_cast<uint32_t>(inst.attribute));
    a_.mov(gp(t), x86::qword_ptr(gp(t), linear::kSize));
  }
  static_assert(runtime::kPage == 1 << 16);
  a_.shr(gp(t), 16);
  values_.define(inst.result, 0, t);
}

void FunctionEmitter::emit_function_ref(const Inst& inst) {
  const Reg t = values_.fresh();
  const auto index = static_cast<uint32_t>(inst.attribute);
  if (index < module_->imports) {
    load_instance_item(gp(t), instance::kImports, index);
  } else {
    a_.mov(gp(t), field(activation::kInstance));
    a_.mov(gp(t), x86::qword_ptr(gp(t), instance::kFunctions));
    if (index != module_->imports) {
      const uint64_t bytes = uint64_t{index - module_->imports} * sizeof(runtime::Function);
      a_.add(gp(t), constant(bytes));
    }
  }
  values_.define(inst.result, 0, t);
}

} // namespace zvm::backend::asmjit
