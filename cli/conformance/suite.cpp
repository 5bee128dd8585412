#include "cli/conformance/suite.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace zvm::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// FNV-1a, so that a sample is the same on every machine.
uint32_t name_hash(const std::string& name) {
  uint32_t h = 0x811c9dc5;
  for (const char c : name)
    h = (h ^ static_cast<uint8_t>(c)) * 0x01000193;
  return h;
}

std::vector<fs::path> find_files(const ConformanceOptions& options, std::string_view suffix) {
  std::vector<fs::path> files;
  const auto add = [&](const fs::path& path) {
    if (!path.filename().string().ends_with(suffix))
      return;
    if (name_hash(path.filename().string()) % options.sample_of < options.sample)
      files.push_back(path);
  };
  for (const fs::path& path : options.paths) {
    if (!fs::exists(path))
      throw std::runtime_error("there is no " + path.string());
    if (fs::is_directory(path)) {
      const size_t first = files.size();
      for (const auto& entry : fs::recursive_directory_iterator(path)) {
        if (entry.is_regular_file())
          add(entry.path());
      }
      std::sort(files.begin() + static_cast<std::ptrdiff_t>(first), files.end());
    } else {
      add(path);
    }
  }
  return files;
}

void print(std::ostream& out, const ConformanceOptions& options, const CaseReport& report) {
  const bool failed = report.verdict == Verdict::Failed;
  if (options.json) {
    out << json{{"verdict", failed ? "failed" : "skipped"},
                {"case", report.name},
                {"detail", report.detail}}
               .dump(-1, ' ', true, json::error_handler_t::replace)
        << '\n';
  } else if (failed) {
    out << "FAILED " << report.name << '\n' << report.detail << '\n';
  }
}

void print(std::ostream& out, const ConformanceOptions& options, const Totals& totals) {
  if (options.json) {
    out << json{{"passed", totals.passed},           {"failed", totals.failed},
                {"skipped", totals.skipped},         {"left_out", totals.left_out},
                {"passed_over", totals.passed_over}, {"skip_reasons", totals.skip_reasons}}
               .dump()
        << '\n';
    return;
  }
  for (const auto& [reason, count] : totals.skip_reasons)
    out << "skipped " << count << ": reached " << reason << '\n';
  if (totals.left_out != 0)
    out << "left out " << totals.left_out << " slow cases by name (--full runs them)\n";
  if (totals.passed_over != 0)
    out << "passed over " << totals.passed_over << " commands about the text format\n";
  out << totals.passed << " passed, " << totals.failed << " failed, " << totals.skipped
      << " skipped\n";
}

/// Takes reports as files are done and prints them in the order of the files.
class Reporter {
 public:
  Reporter(const ConformanceOptions& options, size_t files, std::ostream& out)
      : options_(options), out_(out), reports_(files) {}

  void done(size_t file, FileReport report) {
    const std::lock_guard lock{mutex_};
    reports_[file] = std::move(report);
    for (; next_ < reports_.size(); ++next_) {
      auto& next = reports_[next_];
      if (!next)
        break;
      flush(*next);
    }
    if (options_.progress) {
      std::cerr << '\r' << next_ << '/' << reports_.size() << " files, " << totals_.passed
                << " passed, " << totals_.failed << " failed " << std::flush;
    }
  }
  const Totals& finish() {
    if (options_.progress)
      std::cerr << '\r' << std::string(60, ' ') << '\r' << std::flush;
    print(out_, options_, totals_);
    return totals_;
  }

 private:
  void flush(FileReport& report) {
    totals_.passed += report.passed;
    totals_.left_out += report.left_out;
    totals_.passed_over += report.passed_over;
    for (const CaseReport& one : report.notable) {
      if (one.verdict == Verdict::Failed) {
        ++totals_.failed;
      } else {
        ++totals_.skipped;
        ++totals_.skip_reasons[one.detail];
      }
      print(out_, options_, one);
    }
    report = {};
  }

  const ConformanceOptions& options_;
  std::ostream& out_;
  std::mutex mutex_;
  std::vector<std::optional<FileReport>> reports_;
  size_t next_ = 0;
  Totals totals_;
};

FileReport run_one(Machine& machine, const SlowList& slow, const fs::path& path,
                   const RunFile& run) {
  FileReport report;
  std::ifstream stream{path, std::ios::binary};
  // What is no JSON is no test.
  const json document = json::parse(stream, nullptr, false);
  if (document.is_discarded())
    return report;
  try {
    run(machine, slow, path.string(), document, report);
  } catch (const std::exception& error) {
    report.add({Verdict::Failed, path.string(), std::string{"  unreadable: "} + error.what()});
  }
  return report;
}

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

Totals run_suite(const ConformanceOptions& options, const MachineFactory& make_machine,
                 std::string_view suffix, const RunFile& run, std::ostream& out) {
  const std::vector<fs::path> files = find_files(options, suffix);
  const SlowList slow{options};
  Reporter reporter{options, files.size(), out};
  std::atomic<size_t> next{0};
  const auto work = [&] {
    const std::unique_ptr<Machine> machine = make_machine();
    for (size_t i = next++; i < files.size(); i = next++)
      reporter.done(i, run_one(*machine, slow, files[i], run));
  };
  std::vector<std::thread> helpers;
  for (unsigned i = 1; i < options.threads; ++i)
    helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers)
    helper.join();
  return reporter.finish();
}

std::vector<uint8_t> read_beside(const fs::path& path) {
  std::ifstream stream{path, std::ios::binary};
  if (!stream)
    throw std::runtime_error("there is no " + path.string());
  return {std::istreambuf_iterator<char>{stream}, {}};
}

} // namespace zvm::cli
