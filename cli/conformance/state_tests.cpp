// State tests: one transaction on a given state; the state root and the hash of the logs must come out.
#include "cli/conformance/fixture.hpp"
#include "cli/conformance/state_test.hpp"
#include "cli/conformance/suites.hpp"
#include "cli/conformance/vm_tests.hpp"

namespace zvm::cli {
namespace {

void run_fork(StateTest& test, const std::string& label, const std::string& fork, Revision revision,
              const JsonView& posts, FileReport& report) {
  for (const JsonView post : posts.elements()) {
    CaseReport one{Verdict::Passed, label + " [" + fork + "]", {}};
    StateOutcome outcome;
    try {
      const JsonView indexes = post.at("indexes");
      one.name = label + " [" + fork + " d" + std::to_string(read_index(indexes.at("data"))) +
                 " g" + std::to_string(read_index(indexes.at("gas"))) + " v" +
                 std::to_string(read_index(indexes.at("value"))) + "]";
      test.run(fork, revision, post, nullptr, outcome);
    } catch (const std::exception& error) {
      report.fail(one.name, error.what());
      continue;
    }
    if (!outcome.wrong.empty()) {
      const bool skipped = !outcome.missing.empty();
      one.verdict = skipped ? Verdict::Skipped : Verdict::Failed;
      one.detail = skipped ? "reached " + std::string{outcome.missing} : outcome.wrong;
      if (!skipped && one.detail.ends_with('\n'))
        one.detail.pop_back();
    }
    report.add(std::move(one));
  }
}

void run_state_test(const ConformanceOptions& options, Machine& machine, bool is_slow,
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
      runner.emplace(machine, test);
    run_fork(*runner, label, fork, *revision, posts, report);
  }
  if (!has_case)
    report.pass_over(label, "a state test without a post state");
}

void run_file(const ConformanceOptions& options, Machine& machine, const SlowList& slow,
              const std::string& file, const JsonView& document, FileReport& report) {
  if (!document.is_object())
    return;
  for (const auto& [name, test] : document.fields()) {
    std::string label = file;
    label.append(" ").append(name);
    const bool is_slow = slow.contains(label);
    const bool runs_program = is_vm_test(test);
    if (runs_program && options.fork && *options.fork != kVmTestRevision)
      continue;
    try {
      if (runs_program && is_slow)
        ++report.left_out;
      else if (runs_program)
        report.add(run_vm_test(machine, test, label));
      else if (is_state_test(test))
        run_state_test(options, machine, is_slow, label, test, report);
      else
        report.pass_over(label, "no state test");
    } catch (const std::exception& error) {
      report.fail(label, error.what());
    }
  }
}

} // namespace

RunFile state_tests(const ConformanceOptions& options) {
  return [&options](Machine& machine, const SlowList& slow, const std::string& file,
                    const JsonView& document, FileReport& report) {
    run_file(options, machine, slow, file, document, report);
  };
}

} // namespace zvm::cli
