// An instance of a module: one block of memory that holds what the module defines and the index
// spaces of its code.
#pragma once

#include <optional>
#include <string_view>

#include "engine/wasm/extern.hpp"

namespace zvm::engine::wasm {

/// Made by a store and kept by it to its end, even where instantiation failed: tables may refer to
/// its functions.
class Instance {
 public:
  /// Null where memory ran out. Functions and globals have their types, the imports are in place;
  /// memories and tables are not opened.
  [[nodiscard]] static Instance* make(const Module& module, std::span<const Extern> imports);
  /// The same for a module that imports functions only, in their order; the table outlives the
  /// instance.
  [[nodiscard]] static Instance* make(const Module& module,
                                      std::span<const runtime::Function* const> functions);
  /// Closes its memories and tables.
  void destroy();

  [[nodiscard]] const Module& module() const { return *module_; }
  [[nodiscard]] runtime::Instance& code() { return code_; }
  [[nodiscard]] const runtime::Instance& code() const { return code_; }

  /// Of all functions, imports first.
  [[nodiscard]] const runtime::Function* function(uint32_t index) const;
  /// What it exports by this name.
  [[nodiscard]] std::optional<Extern> find(std::string_view name) const;
  /// The exported function of this name, or nullptr.
  [[nodiscard]] const runtime::Function* find_function(std::string_view name) const;

  /// Room for the items of its element segments, one segment behind the other.
  [[nodiscard]] runtime::Reference* items() { return items_; }

 private:
  struct Arena;
  Instance() = default;
  [[nodiscard]] static Instance* make(const Module& module, size_t own_imports);
  void lay_out(Arena& arena, const Module& module, size_t own_imports);
  void place_own();
  void place(std::span<const Extern> imports);

  const Module* module_ = nullptr;
  runtime::Instance code_;
  const runtime::Function** imports_ = nullptr; ///< null where the table is another's
  runtime::LinearMemory* memories_ = nullptr;   ///< own ones
  runtime::Table* tables_ = nullptr;            ///< own ones
  runtime::Global* globals_ = nullptr;          ///< own ones
  runtime::Reference* items_ = nullptr;
};

} // namespace zvm::engine::wasm
