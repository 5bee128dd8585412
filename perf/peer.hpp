// Side by side with foreign EVMs: all run the same messages in one process, in alternating
// rounds, over the same journal and stores.
#pragma once

#include <string>
#include <vector>

#include "perf/cases.hpp"

namespace zvm::perf {

struct PeerOptions {
  /// The foreign EVMs: shared libraries with the EVMC interface, paths with colons between, each
  /// with its options behind it: PATH,NAME or PATH,NAME=VALUE.
  std::string libraries;
  unsigned rounds = 7;
  double round_ms = 20; ///< at least, of each engine
  std::string filter;   ///< only cases whose name contains it
};

/// Runs the suites and prints a table for each, with geometric means. Results must be equal before
/// anything is timed. False where a result differs, or a library cannot be used.
[[nodiscard]] bool run_side_by_side(const PeerOptions& options, const std::vector<Suite>& suites);

} // namespace zvm::perf
