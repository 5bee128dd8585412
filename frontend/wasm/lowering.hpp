// What the parts of lowering share: the function that is being written, the operands, and what is
// charged. A part writes what its instructions become; lower.cpp reads them one after the other and
// knows whose each is.
//
// Code is validated, so operands are there as long as memory has not run out; then nothing more is
// asked of the parts, and f.failed() is true.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <span>

#include "frontend/wasm/instruction.hpp"
#include "frontend/wasm/lower.hpp"
#include "ir/access.hpp"
#include "ir/builder.hpp"

namespace zvm::frontend::wasm {

/// As what the IR has values of a type; references are places, 64 bits wide.
[[nodiscard]] constexpr ir::Type ir_type(ValType type) {
  switch (type) {
  case ValType::I32:
    return ir::Type::I32;
  case ValType::F32:
    return ir::Type::F32;
  case ValType::F64:
    return ir::Type::F64;
  case ValType::V128:
    return ir::Type::V128;
  default:
    return ir::Type::I64;
  }
}

/// False where memory ran out.
[[nodiscard]] inline bool add_types(Vec<ir::Type>& to, std::span<const ValType> types) {
  for (const ValType type : types) {
    if (!to.try_push(ir_type(type)))
      return false;
  }
  return true;
}

struct FunctionLowering {
  FunctionLowering(const Module& m, const LowerOptions& options, ir::Function& out)
      : module(m), costs(options.costs), steps(options.steps), f(out), b(out) {}

  const Module& module;
  const Costs* costs;         ///< null: nothing is charged
  Vec<ir::SourceStep>* steps; ///< null: not noted
  ir::Function& f;
  ir::Builder b;
  Vec<ir::ValueId> stack; ///< operands
  Vec<ir::Type> types;    ///< for whoever needs a list of them at once
  uint32_t pc = 0;        ///< behind the instruction that is being lowered

  // Operands.
  void push(ir::ValueId v) {
    if (!stack.try_push(v))
      f.set_failed();
  }
  ir::ValueId pop() {
    const ir::ValueId v = stack.back();
    stack.pop();
    return v;
  }
  /// The top ones, deepest first. They stay.
  [[nodiscard]] std::span<const ir::ValueId> top(size_t count) const {
    return stack.view().last(count);
  }
  void drop(size_t count) { stack.truncate(stack.size() - count); }

  /// Of a type of up to 64 bits.
  ir::ValueId constant(ir::Type type, uint64_t value) { return f.make_constant(type, value); }
  void emit_push(ir::Op op, ir::Type type, std::initializer_list<ir::ValueId> args,
                 uint64_t attribute = 0) {
    push(b.emit(op, type, args, attribute));
  }

  // Linear memory; the address is the top operand.
  ir::ValueId load(const Instruction& in, ir::Type type, bool is_signed) {
    return b.emit(ir::Op::Load, type, {pop()}, access(in, is_signed));
  }
  void store(const Instruction& in, ir::Type type, ir::ValueId value) {
    b.emit(ir::Op::Store, type, {pop(), value}, access(in, false));
  }

  // Gas.
  void charge(int64_t gas) { f.blocks[b.block()].gas += gas; }
  /// Static gas of the instruction is charged in this block.
  void note_step() {
    if (steps != nullptr &&
        !steps->try_push({b.block(), pc, static_cast<ir::InstId>(f.insts.size())}))
      f.set_failed();
  }
  void charge_moves(size_t count) {
    if (costs != nullptr)
      charge(costs->move(count));
  }
  /// By an amount that only shows when the code runs.
  void charge_by(ir::Op op, int64_t rate, ir::ValueId amount) {
    if (rate != 0)
      b.emit(op, {amount}, static_cast<uint64_t>(rate));
  }

  // Regions: what is charged for together.
  /// A block that branches lead to, or that follows one.
  void begin_region() { b.begin_block(pc); }
  /// What follows is charged for on its own.
  void continue_region() {
    b.br(static_cast<ir::BlockId>(f.blocks.size()));
    begin_region();
  }

 private:
  static uint64_t access(const Instruction& in, bool is_signed) {
    return encode(
        ir::Access{std::min(in.value, ir::kMostOffset), in.index, info(in.op).width, is_signed});
  }
};

// The parts; lower_control.hpp has the one that must remember something between its instructions.

/// Instructions whose operands are known by their opcode.
void lower_straight(FunctionLowering& l, const Instruction& in);
/// Those of them that are about vectors.
void lower_vector(FunctionLowering& l, const Instruction& in);
/// Those that ask memories, tables, globals and segments for more than a load or a store.
void lower_module_access(FunctionLowering& l, const Instruction& in);
/// call and call_indirect.
void lower_call(FunctionLowering& l, const Instruction& in);
/// return_call and return_call_indirect.
void lower_tail_call(FunctionLowering& l, const Instruction& in);

} // namespace zvm::frontend::wasm
