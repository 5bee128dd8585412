// WebAssembly side by side: engines run the same kernels in one process, in alternating rounds.
#pragma once

#include "perf/peer.hpp"
#include "perf/wasm_engines.hpp"

namespace zvm::perf {

/// Runs the kernels on all engines and prints a table: CPU time of each, and how often the first
/// goes into the best of the others. Of options, rounds, round_ms and filter count. False where the
/// first results of new instances differ.
[[nodiscard]] bool run_wasm_side_by_side(const PeerOptions& options,
                                         const std::vector<WasmEngine>& engines,
                                         const std::vector<WasmKernel>& kernels);

} // namespace zvm::perf
