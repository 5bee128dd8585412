// A value with its type, as embedders pass and get them.
#pragma once

#include <bit>
#include <cstdint>

#include "runtime/module/instance.hpp"

namespace zvm::engine::wasm {

using runtime::ValueType;

struct Value {
  ValueType type = ValueType::I32;
  uint64_t slots[2] = {
      0, 0}; ///< as in slots of running code; a vector's lane 0 is the lowest of the first

  [[nodiscard]] static Value i32(uint32_t value) { return {ValueType::I32, {value, 0}}; }
  [[nodiscard]] static Value i64(uint64_t value) { return {ValueType::I64, {value, 0}}; }
  [[nodiscard]] static Value f32(float value) {
    return {ValueType::F32, {std::bit_cast<uint32_t>(value), 0}};
  }
  [[nodiscard]] static Value f64(double value) {
    return {ValueType::F64, {std::bit_cast<uint64_t>(value), 0}};
  }
  [[nodiscard]] static Value v128(uint64_t low, uint64_t high) {
    return {ValueType::V128, {low, high}};
  }
  /// nullptr: the null reference.
  [[nodiscard]] static Value function(const runtime::Function* function) {
    return {ValueType::FuncRef, {runtime::reference_to(function), 0}};
  }
  /// Whatever the embedder means by it; 0 is the null reference.
  [[nodiscard]] static Value external(uint64_t reference) {
    return {ValueType::ExternRef, {reference, 0}};
  }

  friend bool operator==(const Value&, const Value&) = default;
};

/// As slots hold it: what is narrower than they are is zero-extended, which code relies on.
[[nodiscard]] inline Value in_slots(const Value& value) {
  const bool is_narrow = value.type == ValueType::I32 || value.type == ValueType::F32;
  return {value.type,
          {is_narrow ? static_cast<uint32_t>(value.slots[0]) : value.slots[0],
           value.type == ValueType::V128 ? value.slots[1] : 0}};
}

[[nodiscard]] inline Value get(const runtime::Global& global) {
  return {global.type, {global.slots[0], global.slots[1]}};
}
/// False, and nothing has changed, where the global is immutable or of another type.
[[nodiscard]] inline bool set(runtime::Global& global, const Value& value) {
  if (!global.is_mutable || global.type != value.type)
    return false;
  const Value clean = in_slots(value);
  global.slots[0] = clean.slots[0];
  global.slots[1] = clean.slots[1];
  return true;
}

/// Good until the memory grows; its first byte stays where it is.
[[nodiscard]] inline std::span<uint8_t> bytes_of(const runtime::LinearMemory& memory) {
  return {memory.base, memory.size};
}

} // namespace zvm::engine::wasm
