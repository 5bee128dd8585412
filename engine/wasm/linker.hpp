// Linker: what imports are looked up in. One may serve many instantiations and, if it holds only
// functions of the embedder that no store owns, many stores.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/wasm/extern.hpp"

namespace zvm::engine::wasm {

class Instance;

class Linker {
 public:
  /// A later definition replaces one of the same names.
  void define(std::string_view module, std::string_view name, const Extern& item);
  /// All that the instance exports; what is defined one by one goes first.
  void define(std::string_view module, const Instance& instance);

  [[nodiscard]] std::optional<Extern> find(std::string_view module, std::string_view name) const;

 private:
  struct Names {
    std::map<std::string, Extern, std::less<>> items;
    const Instance* instance = nullptr;
  };
  Names& names_of(std::string_view module);

  std::map<std::string, Names, std::less<>> modules_;
};

} // namespace zvm::engine::wasm
