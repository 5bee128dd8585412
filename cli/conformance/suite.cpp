#include "cli/conformance/suite.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "cli/conformance/file_list.hpp"
#include "cli/conformance/reporter.hpp"

namespace zvm::cli {
namespace {

using nlohmann::json;

void run_document(Transactor& transactor, const SlowList& slow, const std::string& path,
                  const RunFile& run, bool is_filtered, FileReport& report) {
  try {
    const json document = read_json_file(path);
    run(transactor, slow, path, document, report);
    if (report.is_empty())
      report.pass_over(path, is_filtered ? "a file without a case of the fork"
                                         : "a file without a case to run");
  } catch (const std::exception& error) {
    report.fail(path, error.what());
  }
}

FileReport run_one(const ConformanceOptions& options, Transactor& transactor, const SlowList& slow,
                   const FoundFile& file, const RunFile& run) {
  FileReport report{options.stop};
  const std::string path = file.path.string();
  try {
    if (file.verdict == Verdict::Passed)
      run_document(transactor, slow, path, run, options.fork.has_value(), report);
    else if (file.verdict == Verdict::Failed)
      report.fail(path, file.why);
    else
      report.pass_over(path, file.why);
  } catch (const Stopped&) {
    report.is_whole = false;
  }
  return report;
}

/// Starts threads that do what the caller does then, too; fewer, where the system has no more.
class Helpers {
 public:
  template <typename Work>
  Helpers(size_t count, const Work& work) {
    try {
      while (threads_.size() < count)
        threads_.emplace_back([&work] { help(work); });
    } catch (const std::system_error&) {
    }
  }

 private:
  /// A file that it was at is missing in the totals then.
  template <typename Work>
  static void help(const Work& work) noexcept {
    try {
      work();
    } catch (const std::exception&) {
    }
  }

  std::vector<std::jthread> threads_; ///< joined at the end
};

} // namespace

bool parse_sample(const std::string& text, ConformanceOptions& options) {
  const size_t slash = text.find('/');
  const auto number = [](const std::string& digits, uint32_t& value) {
    if (digits.empty() || digits.size() > 6 ||
        digits.find_first_not_of("0123456789") != std::string::npos)
      return false;
    value = static_cast<uint32_t>(std::stoul(digits));
    return value != 0;
  };
  return slash != std::string::npos && number(text.substr(0, slash), options.sample) &&
         number(text.substr(slash + 1), options.sample_of) && options.sample <= options.sample_of;
}

SlowList::SlowList(const ConformanceOptions& options) {
  if (options.full || options.slow_list.empty())
    return;
  std::ifstream stream{options.slow_list};
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line[0] != '#')
      names_.push_back(line);
  }
}

bool SlowList::contains(std::string_view label) const {
  return std::ranges::any_of(names_, [label](const std::string& name) {
    return label.find(name) != std::string_view::npos;
  });
}

CaseReport judge(std::string name, std::string wrong, std::string_view missing) {
  if (wrong.empty())
    return {Verdict::Passed, std::move(name), {}};
  if (!missing.empty())
    return {Verdict::Skipped, std::move(name), "reached " + std::string{missing}};
  if (wrong.ends_with('\n'))
    wrong.pop_back();
  return {Verdict::Failed, std::move(name), std::move(wrong)};
}

RunFile each_test(RunTest run) {
  return
      [run = std::move(run)](Transactor& transactor, const SlowList& slow, const std::string& file,
                             const JsonView& document, FileReport& report) {
        if (!document.is_object())
          return;
        for (const auto& [name, test] : document.fields()) {
          std::string label = file;
          label.append(" ").append(name);
          try {
            run(transactor, label, slow.contains(label), test, report);
          } catch (const std::exception& error) {
            report.fail(label, error.what());
          }
        }
      };
}

Totals run_suite(const Suite& suite, const ConformanceOptions& options,
                 const TransactorFactory& make_transactor, std::ostream& out) {
  const std::vector<FoundFile> files = find_files(options, suite.files);
  const RunFile run = suite.runner(options);
  const SlowList slow{options};
  Reporter reporter{options, files.size(), out};
  std::atomic<size_t> next{0};
  const auto work = [&] {
    const std::unique_ptr<Transactor> transactor = make_transactor();
    const std::stop_callback cancel{options.stop, [&] { transactor->cancel(); }};
    while (!options.stop.stop_requested()) {
      const size_t i = next++;
      if (i >= files.size())
        return;
      reporter.done(i, run_one(options, *transactor, slow, files[i], run));
    }
  };
  {
    const size_t threads = std::min<size_t>(options.threads, files.size());
    const Helpers helpers{threads - std::min<size_t>(threads, 1), work};
    work();
  }
  return reporter.finish();
}

std::vector<uint8_t> read_beside(const std::filesystem::path& path) {
  try {
    const std::string content = read_regular_file(path.string());
    return {content.begin(), content.end()};
  } catch (const std::exception& error) {
    throw std::runtime_error(path.string() + ": " + error.what());
  }
}

} // namespace zvm::cli
