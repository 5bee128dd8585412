// VMTests: a program without a transaction, from the time of Frontier.
#pragma once

#include <string>

#include "cli/conformance/runner.hpp"
#include "cli/fixtures/json_view.hpp"

namespace zvm::cli {

inline constexpr Revision kVmTestRevision = Revision::Frontier;

[[nodiscard]] bool is_vm_test(const JsonView&);
[[nodiscard]] CaseReport run_vm_test(Transactor&, const JsonView& test, const std::string& label);

} // namespace zvm::cli
