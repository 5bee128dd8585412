#include "engine/wasm/linker.hpp"

#include "engine/wasm/instance.hpp"

namespace zvm::engine::wasm {

Linker::Names& Linker::names_of(std::string_view module) {
  const auto found = modules_.find(module);
  return found != modules_.end() ? found->second : modules_[std::string{module}];
}

void Linker::define(std::string_view module, std::string_view name, const Extern& item) {
  names_of(module).items.insert_or_assign(std::string{name}, item);
}

void Linker::define(std::string_view module, const Instance& instance) {
  names_of(module).instance = &instance;
}

std::optional<Extern> Linker::find(std::string_view module, std::string_view name) const {
  const auto names = modules_.find(module);
  if (names == modules_.end())
    return std::nullopt;
  if (const auto item = names->second.items.find(name); item != names->second.items.end())
    return item->second;
  return names->second.instance != nullptr ? names->second.instance->find(name) : std::nullopt;
}

} // namespace zvm::engine::wasm
