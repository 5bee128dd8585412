// Makes a scenario on which the tiers differ smaller, as long as they do.
#pragma once

#include "tests/fuzz/oracles/differential.hpp"

namespace zvm::fuzz {

/// The tiers differ on `scenario`, and on what is returned.
[[nodiscard]] Scenario reduce(Scenario scenario, Differential& differential);

} // namespace zvm::fuzz
