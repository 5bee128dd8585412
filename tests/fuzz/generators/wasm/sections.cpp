#include "tests/fuzz/generators/wasm/sections.hpp"

#include "tests/fuzz/generators/wasm/encoding.hpp"
#include "tests/fuzz/generators/wasm/numbers.hpp"

namespace zvm::fuzz::wasm {
namespace {

using engine::wasm::Value;

Bytes initial(Choices& c, ValType type) {
  const Value value = argument(c, type);
  Bytes out;
  switch (type) {
  case ValType::I32:
    out.push_back(0x41);
    append_signed(out, static_cast<int32_t>(value.slots[0]));
    break;
  case ValType::I64:
    out.push_back(0x42);
    append_signed(out, static_cast<int64_t>(value.slots[0]));
    break;
  case ValType::F32:
    out.push_back(0x43);
    append_bits(out, value.slots[0], 4);
    break;
  case ValType::F64:
    out.push_back(0x44);
    append_bits(out, value.slots[0], 8);
    break;
  case ValType::V128:
    out = {0xfd, 0x0c};
    append_bits(out, value.slots[0], 8);
    append_bits(out, value.slots[1], 8);
    break;
  default:
    out = {0xd0, static_cast<uint8_t>(type)};
  }
  out.push_back(0x0b);
  return out;
}

Bytes limits(bool is_64, uint32_t min, uint32_t max, bool has_max) {
  Bytes out{static_cast<uint8_t>((is_64 ? 4 : 0) | (has_max ? 1 : 0))};
  append_number(out, min);
  if (has_max)
    append_number(out, max);
  return out;
}

} // namespace

Bytes module_of(Choices& c, const World& world, const std::vector<Bytes>& bodies,
                const std::vector<Bytes>& exports) {
  using namespace test::wasm;
  const auto numbered = [](const std::vector<uint32_t>& numbers) {
    Bytes out = unsigned_leb(numbers.size());
    for (const uint32_t n : numbers)
      append_number(out, n);
    return out;
  };
  std::vector<Bytes> types, imports, tables, memories, globals, elements, data;
  for (const Signature& s : world.types)
    types.push_back(function_type(bytes_of(s.parameters), bytes_of(s.results)));
  for (uint32_t i = 0; i < world.imports; ++i) {
    Bytes type{kFunctionKind};
    append_number(type, world.functions[i]);
    imports.push_back(imported("env", "f" + std::to_string(i), type));
  }
  for (const TableType& t : world.tables)
    tables.push_back(
        joined({{static_cast<uint8_t>(t.item)}, limits(t.is_64, kItems, kItems + 8, true)}));
  for (const MemoryType& m : world.memories)
    memories.push_back(limits(m.is_64, m.min, m.max, m.has_max));
  for (const GlobalType& g : world.globals)
    globals.push_back(joined({{static_cast<uint8_t>(g.type), g.is_mutable}, initial(c, g.type)}));
  const auto move_to_imports = [&](bool is_imported, std::vector<Bytes>& from, const char* name,
                                   uint8_t kind, size_t length) {
    if (!is_imported)
      return;
    const Bytes type(from[0].begin(), from[0].begin() + static_cast<long>(length));
    imports.push_back(imported("env", name, joined({{kind}, type})));
    from.erase(from.begin());
  };
  move_to_imports(world.imports_table, tables, "table", kTableKind, tables[0].size());
  move_to_imports(world.imports_memory, memories, "memory", kMemoryKind, memories[0].size());
  move_to_imports(world.imports_global, globals, "global", kGlobalKind, 2);
  // Active functions of table 0 from 0 on; all declared, so that ref.func may name them; passive
  // ones.
  elements.push_back(joined({{0, 0x41, 0, 0x0b}, numbered(world.slots)}));
  std::vector<uint32_t> all;
  for (uint32_t i = 0; i < world.functions.size(); ++i)
    all.push_back(i);
  elements.push_back(joined({{3, 0}, numbered(all)}));
  elements.push_back(joined({{1, 0}, numbered({all[0], all[1], all[0]})}));
  elements.push_back({5, kExternRef, 2, 0xd0, kExternRef, 0x0b, 0xd0, kExternRef, 0x0b});
  const bool is_64 = world.memories[0].is_64;
  const uint8_t size = world.memories[0].min == 0 ? 0 : 32;
  Bytes active{0, static_cast<uint8_t>(is_64 ? 0x42 : 0x41), static_cast<uint8_t>(size / 4), 0x0b,
               size};
  for (unsigned i = 0; i < size; ++i)
    active.push_back(c.byte());
  data.push_back(active);
  for (unsigned n = 0; n < world.data; ++n) {
    Bytes passive{1, kPassiveBytes};
    for (unsigned i = 0; i < kPassiveBytes; ++i)
      passive.push_back(static_cast<uint8_t>(i * 37 + n));
    data.push_back(passive);
  }
  const Bytes start = world.start == UINT32_MAX ? Bytes{} : section(8, unsigned_leb(world.start));
  const std::vector<uint32_t> own(world.functions.begin() + world.imports, world.functions.end());
  return test::wasm::module({section(1, vector_of(types)), section(2, vector_of(imports)),
                             section(3, numbered(own)), section(4, vector_of(tables)),
                             section(5, vector_of(memories)), section(6, vector_of(globals)),
                             section(7, vector_of(exports)), section(9, vector_of(elements)),
                             section(12, unsigned_leb(data.size())), section(10, vector_of(bodies)),
                             section(11, vector_of(data))});
}

} // namespace zvm::fuzz::wasm
