// A decoded module: flat arrays, in the order of the binary format. Names, bodies and data are
// views into the module's bytes, which must live as long. Imported functions, tables, memories and
// globals come first in their arrays, so an index is the specification's.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/types.hpp"
#include "base/vec.hpp"
#include "frontend/wasm/types.hpp"

namespace zvm::frontend::wasm {

/// Bytes [offset, offset + size) of the module.
struct Range {
  uint32_t offset = 0;
  uint32_t size = 0;
  [[nodiscard]] size_t end() const { return size_t{offset} + size; }
};

/// Where its types stand in Module::value_types: the parameters, then the results.
struct FunctionType {
  uint32_t first = 0;
  uint32_t parameters = 0;
  uint32_t results = 0;
};

/// Of a table in items, of a memory in pages of 64 KiB.
struct SizeLimits {
  uint64_t min = 0;
  uint64_t max = 0; ///< only if has_max
  bool has_max = false;
  bool is_64 = false; ///< addressed by i64

  [[nodiscard]] ValType address() const { return is_64 ? ValType::I64 : ValType::I32; }
};

/// Each of these has the offset of its entry, for refusals.
struct Import {
  std::string_view module;
  std::string_view name;
  ExternKind kind{};
  uint32_t index = 0; ///< in the array of its kind
  uint32_t offset = 0;
};
struct Function {
  uint32_t type = 0;
  uint32_t offset = 0;
};
struct Table {
  ValType item = ValType::FuncRef;
  SizeLimits limits;
  uint32_t offset = 0;
};
struct Memory {
  SizeLimits limits;
  uint32_t offset = 0;
};
struct Global {
  ValType type = ValType::I32;
  bool is_mutable = false;
  Range initial; ///< constant expression with its end; empty for imports
  uint32_t offset = 0;
};
struct Export {
  std::string_view name;
  ExternKind kind{};
  uint32_t index = 0;
  uint32_t offset = 0;
};
struct Start {
  uint32_t function = 0;
  uint32_t offset = 0;
};

enum class SegmentMode : uint8_t { Active, Passive, Declared };

struct ElementSegment {
  SegmentMode mode = SegmentMode::Passive;
  ValType type = ValType::FuncRef;
  bool has_expressions =
      false;          ///< its items are in Module::item_expressions, else in item_functions
  uint32_t table = 0; ///< active ones
  Range destination;  ///< active ones: constant expression
  uint32_t first = 0;
  uint32_t count = 0;
  uint32_t offset = 0;
};
struct DataSegment {
  SegmentMode mode = SegmentMode::Passive;
  uint32_t memory = 0; ///< active ones
  Range destination;   ///< active ones: constant expression
  ByteView bytes;
  uint32_t offset = 0;
};

struct CustomSection {
  std::string_view name;
  ByteView bytes;
};

/// An entry of the name section.
struct IndexName {
  uint32_t index = 0;
  std::string_view name;
};
struct LocalName {
  uint32_t function = 0;
  uint32_t local = 0;
  std::string_view name;
};
/// What the custom section `name` says, indices ascending; empty where it is absent or malformed.
struct Names {
  std::string_view module;
  Vec<IndexName> functions;
  Vec<LocalName> locals; ///< by function, then by local
};

struct Module {
  ByteView bytes;

  Vec<ValType> value_types;
  Vec<FunctionType> types;
  Vec<Import> imports;
  Vec<Function> functions;
  Vec<Table> tables;
  Vec<Memory> memories;
  Vec<Global> globals;
  Vec<Export> exports;
  std::optional<Start> start;
  Vec<ElementSegment> elements;
  Vec<uint32_t> item_functions;
  Vec<Range> item_expressions;
  Vec<Range> bodies; ///< of functions not imported: declarations of locals, then code with its end
  Vec<DataSegment> data;
  std::optional<uint32_t> data_count;
  Vec<CustomSection> custom;
  Names names;

  uint32_t imported_functions = 0;
  uint32_t imported_tables = 0;
  uint32_t imported_memories = 0;
  uint32_t imported_globals = 0;

  [[nodiscard]] std::span<const ValType> parameters(const FunctionType& type) const {
    return value_types.view().subspan(type.first, type.parameters);
  }
  [[nodiscard]] std::span<const ValType> results(const FunctionType& type) const {
    return value_types.view().subspan(type.first + type.parameters, type.results);
  }
  [[nodiscard]] const FunctionType& type_of_function(uint32_t index) const {
    return types[functions[index].type];
  }
};

} // namespace zvm::frontend::wasm
