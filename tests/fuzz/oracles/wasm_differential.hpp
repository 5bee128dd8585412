// The tiers of the engine for WebAssembly against each other: step, one handler for each op, is the
// reference.
#pragma once

#include <optional>
#include <string>

#include "ir/passes/context.hpp"
#include "tests/fuzz/oracles/wasm_runner.hpp"

namespace zvm::fuzz {

/// What an input of wasm_run_fuzz is.
struct WasmInput {
  WasmProgram program;
  bool is_valid = false;         ///< as its generator has it
  uint64_t seed = 0;             ///< of the shares of gas
  uint64_t perturbation = 0;     ///< of machine code (backend/asmjit/perturb.hpp)
  std::optional<uint32_t> fault; ///< which allocation fails, in a run for that
};
/// Any bytes, a program with some bytes changed, a program, or one with a fault.
[[nodiscard]] WasmInput make_wasm_input(ByteView data);

class WasmDifferential {
 public:
  WasmDifferential(); ///< with the defect that is to be planted, if any (plant.hpp)

  enum class Schedule : uint8_t { None, Wasm1, WasmV03, Any, All };
  /// Loads, lowers and verifies everything, and runs the calls in all tiers, with loops that are
  /// compiled in the middle, and by what passes have made of the IR: without gas, or by a schedule with plenty of it and with a share; Any: as
  /// the seed says. False where something does not hold; report() says what.
  [[nodiscard]] bool agrees(const WasmInput& input, Schedule schedule = Schedule::Any);
  /// With the bytes of the module and its listing.
  [[nodiscard]] std::string report(const WasmInput& input) const;

  /// Of the last input, if it was a module: what the reference did.
  [[nodiscard]] const std::vector<WasmOutcome>& outcomes() const { return outcomes_; }

 private:
  /// Leaves in bodies_ what some passes have made of the functions.
  [[nodiscard]] bool verifies(const engine::wasm::Module& module, uint64_t seed);
  [[nodiscard]] bool survives_passes(ir::Function& function, uint64_t seed, const auto& verify);
  [[nodiscard]] bool agrees_with(const frontend::wasm::Costs* costs, const std::string& schedule,
                                 const WasmInput& input);
  [[nodiscard]] bool agrees_in_loops(const frontend::wasm::Costs* costs, const WasmInput& input,
                                     runtime::Bounds bounds, const WasmRun& run,
                                     const WasmOutcome& expected);
  [[nodiscard]] bool agrees_by(const WasmInput& input, Schedule schedule);
  [[nodiscard]] bool survives(const WasmInput& input);
  [[nodiscard]] bool fail(std::string what);

  std::vector<WasmOutcome> outcomes_;
  std::string failure_;
  ir::PassContext passes_;
  std::vector<ir::Function> bodies_;
};

/// For fuzz targets: ends the process with a report where the tiers do not agree. With ZVM_SHOW in
/// the environment every input is printed.
void check_wasm_tiers(ByteView data);

} // namespace zvm::fuzz
