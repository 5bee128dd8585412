// What a set of WebAssembly programs has reached: instructions, ways to end, and how long
// executions were. Nothing traces this code, so it is counted by what it costs: with prices of one,
// or of one for a single instruction.
#pragma once

#include <bitset>
#include <string>
#include <vector>

#include "frontend/wasm/opcodes.hpp"
#include "tests/fuzz/oracles/wasm_differential.hpp"

namespace zvm::fuzz {

class WasmCoverage {
 public:
  void note(const WasmInput& input, const std::vector<WasmOutcome>& outcomes);

  [[nodiscard]] std::vector<std::string> missing() const;
  [[nodiscard]] std::string summary() const;
  [[nodiscard]] uint64_t executions() const { return executions_; }
  /// Of calls, those in which 16 instructions ran.
  [[nodiscard]] double long_share() const;

 private:
  void note_instructions(const WasmInput& input);

  std::bitset<frontend::wasm::kOpCount> done_;
  std::array<uint64_t, std::size(kStatusInfo)> statuses_{};
  uint64_t executions_ = 0, long_executions_ = 0, instructions_ = 0;
};

} // namespace zvm::fuzz
