// What came of a run, as text and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/execution.hpp"

namespace zvm::cli {

void print_text(std::ostream& out, Run& run);
void print_text(std::ostream& out, const GasEstimate& estimate);
void print_text(std::ostream& out, const EngineStats& stats);
/// Field by field what print_text says; documented in docs/embedding.md.
[[nodiscard]] nlohmann::ordered_json to_json(Run& run);
/// The gas limit; null where none will do.
[[nodiscard]] nlohmann::ordered_json to_json(const GasEstimate& estimate);
[[nodiscard]] nlohmann::ordered_json to_json(const EngineStats& stats);
[[nodiscard]] nlohmann::ordered_json to_json(const DeferredCommitments& deferred);
[[nodiscard]] nlohmann::ordered_json to_json(const HostFailure& failure);

} // namespace zvm::cli
