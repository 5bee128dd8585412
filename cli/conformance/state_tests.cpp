// State tests: one transaction on a given state; the state root and the hash of the logs must come
// out.
#include "cli/conformance/suites.hpp"
#include "cli/conformance/vm_tests.hpp"
#include "cli/fixtures/fixture.hpp"
#include "cli/fixtures/state_test.hpp"

namespace zvm::cli {
namespace {

void run_fork(StateTest& test, const std::string& label, const std::string& fork, Revision revision,
              const JsonView& posts, FileReport& report) {
  for (const JsonView post : posts.elements()) {
    std::string name = label + " [" + fork + "]";
    StateOutcome outcome;
    try {
      const JsonView indexes = post.at("indexes");
      name = label + " [" + fork + " d" + std::to_string(read_index(indexes.at("data"))) + " g" +
             std::to_string(read_index(indexes.at("gas"))) + " v" +
             std::to_string(read_index(indexes.at("value"))) + "]";
      test.run(fork, revision, post, nullptr, outcome);
    } catch (const std::exception& error) {
      report.fail(name, error.what());
      continue;
    }
    report.add(judge(std::move(name), std::move(outcome.wrong), outcome.missing));
  }
}

void run_state_test(const ConformanceOptions& options, Transactor& transactor, bool is_slow,
                    const std::string& label, const JsonView& test, FileReport& report) {
  std::optional<StateTest> runner;
  bool has_case = false;
  for (const auto& [fork, posts] : test.at("post").fields()) {
    has_case = has_case || posts.size() != 0;
    const Result<Revision> revision = parse_revision(fork);
    if (options.fork && (!revision || *options.fork != *revision))
      continue;
    if (!revision) {
      for (size_t i = 0; i < posts.size(); ++i)
        report.skip(label + " [" + fork + "]", "the fork " + fork + ": not known");
      continue;
    }
    if (is_slow) {
      report.left_out += posts.size();
      continue;
    }
    if (!runner)
      runner.emplace(transactor, test);
    run_fork(*runner, label, fork, *revision, posts, report);
  }
  if (!has_case)
    report.pass_over(label, "a state test without a post state");
}

void run_program(const ConformanceOptions& options, Transactor& transactor, bool is_slow,
                 const std::string& label, const JsonView& test, FileReport& report) {
  if (options.fork && *options.fork != kVmTestRevision)
    return;
  if (is_slow)
    ++report.left_out;
  else
    report.add(run_vm_test(transactor, test, label));
}

} // namespace

RunFile state_tests(const ConformanceOptions& options) {
  return each_test([&options](Transactor& transactor, const std::string& label, bool is_slow,
                              const JsonView& test, FileReport& report) {
    if (is_vm_test(test))
      run_program(options, transactor, is_slow, label, test, report);
    else if (is_state_test(test))
      run_state_test(options, transactor, is_slow, label, test, report);
    else
      report.pass_over(label, "no state test");
  });
}

} // namespace zvm::cli
