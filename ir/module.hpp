// A module of the IR: functions that call each other, and what they share.
//
// Calls, memories, tables, globals and segments are named in instructions by number; the module
// says what stands behind the numbers, and verify() holds functions against it. Who writes or
// compiles one function at a time needs no bodies.
#pragma once

#include <memory>
#include <span>

#include "ir/function.hpp"

namespace zvm::ir {

/// Parameters and results, in Module::types.
struct FunctionType {
  Range parameters;
  Range results;
};

struct Global {
  Type type = Type::None;
  bool is_mutable = false;
};

struct Module {
  Vec<Type> types; ///< of all function types
  Vec<FunctionType> function_types;
  Vec<uint32_t> functions; ///< their types, by number; imports come first
  uint32_t imports = 0;
  Vec<Type> memories; ///< by number: what addresses are, i32 or i64
  Vec<Type> tables;   ///< by number: what indices are, i32 or i64
  Vec<Global> globals;
  uint32_t data_segments = 0;
  uint32_t element_segments = 0;
  int64_t gas_unit = 1; ///< of the counter, in one gas

  std::unique_ptr<Function[]>
      bodies; ///< of the functions that are not imported; null: written elsewhere

  [[nodiscard]] uint32_t own_functions() const {
    return static_cast<uint32_t>(functions.size()) - imports;
  }
  [[nodiscard]] std::span<const Function> body_list() const {
    return {bodies.get(), bodies == nullptr ? 0 : own_functions()};
  }
  [[nodiscard]] const FunctionType& type_of(uint32_t function) const {
    return function_types[functions[function]];
  }
  [[nodiscard]] std::span<const Type> types_of(Range r) const {
    return types.view().subspan(r.begin, r.count);
  }

  // False where memory ran out, so for all of these.
  [[nodiscard]] bool try_add_type(std::span<const Type> parameters, std::span<const Type> results);
  /// Room for the bodies of what is in `functions`.
  [[nodiscard]] bool try_make_bodies();
};

} // namespace zvm::ir
