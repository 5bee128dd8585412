// Instructions whose operands are known by their opcode: the rows of lowering.def, constants, and
// what is left over.
#include <array>
#include <utility>

#include "frontend/wasm/lowering.hpp"

namespace zvm::frontend::wasm {
namespace {

using ir::Type;
using ir::ValueId;

/// How an instruction becomes an op. The first are those of lowering.def.
enum class Form : uint8_t {
  LocalGet, ///< the index names a variable, which has the type
  LocalSet,
  LocalTee, ///< sets it, and the operand stays
  Unary,
  Binary,
  Exchanged, ///< two operands, in the other order
  Extend8,   ///< the sign of the low bits
  Extend16,
  Extend32,
  Wide, ///< two results, the low half first
  Load,
  LoadSigned,
  Store,
  Indexed,  ///< the index is the attribute
  Constant, ///< whatever has one behind it
  Vector,
  Other,
};

struct Lowered {
  ir::Op op = ir::Op::Stop;
  Type type = Type::None;
  Form form = Form::Other;
};
constexpr std::array<Lowered, kOpCount> kLowered = [] {
  std::array<Lowered, kOpCount> all;
  for (size_t i = 0; i < kOpCount; ++i) {
    const Immediates has = kOps[i].immediates;
    if (has == Immediates::I32 || has == Immediates::I64 || has == Immediates::F32 ||
        has == Immediates::F64)
      all[i] = {{}, ir_type(static_cast<ValType>(kOps[i].signature.result[0])), Form::Constant};
    else if (kOps[i].prefix == kVectorPrefix)
      all[i].form = Form::Vector;
  }
#define LOWERED(instruction, op, type, form)                                                       \
  all[static_cast<size_t>(Op::instruction)] = {ir::Op::op, Type::type, Form::form};
#include "frontend/wasm/lowering.def"
#undef LOWERED
  return all;
}();

void extend(FunctionLowering& l, const Lowered& row, unsigned bytes) {
  const ValueId last_byte = l.constant(row.type, bytes - 1);
  l.emit_push(row.op, row.type, {last_byte, l.pop()});
}

void wide(FunctionLowering& l, const Lowered& row) {
  const size_t count = ir::signature(row.op).operands.count;
  constexpr Type kHalves[] = {Type::I64, Type::I64};
  const ValueId low = l.b.call(row.op, 0, l.top(count), kHalves);
  l.drop(count);
  l.push(low);
  l.push(low + 1);
}

void indexed(FunctionLowering& l, const Lowered& row, const Instruction& in) {
  const Signature& signature = info(in.op).signature;
  const ValueId v = l.b.emit(row.op, l.top(signature.parameters), in.index);
  l.drop(signature.parameters);
  if (signature.results != 0)
    l.push(v);
}

void select(FunctionLowering& l, const Instruction& in) {
  const ValueId condition = l.pop(), second = l.pop(), first = l.pop();
  const Type type = in.op == Op::SelectT ? ir_type(in.type) : l.f.type(first);
  l.emit_push(ir::Op::Select, type, {condition, first, second});
}

} // namespace

void lower_straight(FunctionLowering& l, const Instruction& in) {
  const Lowered& row = kLowered[static_cast<size_t>(in.op)];
  switch (row.form) {
  case Form::LocalGet:
    return l.emit_push(row.op, l.f.variables[in.index], {}, in.index);
  case Form::LocalSet:
    l.b.emit(row.op, l.f.variables[in.index], {l.pop()}, in.index);
    return;
  case Form::LocalTee:
    l.b.emit(row.op, l.f.variables[in.index], {l.stack.back()}, in.index);
    return;
  case Form::Unary:
    return l.emit_push(row.op, row.type, {l.pop()});
  case Form::Binary:
  case Form::Exchanged: {
    ValueId second = l.pop(), first = l.pop();
    if (row.form == Form::Exchanged)
      std::swap(first, second);
    return l.emit_push(row.op, row.type, {first, second});
  }
  case Form::Extend8:
    return extend(l, row, 1);
  case Form::Extend16:
    return extend(l, row, 2);
  case Form::Extend32:
    return extend(l, row, 4);
  case Form::Wide:
    return wide(l, row);
  case Form::Load:
  case Form::LoadSigned:
    return l.push(l.load(in, row.type, row.form == Form::LoadSigned));
  case Form::Store: {
    const ValueId value = l.pop();
    return l.store(in, row.type, value);
  }
  case Form::Indexed:
    return indexed(l, row, in);
  case Form::Constant:
    return l.push(l.constant(row.type, in.value));
  case Form::Vector:
    return lower_vector(l, in);
  case Form::Other:
    break;
  }
  switch (in.op) {
  case Op::Nop:
    return;
  case Op::Drop:
    return l.drop(1);
  case Op::Select:
  case Op::SelectT:
    return select(l, in);
  case Op::RefNull:
    return l.push(l.constant(Type::I64, 0));
  default:
    return lower_module_access(l, in);
  }
}

} // namespace zvm::frontend::wasm
