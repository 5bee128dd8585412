// WebAssembly modules from choices, always valid: functions that call each other, loops that count
// down, accesses that mostly lie inside. Instructions are written by their signatures in
// opcodes.def, so a new row is covered by itself.
#pragma once

#include <string>
#include <vector>

#include "engine/wasm/value.hpp"
#include "tests/fuzz/generators/choices.hpp"

namespace zvm::fuzz {

struct WasmCall {
  std::string name; ///< of an exported function
  std::vector<engine::wasm::Value> arguments;
};

/// Imported functions are `env` `f0`, `f1`, ...
struct WasmProgram {
  std::vector<uint8_t> module;
  std::vector<WasmCall> calls; ///< on one instance, one after the other
};

struct WasmOptions {
  /// For engines that know no more than version 2.0 and tail calls, and whose NaNs are any: results
  /// of float arithmetic are made canonical behind it, no values but integers are exchanged with
  /// the outside, and the memory is exported as `memory`.
  bool is_portable = false;
};

[[nodiscard]] WasmProgram make_wasm(Choices& c, const WasmOptions& options = {});

} // namespace zvm::fuzz
