// Forks as drivers of transition tools name them.
#pragma once

#include <string>

#include "cli/fixtures/forks.hpp"

namespace zvm::cli {

struct NamedFork {
  Revision revision = kLatestRevision;
  std::optional<gas::BlobSchedule> blobs; ///< of a fork that changes nothing else
  int64_t bomb_delay = 0;                 ///< blocks; 0: the revision's own
};

/// The revisions and the blob forks, and the forks that do no more than put off the difficulty bomb
/// (MuirGlacier, ArrowGlacier, GrayGlacier). UsageError begins with `option`.
[[nodiscard]] NamedFork read_fork_name(const std::string& option, const std::string& name);

/// All of them, as drivers spell them and look for them in --help.
[[nodiscard]] std::string fork_names();

} // namespace zvm::cli
