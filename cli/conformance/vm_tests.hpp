// VMTests: a program without a transaction, from the time of Frontier.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli/conformance/runner.hpp"

namespace zvm::cli {

inline constexpr Revision kVmTestRevision = Revision::Frontier;

[[nodiscard]] bool is_vm_test(const nlohmann::json&);
[[nodiscard]] CaseReport run_vm_test(Machine&, const nlohmann::json& test,
                                     const std::string& label);

} // namespace zvm::cli
