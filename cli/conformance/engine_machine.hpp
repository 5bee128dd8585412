// The Machine of the conformance suites that stands on the engine.
#pragma once

#include "cli/conformance/runner.hpp"
#include "engine/options.hpp"

namespace zvm::cli {

/// One engine a revision, EVM alone: nothing in stored bytes is looked at. Machines share the
/// engines.
[[nodiscard]] MachineFactory engine_machines(const engine::EngineOptions&);

} // namespace zvm::cli
