// Differential: the tiers against each other, and against a foreign EVM where there is one. Step
// form, one instruction at a time, is the reference.
#pragma once

#include <string>

#include "runtime/state/memory_store.hpp"
#include "tests/fuzz/oracles/foreign.hpp"
#include "tests/fuzz/oracles/runner.hpp"

namespace zvm::fuzz {

class Differential {
 public:
  /// With the defect that is to be planted, if any (plant.hpp).
  Differential();
  /// True where the tiers agree. `tracer`, if any, sees the reference's run.
  [[nodiscard]] bool agrees(const Scenario& scenario, runtime::Tracer* tracer = nullptr);

  /// Of the last run: the scenario and both outcomes, as a text that can become a `.case`.
  [[nodiscard]] std::string report(const Scenario& scenario) const;
  /// Where machine code is not where step form was, in a line; empty: nowhere, or there is none.
  [[nodiscard]] std::string first_difference(const Scenario& scenario);
  [[nodiscard]] const Outcome& expected() const { return *expected_; }
  /// With which gas it was run.
  [[nodiscard]] int64_t gas() const { return gas_; }

 private:
  [[nodiscard]] bool is_sooner(const Scenario& scenario);

  runtime::MemoryStore store_;
  Runner step_{engine::Tier::Step}, interp_{engine::Tier::Interp}, asmjit_{engine::Tier::Asmjit},
      auto_{engine::Tier::Auto};
  std::unique_ptr<Foreign> foreign_ = Foreign::from_environment();
  const Outcome* expected_ = nullptr;
  const Outcome* actual_ = nullptr;
  const char* other_ = ""; ///< whose outcome `actual_` is
  int64_t gas_ = 0;
};

/// For fuzz targets: makes the scenario and ends the process with a report where the tiers do not
/// agree. With ZVM_SHOW in the environment every scenario is printed.
void check_tiers(ByteView data, Vm main);

} // namespace zvm::fuzz
