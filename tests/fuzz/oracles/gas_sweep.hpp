// GasSweep: one program with every gas limit from nothing to what it uses, on every tier. Wherever
// gas runs out, all tiers must have done the same.
#pragma once

#include <string>
#include <vector>

#include "runtime/state/memory_store.hpp"
#include "tests/fuzz/oracles/runner.hpp"

namespace zvm::fuzz {

class GasSweep {
 public:
  /// True where step, interp and asmjit (all code lowered at once) and auto (lowered somewhere in the middle,
  /// from cold) agree on the scenario, whatever its own gas and trouble: in Osaka, and in Amsterdam
  /// without and with reservoirs. Where it uses more than a few thousand gas, the limits are those
  /// around each charge, and others evenly between.
  [[nodiscard]] bool agrees(Scenario scenario);

  /// Why the last did not agree, as a text that can become a `.case`.
  [[nodiscard]] const std::string& report() const { return report_; }
  [[nodiscard]] uint64_t runs() const { return runs_; }

 private:
  [[nodiscard]] std::vector<int64_t> limits(const Scenario& scenario);
  [[nodiscard]] bool agrees_at(Scenario& scenario, int64_t gas, int64_t promote);

  runtime::MemoryStore store_;
  Runner step_{engine::Tier::Step}, interp_{engine::Tier::Interp}, asmjit_{engine::Tier::Asmjit},
      auto_{engine::Tier::Auto};
  std::string report_;
  uint64_t runs_ = 0;
};

} // namespace zvm::fuzz
