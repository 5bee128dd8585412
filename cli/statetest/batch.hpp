// State tests as other clients' tools run them: the root, the verdict and, if asked for, the trace
// of each case.
#pragma once

#include <optional>
#include <ostream>
#include <regex>
#include <string>
#include <vector>

#include "cli/eip3155.hpp"
#include "cli/fixtures/state_test.hpp"

namespace zvm::cli {

struct StateTestOptions {
  static constexpr size_t kNameSearched = 2000; ///< bytes; what follows in a name is not looked at

  std::optional<std::regex> run; ///< only tests whose name it finds something in
  std::string fork;              ///< only of this fork, as the files spell it; empty: of all
  std::optional<size_t> index;   ///< only this case of each fork
  bool trace = false;            ///< to `notes`
  TraceFields fields{.return_data = false};
  bool dump = false; ///< with the state behind each case
};

class StateTestBatch {
 public:
  /// `notes` gets what a driver reads beside the results: traces, and a line with the root behind
  /// each case.
  StateTestBatch(StateTestOptions options, std::unique_ptr<Transactor> transactor,
                 std::ostream& notes)
      : options_(std::move(options)), transactor_(std::move(transactor)), notes_(notes) {}

  /// Runs the tests of a file; a JSON object for each case. Throws UsageError that names the file,
  /// and the place in it, for what cannot be read.
  [[nodiscard]] std::vector<std::string> run_file(const std::string& path);
  /// The same for a file that has been read; `path` is what it is called.
  [[nodiscard]] std::vector<std::string> run_document(const std::string& path,
                                                      const nlohmann::json& document);

 private:
  void run_test(const std::string& name, const JsonView& test, std::vector<std::string>& results);
  [[nodiscard]] std::string run_case(StateTest& runner, const std::string& name,
                                     const std::string& fork, Revision revision,
                                     const JsonView& post);

  StateTestOptions options_;
  std::unique_ptr<Transactor> transactor_;
  std::ostream& notes_;
};

} // namespace zvm::cli
