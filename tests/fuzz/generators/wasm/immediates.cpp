// What instructions name: variables, functions, memories, tables, segments, numbers.
#include "tests/fuzz/generators/wasm/function_writer.hpp"

#include "tests/fuzz/generators/wasm/encoding.hpp"
#include "tests/fuzz/generators/wasm/numbers.hpp"

namespace zvm::fuzz::wasm {

using frontend::wasm::Immediates;

uint32_t FunctionWriter::any_memory(ValType wanted_address) {
  return find(w_.memories, [&](const MemoryType& m) {
    return wanted_address == ValType::Unknown || m.is_64 == (wanted_address == ValType::I64);
  });
}

void FunctionWriter::access(const OpInfo& row, Binding& b) {
  uint32_t align = 0;
  while ((2u << align) <= row.width && c_.one_in(2))
    ++align;
  const bool names_memory = b.memory != 0 || c_.one_in(16);
  append_number(b.immediate, align | (names_memory && !w_.is_portable ? 0x40 : 0));
  if (names_memory && !w_.is_portable)
    append_number(b.immediate, b.memory);
  b.offset = c_.below(64);
  if (c_.one_in(32))
    b.offset = w_.memories[b.memory].is_64 && c_.one_in(2) ? c_.number(8) : c_.number(4);
  append_number(b.immediate, b.offset);
}

/// Immediates for the row, with a result of type `wanted` unless that is Unknown. False where there
/// are none.
bool FunctionWriter::bind(const OpInfo& row, ValType wanted, Binding& b) {
  const auto& s = row.signature;
  const bool gives_address = s.results == 1 && s.result[0] == Operand::Address;
  const ValType address = gives_address ? wanted : ValType::Unknown;
  Bytes& out = b.immediate;
  switch (row.immediates) {
  case Immediates::None:
    b.reference = c_.one_in(2) ? ValType::FuncRef : ValType::ExternRef;
    return true;
  case Immediates::Types:
    b.written = any_type();
    out = {1, static_cast<uint8_t>(b.written)};
    return true;
  case Immediates::HeapType:
    b.written = c_.one_in(2) ? ValType::FuncRef : ValType::ExternRef;
    out = {static_cast<uint8_t>(b.written)};
    return true;
  case Immediates::Function:
    append_number(out, c_.below(static_cast<uint32_t>(w_.functions.size())));
    return true;
  case Immediates::Local: {
    if (usable_ == 0)
      return false;
    const uint32_t at = c_.below(static_cast<uint32_t>(usable_));
    b.variable = locals_[at];
    append_number(out, at);
    return true;
  }
  case Immediates::Global: {
    const bool writes = s.parameters != 0;
    const uint32_t at =
        find(w_.globals, [&](const GlobalType& g) { return g.is_mutable || !writes; });
    if (at == UINT32_MAX)
      return false;
    b.variable = w_.globals[at].type;
    append_number(out, at);
    return true;
  }
  case Immediates::Table:
  case Immediates::ElementTable:
  case Immediates::TableTable: {
    const uint32_t at = find(w_.tables, [&](const TableType& t) {
      return address == ValType::Unknown || address_type(t.is_64) == address;
    });
    if (at == UINT32_MAX)
      return false;
    b.item = w_.tables[at].item;
    b.address = b.second_address = address_type(w_.tables[at].is_64);
    if (row.immediates == Immediates::ElementTable) {
      const uint32_t segment =
          find(w_.elements, [&](ValType type) { return type == w_.tables[at].item; });
      append_number(out, w_.first_element + segment);
      append_number(out, at);
      return true;
    }
    append_number(out, at);
    if (row.immediates == Immediates::TableTable) {
      const uint32_t from = find(w_.tables, [&](const TableType& t) { return t.item == b.item; });
      b.second_address = address_type(w_.tables[from].is_64);
      append_number(out, from);
    }
    return true;
  }
  case Immediates::Element:
    append_number(out, w_.first_element + c_.below(static_cast<uint32_t>(w_.elements.size())));
    return true;
  case Immediates::Data:
    append_number(out, w_.first_data + c_.below(w_.data));
    return true;
  case Immediates::Memory:
  case Immediates::MemoryLane:
  case Immediates::MemoryIndex:
  case Immediates::MemoryMemory:
  case Immediates::DataMemory: {
    const uint32_t at = any_memory(address);
    if (at == UINT32_MAX)
      return false;
    b.memory = at;
    b.address = b.second_address = address_type(w_.memories[at].is_64);
    if (row.immediates == Immediates::DataMemory)
      append_number(out, w_.first_data + c_.below(w_.data));
    if (row.immediates == Immediates::Memory || row.immediates == Immediates::MemoryLane) {
      access(row, b);
      if (row.immediates == Immediates::MemoryLane)
        out.push_back(static_cast<uint8_t>(c_.below(16 / row.width)));
      return true;
    }
    append_number(out, at);
    if (row.immediates == Immediates::MemoryMemory) {
      const uint32_t from = any_memory(ValType::Unknown);
      b.second_address = address_type(w_.memories[from].is_64);
      append_number(out, from);
    }
    return true;
  }
  case Immediates::Lane:
    out.push_back(static_cast<uint8_t>(c_.below(16 / row.width)));
    return true;
  case Immediates::Lanes:
    for (unsigned i = 0; i < 16; ++i)
      out.push_back(static_cast<uint8_t>(c_.below(32)));
    return true;
  case Immediates::I32:
    append_signed(out, static_cast<int32_t>(integer(c_)));
    return true;
  case Immediates::I64:
    append_signed(out, static_cast<int64_t>(integer(c_)));
    return true;
  case Immediates::F32:
    append_bits(out, float_bits(c_), 4);
    return true;
  case Immediates::F64:
    append_bits(out, double_bits(c_), 8);
    return true;
  case Immediates::V128:
    append_bits(out, double_bits(c_), 8);
    append_bits(out, double_bits(c_), 8);
    return true;
  default:
    return false;
  }
}

} // namespace zvm::fuzz::wasm
