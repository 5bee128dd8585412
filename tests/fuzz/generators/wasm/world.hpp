// What the functions of a generated module may name.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "frontend/wasm/opcodes.hpp"

namespace zvm::fuzz::wasm {

using frontend::wasm::ValType;
using Bytes = std::vector<uint8_t>;
using Types = std::vector<ValType>;

inline constexpr ValType kValueTypes[] = {ValType::I32,      ValType::I64,  ValType::F32,
                                          ValType::F64,      ValType::V128, ValType::FuncRef,
                                          ValType::ExternRef};
inline constexpr size_t kTypeCount = std::size(kValueTypes);

inline size_t place_of(ValType type) {
  return static_cast<size_t>(std::ranges::find(kValueTypes, type) - std::begin(kValueTypes));
}
inline ValType address_type(bool is_64) { return is_64 ? ValType::I64 : ValType::I32; }

/// What every memory and table begins with at least.
inline constexpr uint32_t kItems = 16;
/// Addresses masked by it lie in the first page, with a small offset, too.
inline constexpr uint32_t kInsideMask = 0x7fff;
inline constexpr uint32_t kPassiveBytes = 64; ///< of each passive segment

struct Signature {
  Types parameters, results;
  friend bool operator==(const Signature&, const Signature&) = default;
};
struct MemoryType {
  bool is_64 = false;
  uint32_t min = 1, max = 0;
  bool has_max = false;
};
struct TableType {
  ValType item = ValType::FuncRef;
  bool is_64 = false;
};
struct GlobalType {
  ValType type = ValType::I32;
  bool is_mutable = false;
};

/// What functions may name.
struct World {
  bool is_portable = false;
  std::vector<Signature> types;
  std::vector<uint32_t> functions; ///< their types; imports first
  uint32_t imports = 0;
  std::vector<MemoryType> memories;
  std::vector<TableType> tables; ///< the first holds functions: what `slots` says, then nothing
  std::vector<uint32_t> slots;
  std::vector<GlobalType> globals;
  bool imports_memory = false, imports_table = false, imports_global = false; ///< number 0 of each
  uint32_t start = UINT32_MAX;
  std::vector<ValType> elements; ///< passive segments
  uint32_t first_element = 0;    ///< index of the first of them
  uint32_t data = 0;             ///< passive segments
  uint32_t first_data = 0;

  uint32_t type_index(const Signature& signature) {
    for (uint32_t i = 0; i < types.size(); ++i) {
      if (types[i] == signature)
        return i;
    }
    types.push_back(signature);
    return static_cast<uint32_t>(types.size() - 1);
  }
};

} // namespace zvm::fuzz::wasm
