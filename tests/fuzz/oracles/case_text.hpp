// A scenario written as a .case (tests/cases/README.md), to be made smaller and kept.
#pragma once

#include <string>

#include "tests/fuzz/generators/scenario.hpp"
#include "tests/fuzz/oracles/outcome.hpp"

namespace zvm::fuzz {

[[nodiscard]] std::string case_text(const Scenario& scenario, int64_t gas, const Outcome& expected);

} // namespace zvm::fuzz
