// What all suites share: finding files, running them on threads, reporting in a fixed order.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string_view>

#include "cli/conformance/runner.hpp"

namespace zvm::cli {

/// Names of slow cases; a case whose label contains one is left out unless options.full.
class SlowList {
 public:
  explicit SlowList(const ConformanceOptions&);
  [[nodiscard]] bool contains(std::string_view label) const;

 private:
  std::vector<std::string> names_;
};

/// Runs the cases of one parsed file. `label` is the path as shown.
using RunFile = std::function<void(Machine&, const SlowList&, const std::string& label,
                                   const nlohmann::json&, FileReport&)>;

/// Runs every file that ends in `suffix`.
Totals run_suite(const ConformanceOptions&, const MachineFactory&, std::string_view suffix,
                 const RunFile&, std::ostream& out);

/// A file that a test names; throws std::runtime_error where there is none.
[[nodiscard]] std::vector<uint8_t> read_beside(const std::filesystem::path& path);

} // namespace zvm::cli
