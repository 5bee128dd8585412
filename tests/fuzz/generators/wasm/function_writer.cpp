// Bodies as a whole: locals, and wrappers that make one number of what a function gives.
#include "tests/fuzz/generators/wasm/function_writer.hpp"

#include "tests/fuzz/generators/wasm/encoding.hpp"

namespace zvm::fuzz::wasm {

Bytes FunctionWriter::body() {
  locals_ = signature_.parameters;
  const unsigned runs = c_.below(5);
  for (unsigned i = 0; i < runs; ++i) {
    const uint32_t count = c_.one_in(200)  ? c_.below(9000)
                           : c_.one_in(40) ? 60 + c_.below(300)
                                           : 1 + c_.below(3);
    locals_.insert(locals_.end(), count, any_type());
  }
  usable_ = locals_.size();
  budget_ = 4 + static_cast<int>(c_.below(60));
  most_operands_ = c_.one_in(8) ? 100 : 8;
  labels_.push_back({signature_.results, 0, false, 0});
  statements(3);
  settle(signature_.results);
  return finish();
}

Bytes FunctionWriter::wrapper(uint32_t callee) {
  locals_ = {ValType::I64};
  usable_ = 1;
  const Signature& signature = w_.types[w_.functions[callee]];
  for (const ValType type : signature.parameters)
    constant(type);
  op(Op::Call);
  append_number(code_, callee);
  for (size_t i = signature.results.size(); i-- > 0;)
    fold(signature.results[i]);
  local(Op::LocalGet, 0);
  return finish();
}

/// The top operand into local 0, an i64.
void FunctionWriter::fold(ValType type) {
  switch (type) {
  case ValType::I32:
    op(Op::I64ExtendI32U);
    break;
  case ValType::F32:
    op(Op::I32ReinterpretF32);
    op(Op::I64ExtendI32U);
    break;
  case ValType::F64:
    op(Op::I64ReinterpretF64);
    break;
  case ValType::V128: {
    const uint32_t vector = extra_local(ValType::V128);
    local(Op::LocalTee, vector);
    op(Op::I64x2ExtractLane);
    code_.push_back(0);
    i64(7);
    op(Op::I64Rotl);
    local(Op::LocalGet, vector);
    op(Op::I64x2ExtractLane);
    code_.push_back(1);
    op(Op::I64Xor);
    break;
  }
  case ValType::FuncRef:
  case ValType::ExternRef:
    op(Op::RefIsNull);
    op(Op::I64ExtendI32U);
    break;
  default:
    break;
  }
  local(Op::LocalGet, 0);
  i64(5);
  op(Op::I64Rotl);
  op(Op::I64Xor);
  local(Op::LocalSet, 0);
}

Bytes FunctionWriter::finish() {
  std::vector<Bytes> runs;
  for (size_t i = signature_.parameters.size(); i < locals_.size();) {
    size_t end = i;
    while (end < locals_.size() && locals_[end] == locals_[i])
      ++end;
    Bytes run = test::wasm::unsigned_leb(end - i);
    run.push_back(static_cast<uint8_t>(locals_[i]));
    runs.push_back(run);
    i = end;
  }
  return test::wasm::body(vector_of(runs), code_);
}

void FunctionWriter::op(Op o) {
  const OpInfo& row = info(o);
  if (row.prefix == 0)
    return code_.push_back(row.code);
  code_.push_back(row.prefix);
  append_number(code_, row.code);
}

void FunctionWriter::op(Op o, uint64_t immediate) {
  op(o);
  append_number(code_, immediate);
}

void FunctionWriter::i32(int32_t value) {
  op(Op::I32Const);
  append_signed(code_, value);
}

void FunctionWriter::i64(int64_t value) {
  op(Op::I64Const);
  append_signed(code_, value);
}

ValType FunctionWriter::any_type() {
  constexpr uint16_t kWeights[kTypeCount] = {10, 10, 6, 6, 6, 1, 1};
  return kValueTypes[c_.weighted(kWeights)];
}

uint32_t FunctionWriter::extra_local(ValType type) {
  locals_.push_back(type);
  return static_cast<uint32_t>(locals_.size() - 1);
}

/// A local that code may write, of that type; none: UINT32_MAX.
uint32_t FunctionWriter::find_local(ValType type) {
  if (usable_ == 0)
    return UINT32_MAX;
  const uint32_t from = c_.below(static_cast<uint32_t>(usable_));
  for (uint32_t i = 0; i < usable_; ++i) {
    const auto at = static_cast<uint32_t>((from + i) % usable_);
    if (locals_[at] == type)
      return at;
  }
  return UINT32_MAX;
}

} // namespace zvm::fuzz::wasm
