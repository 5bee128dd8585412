#include "frontend/wasm/lowering.hpp"

namespace zvm::frontend::wasm {
namespace {

/// What a call is, direct or by a table.
struct Callee {
  const FunctionType& type;
  ir::Op op;
  uint64_t attribute;
  uint32_t operands; ///< its parameters, and above them the place in the table
};

Callee callee_of(const Module& module, const Instruction& in, ir::Op direct, ir::Op indirect) {
  if (in.op == Op::Call || in.op == Op::ReturnCall) {
    const FunctionType& type = module.type_of_function(in.index);
    return {type, direct, in.index, type.parameters};
  }
  const FunctionType& type = module.types[in.index];
  return {type, indirect, encode(ir::IndexPair{in.index, in.second}), type.parameters + 1};
}

} // namespace

void lower_call(FunctionLowering& l, const Instruction& in) {
  const Callee callee = callee_of(l.module, in, ir::Op::CallFunction, ir::Op::CallIndirect);
  l.charge_moves(callee.type.results);
  l.types.clear();
  for (const ValType result : l.module.results(callee.type)) {
    if (!l.types.try_push(ir_type(result)))
      return l.f.set_failed();
  }
  const ir::ValueId first =
      l.b.call(callee.op, callee.attribute, l.top(callee.operands), l.types.view());
  l.drop(callee.operands);
  for (uint32_t i = 0; i < callee.type.results; ++i)
    l.push(first + i);
  l.continue_region();
}

void lower_tail_call(FunctionLowering& l, const Instruction& in) {
  const Callee callee = callee_of(l.module, in, ir::Op::TailCall, ir::Op::TailCallIndirect);
  l.b.emit(callee.op, l.top(callee.operands), callee.attribute);
  l.drop(callee.operands);
}

} // namespace zvm::frontend::wasm
