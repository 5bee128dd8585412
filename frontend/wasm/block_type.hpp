// What a block takes and leaves.
#pragma once

#include <array>
#include <span>

#include "frontend/wasm/instruction.hpp"
#include "frontend/wasm/module.hpp"

namespace zvm::frontend::wasm {

struct BlockSignature {
  std::span<const ValType> parameters;
  std::span<const ValType> results;
};

/// A type as a list of itself.
[[nodiscard]] inline std::span<const ValType> alone(ValType type) {
  static constexpr auto kAlone = [] {
    std::array<ValType, 128> types{};
    for (size_t i = 0; i < types.size(); ++i)
      types[i] = static_cast<ValType>(i);
    return types;
  }();
  return {&kAlone[static_cast<size_t>(type)], 1};
}

/// The function type it names, if it names one, exists.
[[nodiscard]] inline BlockSignature signature_of(const Module& module, const BlockType& type) {
  switch (type.kind) {
  case BlockType::Kind::Empty:
    return {};
  case BlockType::Kind::Value:
    return {{}, alone(type.value)};
  case BlockType::Kind::Function:
    break;
  }
  const FunctionType& function = module.types[type.type];
  return {module.parameters(function), module.results(function)};
}

} // namespace zvm::frontend::wasm
