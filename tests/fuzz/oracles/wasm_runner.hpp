// Runs the calls of a WebAssembly program on one tier: a new store and instance, imports that
// answer by what they are given, and everything afterwards that an embedder can see.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "engine/wasm/module.hpp"
#include "tests/fuzz/generators/wasm_program.hpp"
#include "tests/support/ir/module_machine.hpp"

namespace zvm::fuzz {

struct WasmCallOutcome {
  Status status = Status::Success;
  int64_t gas_left = 0; ///< 0 where it ran out: how far below is nobody's promise
  std::vector<engine::wasm::Value> results; ///< functions by their index
  friend bool operator==(const WasmCallOutcome&, const WasmCallOutcome&) = default;
};

struct WasmOutcome {
  std::string refusal; ///< why there is no instance
  WasmCallOutcome start;
  std::vector<WasmCallOutcome> calls;             ///< up to the first that ends as a host's matter
  uint64_t memories = 0, tables = 0, globals = 0; ///< digests
  uint32_t first_memory = 0; ///< hash_words of it, where imported functions only answer
  bool notes_writes = true;  ///< memories are zero where they have noted no write
  uint64_t imports = 0; ///< digest of what imported functions were given, with the gas there was
  friend bool operator==(const WasmOutcome&, const WasmOutcome&) = default;

  /// It was stopped by the limit of polls, or the host could not give it what it wanted.
  [[nodiscard]] bool is_cut() const;
};

struct WasmRun {
  std::span<const WasmCall> calls;
  /// Gas of each call, the start function's first; where the module is not metered it is the number
  /// of times that the code may ask whether to go on.
  std::span<const int64_t> gas;
  /// Imported functions also call the module, give up, and take gas, not only answer.
  bool acts = true;
  /// Of a metered module: how often each call may ask whether to go on; 0: it does not ask.
  int64_t polls = 0;
  /// Of a module of tier auto, which may ask: of how many times that it asks at the head of a loop
  /// the loop is compiled from the last one on; 0: never.
  int64_t loops_from = 0;
};

/// With a machine the functions of instances run there, but for the start function.
[[nodiscard]] WasmOutcome run_wasm(const engine::wasm::Module& module, const WasmRun& run,
                                   test::ModuleMachine* machine = nullptr);

/// One line for each difference.
[[nodiscard]] std::vector<std::string> differences(const WasmOutcome& expected,
                                                   const WasmOutcome& actual);

/// What portable programs' memories are compared by: h = rotl(h, 5) ^ word, times 0x01000193, over
/// words of 32 bits.
[[nodiscard]] uint32_t hash_words(ByteView bytes);

/// Result number `index` of imported functions for these arguments, of portable programs.
[[nodiscard]] constexpr uint64_t import_result(std::span<const uint64_t> arguments,
                                               uint64_t index) {
  uint64_t sum = 7;
  for (const uint64_t argument : arguments)
    sum = sum * 31 + argument;
  return sum + index;
}

} // namespace zvm::fuzz
