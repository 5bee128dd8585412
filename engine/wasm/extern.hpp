// What a module imports and exports, and whether what it is given is of the type it asks for.
#pragma once

#include <string>

#include "engine/wasm/module.hpp"
#include "frontend/wasm/types.hpp"
#include "runtime/module/instance.hpp"

namespace zvm::engine::wasm {

using frontend::wasm::ExternKind;

/// One of the four; it belongs to a store.
struct Extern {
  ExternKind kind = ExternKind::Function;
  union {
    const runtime::Function* function = nullptr;
    runtime::Table* table;
    runtime::LinearMemory* memory;
    runtime::Global* global;
  };

  Extern() = default;
  Extern(const runtime::Function* f) : kind(ExternKind::Function), function(f) {}
  Extern(runtime::Table* t) : kind(ExternKind::Table), table(t) {}
  Extern(runtime::LinearMemory* m) : kind(ExternKind::Memory), memory(m) {}
  Extern(runtime::Global* g) : kind(ExternKind::Global), global(g) {}
};

struct ExternType {
  ExternKind kind = ExternKind::Function;
  const runtime::Signature* signature = nullptr;         ///< of a function
  runtime::ValueType type = runtime::ValueType::FuncRef; ///< of a table or a global
  runtime::Sizes sizes{};                                ///< of a table or a memory
  bool is_mutable = false;                               ///< global
};

/// Whether there is nothing behind it: it is null, or its kind is none.
[[nodiscard]] bool is_missing(const Extern& item);
/// Its size is what it is now.
[[nodiscard]] ExternType type_of(const Extern& item);
[[nodiscard]] ExternType type_of(const Module& module, const frontend::wasm::Import& import);

/// WebAssembly core specification 3.0, "Matching", external types.
[[nodiscard]] bool matches(const ExternType& found, const ExternType& wanted);

/// In words like those of the text format: `func (i32 i64) -> (f32)`, `table 10..20 funcref`,
/// `global mut i32`.
[[nodiscard]] std::string describe(const ExternType& type);

} // namespace zvm::engine::wasm
