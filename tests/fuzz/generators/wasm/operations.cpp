// Instructions by their signatures, with operands that mostly do not trap.
#include "tests/fuzz/generators/wasm/function_writer.hpp"

#include <algorithm>

#include "runtime/module/instance.hpp"
#include "tests/fuzz/generators/wasm/encoding.hpp"

namespace zvm::fuzz::wasm {

ValType FunctionWriter::resolve(Operand letter, const Binding& b) {
  switch (letter) {
  case Operand::Address:
    return b.address;
  case Operand::SecondAddress:
    return b.second_address;
  case Operand::NarrowerAddress:
    return b.address == ValType::I64 && b.second_address == ValType::I64 ? ValType::I64
                                                                         : ValType::I32;
  case Operand::Item:
    return b.item;
  case Operand::Variable:
    return b.variable;
  case Operand::Written:
    return b.written;
  case Operand::AnyReference:
    return b.reference;
  default:
    return static_cast<ValType>(letter);
  }
}

/// An instruction of the table by its signature, with its operands. False where the module has not
/// what it names.
bool FunctionWriter::operation(Op o, ValType wanted, unsigned depth) {
  const OpInfo& row = info(o);
  const auto& s = row.signature;
  // Dropped segments are empty for the rest of the run.
  if ((o == Op::DataDrop || o == Op::ElemDrop) && !c_.one_in(4))
    return false;
  Binding b;
  if (!bind(row, wanted, b))
    return false;
  unsigned there = 0; // operands that are on the stack already
  if (wanted == ValType::Unknown && c_.one_in(2)) {
    for (unsigned n = std::min<unsigned>(s.parameters, static_cast<unsigned>(own())); n > 0; --n) {
      bool fits = true;
      for (unsigned i = 0; i < n && fits; ++i)
        fits = bound(o, i) == 0 && stack_[stack_.size() - n + i] == resolve(s.parameter[i], b);
      if (fits) {
        there = n;
        break;
      }
    }
  }
  for (unsigned i = there; i < s.parameters; ++i)
    operand(o, i, b, depth);
  op(o);
  append(code_, b.immediate);
  pop(s.parameters);
  for (unsigned i = 0; i < s.results; ++i)
    push(resolve(s.result[i], b));
  if (w_.is_portable && gives_any_nan(row))
    make_canonical(row);
  return true;
}

void FunctionWriter::operand(Op o, unsigned place, const Binding& b, unsigned depth) {
  const OpInfo& row = info(o);
  const Operand letter = row.signature.parameter[place];
  const ValType type = resolve(letter, b);
  if (letter == Operand::Address && b.memory != UINT32_MAX && c_.one_in(24))
    return near_end(b);
  if (const uint32_t most = bound(o, place); most != 0)
    return index(type == ValType::I64, most, depth);
  if (truncates(row) && !c_.one_in(16)) {
    value(ValType::I32, depth);
    i32(0x3fffffff);
    op(Op::I32And);
    op(type == ValType::F32 ? Op::F32ConvertI32U : Op::F64ConvertI32U);
    pop();
    return push(type);
  }
  value(type, depth);
  if (divides(row) && place == 1 && !c_.one_in(12)) {
    if (type == ValType::I32) {
      i32(1);
      op(Op::I32Or);
    } else {
      i64(1);
      op(Op::I64Or);
    }
  }
}

/// An address from which some accesses reach over the end of the memory.
void FunctionWriter::near_end(const Binding& b) {
  const MemoryType& memory = w_.memories[b.memory];
  const uint64_t back = b.offset + c_.below(18);
  const auto number = [&](uint64_t n) {
    if (memory.is_64)
      i64(static_cast<int64_t>(n));
    else
      i32(static_cast<int32_t>(n));
  };
  if (c_.one_in(2)) {
    number(memory.min * runtime::kPage - back);
  } else {
    op(Op::MemorySize, b.memory);
    number(16);
    op(memory.is_64 ? Op::I64Shl : Op::I32Shl);
    number(back);
    op(memory.is_64 ? Op::I64Sub : Op::I32Sub);
  }
  push(address_type(memory.is_64));
}

/// The NaN that is on the stack, if it is one, becomes the canonical one.
void FunctionWriter::make_canonical(const OpInfo& row) {
  const ValType type = stack_.back();
  uint32_t& temporary = temporaries_[place_of(type)];
  if (temporary == 0)
    temporary = extra_local(type) + 1;
  const uint32_t at = temporary - 1;
  const bool is_single = row.text.starts_with("f32");
  const uint64_t nan = is_single ? 0x7fc00000 : 0x7ff8000000000000;
  local(Op::LocalTee, at);
  if (type == ValType::V128) {
    op(Op::V128Const);
    append_bits(code_, is_single ? nan << 32 | nan : nan, 8);
    append_bits(code_, is_single ? nan << 32 | nan : nan, 8);
  } else {
    op(type == ValType::F32 ? Op::F32Const : Op::F64Const);
    append_bits(code_, nan, type == ValType::F32 ? 4 : 8);
  }
  local(Op::LocalGet, at);
  local(Op::LocalGet, at);
  switch (type) {
  case ValType::F32:
    op(Op::F32Eq);
    return op(Op::Select);
  case ValType::F64:
    op(Op::F64Eq);
    return op(Op::Select);
  default:
    op(is_single ? Op::F32x4Eq : Op::F64x2Eq);
    return op(Op::V128Bitselect);
  }
}

} // namespace zvm::fuzz::wasm
