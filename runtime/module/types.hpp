// The values that functions of modules take and return, and their signatures.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/table.hpp"

namespace zvm::runtime {

enum class ValueType : uint8_t { I32, I64, F32, F64, V128, FuncRef, ExternRef };
inline constexpr std::string_view kValueTypeNames[] = {"i32",  "i64",     "f32",      "f64",
                                                       "v128", "funcref", "externref"};

[[nodiscard]] constexpr std::string_view name(ValueType type) {
  return row_of(kValueTypeNames, type, std::string_view{"?"});
}
/// Whether it is one of them, and not a number cast to it.
[[nodiscard]] constexpr bool is_known(ValueType type) { return type <= ValueType::ExternRef; }
[[nodiscard]] constexpr bool is_reference(ValueType type) { return type >= ValueType::FuncRef; }

/// Slots of 8 bytes that a value takes. What is narrower is zero-extended; a float stands as its
/// bits.
[[nodiscard]] constexpr unsigned slots_of(ValueType type) {
  return type == ValueType::V128 ? 2 : 1;
}

/// What a function takes and returns. The types live as long as the module; equal ones of one
/// module are one object.
struct Signature {
  const ValueType* types = nullptr; ///< parameters, then results
  uint32_t parameter_count = 0;
  uint32_t result_count = 0;
  uint32_t parameter_slots = 0;
  uint32_t result_slots = 0;

  [[nodiscard]] std::span<const ValueType> parameters() const { return {types, parameter_count}; }
  [[nodiscard]] std::span<const ValueType> results() const {
    return {types + parameter_count, result_count};
  }
};

/// Whether they are the same type, in whichever modules.
[[nodiscard]] bool is_same(const Signature& a, const Signature& b);

} // namespace zvm::runtime
