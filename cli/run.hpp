// What the verbs run, evm and hybrid have in common: run, then report.
#pragma once

#include <nlohmann/json.hpp>

#include "cli/execution.hpp"

namespace zvm::cli {

/// Runs the program and reports on standard output; `extra` goes into the JSON object. The exit
/// code.
int run_and_report(const ExecutionOptions& options, Program program,
                   const nlohmann::ordered_json& extra = nlohmann::ordered_json::object());

} // namespace zvm::cli
