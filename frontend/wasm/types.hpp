// The types of WebAssembly, encoded as in the binary format.
#pragma once

#include <cstdint>
#include <string_view>

namespace zvm::frontend::wasm {

enum class ValType : uint8_t {
  Unknown = 0, ///< in unreachable code: any type
  ExternRef = 0x6f,
  FuncRef = 0x70,
  V128 = 0x7b,
  F64 = 0x7c,
  F32 = 0x7d,
  I64 = 0x7e,
  I32 = 0x7f,
};

[[nodiscard]] constexpr bool is_reference(ValType type) {
  return type == ValType::FuncRef || type == ValType::ExternRef;
}

[[nodiscard]] constexpr std::string_view name(ValType type) {
  switch (type) {
  case ValType::Unknown:
    return "any";
  case ValType::ExternRef:
    return "externref";
  case ValType::FuncRef:
    return "funcref";
  case ValType::V128:
    return "v128";
  case ValType::F64:
    return "f64";
  case ValType::F32:
    return "f32";
  case ValType::I64:
    return "i64";
  case ValType::I32:
    return "i32";
  }
  return "";
}

/// What is imported and exported, encoded as in the binary format.
enum class ExternKind : uint8_t { Function = 0, Table = 1, Memory = 2, Global = 3 };

/// As the text format has them.
inline constexpr std::string_view kExternNames[] = {"func", "table", "memory", "global"};

} // namespace zvm::frontend::wasm
