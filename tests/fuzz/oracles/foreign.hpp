// Foreign: another EVM, built beside, as an oracle from outside. Our tiers share tables; it shares
// nothing with them.
#pragma once

#include <memory>
#include <string>

#include "runtime/state/store.hpp"
#include "tests/fuzz/generators/scenario.hpp"
#include "tests/fuzz/oracles/outcome.hpp"
#include "tests/support/evmc_host.hpp"

namespace zvm::fuzz {

class Foreign {
 public:
  /// The library that ZVM_EVMONE names; null where it names none. A library that cannot be loaded
  /// ends the process.
  [[nodiscard]] static std::unique_ptr<Foreign> from_environment();

  /// Whether it can run the scenario: EVM code alone, a message, a host without trouble.
  [[nodiscard]] static bool applies(const Scenario& scenario);
  /// What it makes of the scenario. Failures are one kind to a chain, and what was read is known of
  /// ours alone: there it says what `ours` says. HostError where a precompile is not there.
  const Outcome& run(const Scenario& scenario, int64_t gas, runtime::StateStore& store,
                     const Outcome& ours);

 private:
  explicit Foreign(std::string path);
  void load();
  test::evmc::Host& host(Revision revision);

  const std::string path_;
  unsigned runs_ = 0; ///< since it was loaded
  std::unique_ptr<test::evmc::Vm> vm_;
  std::unique_ptr<test::evmc::Host> hosts_[static_cast<size_t>(kLatestRevision) + 1];
  Outcome outcome_;
};

} // namespace zvm::fuzz
