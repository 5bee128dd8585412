// Where the parts of a transition come from, and reading them.
#pragma once

#include <string>

#include "cli/t8n/inputs.hpp"
#include "cli/t8n/transition.hpp"

namespace zvm::cli {

/// As the options name them: files, or "stdin".
struct TransitionSources {
  std::string alloc = "alloc.json";
  std::string env = "env.json";
  std::string transactions = "txs.json";
  std::string blob_params; ///< empty: the fork's own
  std::string fork = "GrayGlacier";
  std::string chain_id = "1";
  std::string reward = "0"; ///< wei; "-1": nobody is paid
};

/// Reads all of them, the accounts into `state`. Throws UsageError that names the source, and the
/// place in it.
[[nodiscard]] TransitionInput read_transition(Inputs&, const TransitionSources&,
                                              runtime::MemoryStore& state);

} // namespace zvm::cli
