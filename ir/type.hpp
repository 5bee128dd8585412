// The types of IR values.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

namespace zvm::ir {

/// Booleans are I32, 0 or 1.
enum class Type : uint8_t { None, I32, I64, I128, I256, F32, F64, V128 };
inline constexpr std::string_view kTypeNames[] = {"none", "i32", "i64", "i128",
                                                  "i256", "f32", "f64", "v128"};

[[nodiscard]] constexpr std::string_view name(Type type) {
  return kTypeNames[static_cast<uint8_t>(type)];
}
/// None where there is no such type.
[[nodiscard]] constexpr Type type_named(std::string_view text) {
  for (unsigned t = 1; t < std::size(kTypeNames); ++t) {
    if (kTypeNames[t] == text)
      return static_cast<Type>(t);
  }
  return Type::None;
}
[[nodiscard]] constexpr bool is_int(Type type) { return type >= Type::I32 && type <= Type::I256; }
/// Width in bits.
[[nodiscard]] constexpr unsigned bits(Type type) {
  constexpr unsigned kBits[] = {0, 32, 64, 128, 256, 32, 64, 128};
  return kBits[static_cast<uint8_t>(type)];
}

} // namespace zvm::ir
