// The files that a suite runs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/conformance/suite.hpp"

namespace zvm::cli {

struct FoundFile {
  std::filesystem::path path;
  Verdict verdict = Verdict::Passed; ///< Passed: to be run
  std::string why{};
};

/// Files in the order of the paths, those of a folder by name. Throws std::runtime_error for a path
/// that does not exist.
[[nodiscard]] std::vector<FoundFile> find_files(const ConformanceOptions&, FileKind);

} // namespace zvm::cli
