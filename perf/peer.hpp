// Side by side with a foreign EVM: both run the same messages in one process, in alternating
// rounds, over the same journal and stores.
#pragma once

#include <string>
#include <vector>

#include "perf/cases.hpp"

namespace zvm::perf {

struct PeerOptions {
  std::string library; ///< the foreign EVM: a shared library with the EVMC interface
  unsigned rounds = 7;
  double round_ms = 20; ///< at least, of each engine
  std::string filter;   ///< only cases whose name contains it
};

/// Runs the suites and prints a table for each, with a geometric mean. Results must be equal before
/// anything is timed. False where a result differs, or the library cannot be used.
[[nodiscard]] bool run_side_by_side(const PeerOptions& options, const std::vector<Suite>& suites);

} // namespace zvm::perf
