// The suites of zvm conformance.
#include "cli/conformance/suites.hpp"
#include "tests/fuzz/readers/documents.hpp"
#include "tests/fuzz/readers/hasty_transactor.hpp"

namespace zvm::fuzz {
namespace {

constexpr std::string_view kUnreadable = "  unreadable: ";

/// A case may pass or fail; the suite says which, and goes on.
Reading reading_of(const cli::FileReport& report) {
  using cli::Verdict;
  const auto count = [&](Verdict verdict) { return report.counts[static_cast<size_t>(verdict)]; };
  uint64_t unreadable = 0;
  for (const cli::CaseReport& one : report.notable) {
    if (one.verdict == Verdict::Failed && one.detail.starts_with(kUnreadable)) {
      expect_own_words(one.detail);
      ++unreadable;
    }
  }
  if (count(Verdict::Passed) + count(Verdict::Failed) > unreadable)
    return Reading::Understood;
  return unreadable != 0 ? Reading::Refused : Reading::PassedOver;
}

Reading run(const cli::RunFile& runner, const Seed& seed, Choices& c) {
  static HastyTransactor transactor;
  static const cli::SlowList kSlow{cli::ConformanceOptions{}};
  transactor.is_idle = !c.one_in(8);
  cli::FileReport report{std::stop_token{}};
  runner(transactor, kSlow, seed.path, seed.document, report);
  return reading_of(report);
}

/// Memories between guard pages are mapped for each instance, which takes longer than all the rest.
const cli::ConformanceOptions& options() {
  static const cli::ConformanceOptions kOptions = [] {
    cli::ConformanceOptions made;
    made.modules.bounds = runtime::Bounds::Explicit;
    return made;
  }();
  return kOptions;
}

} // namespace

std::vector<Reader> suite_readers() {
  std::vector<Reader> rows;
  for (const cli::Suite& suite : cli::suites()) {
    const auto read = [runner = suite.runner(options())](const Seed& seed, Choices& c) {
      return run(runner, seed, c);
    };
    rows.push_back({suite.name, [seeds = seeds_of(suite), read](Choices& c) {
                      return read_worse(seeds, read, c);
                    }});
  }
  return rows;
}

} // namespace zvm::fuzz
