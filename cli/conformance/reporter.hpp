// What a run of a suite prints: failures in the order of the files, progress, and the totals.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <ostream>
#include <vector>

#include "cli/conformance/runner.hpp"

namespace zvm::cli {

/// Takes reports as files are done and prints them in the order of the files.
class Reporter {
 public:
  Reporter(const ConformanceOptions& options, size_t files, std::ostream& out);

  /// Any thread may call it.
  void done(size_t file, FileReport report);
  /// Prints the totals, of what is done where the run was stopped.
  const Totals& finish();

 private:
  void flush(FileReport& report);
  void show_progress();

  const ConformanceOptions& options_;
  std::ostream& out_;
  std::mutex mutex_;
  std::vector<std::optional<FileReport>> reports_;
  size_t next_ = 0;
  Totals totals_;
  uint64_t passed_ = 0; ///< of what is done, printed or not
  uint64_t failed_ = 0;
  std::chrono::steady_clock::time_point shown_{};
};

} // namespace zvm::cli
