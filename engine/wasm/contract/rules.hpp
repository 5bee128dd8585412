// What a chain asks of WASM contracts, and grants them.
#pragma once

#include <cstdint>

namespace zvm::engine::wasm {

enum class Capability : uint8_t {
#define CAPABILITY(name, text) name,
#include "engine/wasm/contract/capabilities.def"
#undef CAPABILITY
};

struct ContractRules {
  uint64_t max_pages = 256; ///< of 64 KiB, that a memory may grow to
  /// That it may begin with: 16 are the stack that rustc and Zig give a program, and one is its data.
  uint64_t max_initial_pages = 17;
  uint64_t max_functions = 8192;
  bool allows_floats = false; ///< scalar ones, with canonical NaNs
  /// A bit for each Capability.
  uint32_t capabilities = UINT32_MAX;

  [[nodiscard]] bool grants(Capability c) const {
    return (capabilities >> static_cast<unsigned>(c) & 1) != 0;
  }
};

} // namespace zvm::engine::wasm
