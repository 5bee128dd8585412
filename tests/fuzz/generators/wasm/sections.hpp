// The sections of a module, from what its functions may name and from their bodies.
#pragma once

#include "tests/fuzz/generators/choices.hpp"
#include "tests/fuzz/generators/wasm/world.hpp"

namespace zvm::fuzz::wasm {

inline constexpr uint8_t kFunctionKind = 0, kTableKind = 1, kMemoryKind = 2, kGlobalKind = 3;

/// `bodies` and `exports` are encoded already.
[[nodiscard]] Bytes module_of(Choices& c, const World& world, const std::vector<Bytes>& bodies,
                              const std::vector<Bytes>& exports);

} // namespace zvm::fuzz::wasm
