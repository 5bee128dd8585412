// What all suites share: finding files, running them on threads, reporting in a fixed order.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>
#include <span>
#include <string_view>

#include "cli/conformance/runner.hpp"
#include "cli/fixtures/json_view.hpp"

namespace zvm::cli {

/// Names of slow cases; a case whose label contains one is left out unless options.full.
class SlowList {
 public:
  explicit SlowList(const ConformanceOptions&);
  [[nodiscard]] bool contains(std::string_view label) const;

 private:
  std::vector<std::string> names_;
};

/// Which files of a folder belong to a suite.
struct FileKind {
  std::string_view suffix;                   ///< of files with tests
  std::span<const std::string_view> parts{}; ///< suffixes of files that tests name
};

/// Runs the cases of one parsed file. `label` is the path as shown. What it throws makes the file a
/// failure; a file that it reports nothing of is passed over.
using RunFile = std::function<void(Transactor&, const SlowList&, const std::string& label,
                                   const nlohmann::json&, FileReport&)>;

/// One test of a file that has them by name; what it throws fails this test alone.
using RunTest = std::function<void(Transactor&, const std::string& label, bool is_slow,
                                   const JsonView& test, FileReport&)>;
/// Runs all tests of a file; one that has none by name has no case.
[[nodiscard]] RunFile each_test(RunTest run);

/// A row of the table of suites.
struct Suite {
  std::string_view name;
  FileKind files;
  RunFile (*runner)(const ConformanceOptions&); ///< the options outlive it
};

/// Runs every file of the kind in the folders, and every file that is named itself. One that cannot
/// be read, or is no JSON, fails; other files of a folder are passed over. Prints failures and,
/// last, the totals line. Throws std::runtime_error for a path that does not exist.
Totals run_suite(const Suite&, const ConformanceOptions&, const TransactorFactory&,
                 std::ostream& out);

/// A file that a test names; throws std::runtime_error where there is none.
[[nodiscard]] std::vector<uint8_t> read_beside(const std::filesystem::path& path);

} // namespace zvm::cli
