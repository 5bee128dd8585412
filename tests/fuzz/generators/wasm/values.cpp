// Operands: values of a type come, from constants, variables, blocks, calls and instructions, and
// go.
#include "tests/fuzz/generators/wasm/function_writer.hpp"

#include <algorithm>

#include "tests/fuzz/generators/wasm/encoding.hpp"
#include "tests/fuzz/generators/wasm/numbers.hpp"

namespace zvm::fuzz::wasm {

void FunctionWriter::constant(ValType type) {
  switch (type) {
  case ValType::I32:
    i32(static_cast<int32_t>(integer(c_)));
    break;
  case ValType::I64:
    i64(static_cast<int64_t>(integer(c_)));
    break;
  case ValType::F32:
    op(Op::F32Const);
    append_bits(code_, float_bits(c_), 4);
    break;
  case ValType::F64:
    op(Op::F64Const);
    append_bits(code_, double_bits(c_), 8);
    break;
  case ValType::V128:
    op(Op::V128Const);
    for (unsigned i = 0; i < 2; ++i) {
      const uint64_t half = float_bits(c_);
      append_bits(code_, c_.one_in(2) ? double_bits(c_) : half << 32 | float_bits(c_), 8);
    }
    break;
  case ValType::FuncRef:
    if (c_.one_in(2)) {
      op(Op::RefFunc, c_.below(static_cast<uint32_t>(w_.functions.size())));
      break;
    }
    [[fallthrough]];
  default:
    op(Op::RefNull);
    code_.push_back(static_cast<uint8_t>(type));
  }
  push(type);
}

/// Whether it can be had; then it is on the stack.
bool FunctionWriter::read_variable(ValType type) {
  const uint32_t at = find_local(type);
  if (at != UINT32_MAX && !c_.one_in(8)) {
    local(Op::LocalGet, at);
    push(type);
    return true;
  }
  const uint32_t global = find(w_.globals, [&](const GlobalType& g) { return g.type == type; });
  if (global != UINT32_MAX && c_.one_in(2)) {
    op(Op::GlobalGet, global);
    push(type);
    return true;
  }
  return false;
}

void FunctionWriter::value(ValType type, unsigned depth) {
  --budget_;
  const unsigned kind = c_.below(depth == 0 || budget_ < 0 ? 8 : 20);
  if (kind < 3)
    return constant(type);
  if (kind < 8)
    return read_variable(type) ? void() : constant(type);
  if (kind == 8) {
    const uint32_t callee = find_callee(
        [&](const Signature& s) { return s.results.size() == 1 && s.results[0] == type; });
    return callee != UINT32_MAX ? call(callee, depth - 1, false) : constant(type);
  }
  if (kind == 9)
    return block({}, {type}, depth - 1);
  if (kind == 10) {
    value(type, depth - 1);
    value(type, depth - 1);
    value(ValType::I32, depth - 1);
    const bool is_plain = !is_reference(type) && c_.one_in(2);
    op(is_plain ? Op::Select : Op::SelectT);
    if (!is_plain) {
      code_.push_back(1);
      code_.push_back(static_cast<uint8_t>(type));
    }
    return pop(2);
  }
  if (kind == 11) {
    const uint32_t at = find_local(type);
    if (at == UINT32_MAX)
      return constant(type);
    value(type, depth - 1);
    return local(Op::LocalTee, at);
  }
  if (type == ValType::FuncRef || type == ValType::ExternRef) {
    const uint32_t table = find(w_.tables, [&](const TableType& t) { return t.item == type; });
    index(w_.tables[table].is_64, kItems - 1, depth - 1);
    op(Op::TableGet, table);
    pop();
    return push(type);
  }
  const auto& list = producers_.of[place_of(type)];
  if (!operation(list[c_.below(static_cast<uint32_t>(list.size()))], type, depth - 1))
    constant(type);
}

void FunctionWriter::values(const Types& types, unsigned depth) {
  for (const ValType type : types)
    value(type, depth);
}

/// The top operands are these, of those that are there or anew.
void FunctionWriter::supply(const Types& types, unsigned depth) {
  if (own() >= types.size() && std::equal(types.rbegin(), types.rend(), stack_.rbegin()) &&
      c_.one_in(2))
    return;
  values(types, depth);
}

/// An address or a count that is at most `mask`, but now and then any.
void FunctionWriter::index(bool is_64, uint32_t mask, unsigned depth) {
  value(is_64 ? ValType::I64 : ValType::I32, depth);
  if (c_.one_in(24))
    return;
  if (is_64) {
    i64(mask);
    op(Op::I64And);
  } else {
    i32(static_cast<int32_t>(mask));
    op(Op::I32And);
  }
}

/// Takes the top operand off, somehow.
void FunctionWriter::sink() {
  const ValType type = stack_.back();
  const uint32_t at = find_local(type);
  if (at != UINT32_MAX && !c_.one_in(4)) {
    local(Op::LocalSet, at);
    return pop();
  }
  const uint32_t global =
      find(w_.globals, [&](const GlobalType& g) { return g.type == type && g.is_mutable; });
  if (global != UINT32_MAX && c_.one_in(2)) {
    op(Op::GlobalSet, global);
    return pop();
  }
  op(Op::Drop);
  pop();
}

/// The operands of the innermost block become these types.
void FunctionWriter::settle(const Types& results) {
  const size_t height = labels_.back().height;
  if (own() == results.size() &&
      std::equal(results.begin(), results.end(), stack_.begin() + static_cast<long>(height)))
    return;
  if (own() != 0 && !labels_.back().is_loop && c_.one_in(4)) {
    // A branch leaves what is below.
    values(results, 1);
    op(Op::Br, 0);
    stack_.resize(height);
    stack_.insert(stack_.end(), results.begin(), results.end());
    return;
  }
  while (own() > 0)
    sink();
  values(results, 2);
}

} // namespace zvm::fuzz::wasm
