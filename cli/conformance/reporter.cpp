#include "cli/conformance/reporter.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

namespace zvm::cli {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kProgressInterval{100};

struct VerdictNames {
  std::string_view text; ///< before the case
  std::string_view json;
};
constexpr VerdictNames kVerdictNames[kVerdicts] = {{"PASSED", "passed"},
                                                   {"FAILED", "failed"},
                                                   {"SKIPPED", "skipped"},
                                                   {"PASSED OVER", "passed_over"}};

std::string dump(const json& object) {
  return object.dump(-1, ' ', true, json::error_handler_t::replace);
}

bool is_shown(const ConformanceOptions& options, Verdict verdict) {
  return verdict == Verdict::Failed || options.verbose ||
         (options.json && verdict == Verdict::Skipped);
}

void print(std::ostream& out, const ConformanceOptions& options, const CaseReport& report) {
  if (!is_shown(options, report.verdict))
    return;
  const VerdictNames& names = kVerdictNames[static_cast<size_t>(report.verdict)];
  if (options.json) {
    out << dump({{"verdict", names.json}, {"case", report.name}, {"detail", report.detail}})
        << '\n';
  } else if (report.verdict == Verdict::Failed) {
    out << names.text << ' ' << report.name << '\n' << report.detail << '\n';
  } else {
    out << names.text << ' ' << report.name << ": " << report.detail << '\n';
  }
}

void print(std::ostream& out, const ConformanceOptions& options, const Totals& totals) {
  if (options.json) {
    out << dump({{"passed", totals[Verdict::Passed]},
                 {"failed", totals[Verdict::Failed]},
                 {"skipped", totals[Verdict::Skipped]},
                 {"left_out", totals.left_out},
                 {"passed_over", totals[Verdict::PassedOver]},
                 {"skip_reasons", totals.skip_reasons},
                 {"pass_over_reasons", totals.pass_over_reasons},
                 {"notes", totals.notes},
                 {"files", totals.files},
                 {"files_done", totals.files_done}})
        << '\n';
    return;
  }
  for (const auto& [note, count] : totals.notes)
    out << note << ": " << count << (count == 1 ? " file\n" : " files\n");
  for (const auto& [reason, count] : totals.skip_reasons)
    out << "skipped " << count << ": " << reason << '\n';
  for (const auto& [reason, count] : totals.pass_over_reasons)
    out << "passed over " << count << ": " << reason
        << (options.verbose ? "\n" : " (--verbose names them)\n");
  if (totals.left_out != 0)
    out << "left out " << totals.left_out << " slow cases by name (--full runs them)\n";
  if (totals.files_done != totals.files)
    out << "stopped: " << totals.files_done << " of " << totals.files << " files are done\n";
  out << totals[Verdict::Passed] << " passed, " << totals[Verdict::Failed] << " failed, "
      << totals[Verdict::Skipped] << " skipped\n";
}

} // namespace

Reporter::Reporter(const ConformanceOptions& options, size_t files, std::ostream& out)
    : options_(options), out_(out), reports_(files) {
  totals_.files = files;
}

void Reporter::done(size_t file, FileReport report) {
  const std::lock_guard lock{mutex_};
  passed_ += report.counts[static_cast<size_t>(Verdict::Passed)];
  failed_ += report.counts[static_cast<size_t>(Verdict::Failed)];
  totals_.files_done += report.is_whole ? 1 : 0;
  reports_[file] = std::move(report);
  for (; next_ < reports_.size() && reports_[next_]; ++next_)
    flush(*reports_[next_]);
  show_progress();
}

const Totals& Reporter::finish() {
  // Where the run was stopped there are gaps.
  for (; next_ < reports_.size(); ++next_) {
    if (reports_[next_])
      flush(*reports_[next_]);
  }
  if (options_.progress)
    std::cerr << "\r\x1b[K" << std::flush;
  print(out_, options_, totals_);
  return totals_;
}

void Reporter::flush(FileReport& report) {
  for (size_t i = 0; i < kVerdicts; ++i)
    totals_.counts[i] += report.counts[i];
  totals_.left_out += report.left_out;
  if (!report.note.empty())
    ++totals_.notes[report.note];
  for (const CaseReport& one : report.notable) {
    if (one.verdict == Verdict::Skipped)
      ++totals_.skip_reasons[one.detail];
    else if (one.verdict == Verdict::PassedOver)
      ++totals_.pass_over_reasons[one.detail];
    print(out_, options_, one);
  }
  report.notable = {};
}

void Reporter::show_progress() {
  const auto now = std::chrono::steady_clock::now();
  if (!options_.progress || now - shown_ < kProgressInterval)
    return;
  shown_ = now;
  std::cerr << '\r' << totals_.files_done << '/' << totals_.files << " files, " << passed_
            << " passed, " << failed_ << " failed\x1b[K" << std::flush;
}

} // namespace zvm::cli
