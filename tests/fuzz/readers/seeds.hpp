// Documents to begin with: small ones, so that reading one takes a fraction of a millisecond.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/conformance/suite.hpp"

namespace zvm::fuzz {

struct Seed {
  std::string path; ///< other files that it names lie beside it
  nlohmann::json document;
};

/// The small corpus of a suite, taken apart: one test, fork, step or command each.
[[nodiscard]] std::vector<Seed> seeds_of(const cli::Suite&);
/// The documents of a list in a file below this folder.
[[nodiscard]] std::vector<Seed> seeds_of(const std::string& file);

} // namespace zvm::fuzz
