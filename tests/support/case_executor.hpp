// How cases reach the engine: one executor per tier.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "tests/support/case_file.hpp"

namespace zvm::test {

/// Runs the input of a case over a fresh in-memory state. What is warm at the start is what is warm
/// in a transaction: caller, self, the precompiles, the coinbase (EIP-2929, EIP-3651). A message
/// with a value moves it from caller to self first.
class CaseExecutor {
 public:
  virtual ~CaseExecutor() = default;
  [[nodiscard]] virtual std::string_view tier() const = 0;
  [[nodiscard]] virtual CaseOutcome run(const CaseInput& input) = 0;
};

/// One for each tier that this build has.
[[nodiscard]] std::vector<std::unique_ptr<CaseExecutor>> make_case_executors();

} // namespace zvm::test
