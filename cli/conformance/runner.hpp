// What conformance suites run with and what they report. The engine is reached through Transactor,
// so the suites know no tier and no frontend.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/revision.hpp"
#include "cli/fixtures/transactor.hpp"
#include "engine/wasm/module.hpp"

namespace zvm::cli {

/// A version of WebAssembly that scripts are held to.
struct WasmVersion {
  std::string_view name;
  int features; ///< as frontend::wasm::features_of_version
  /// The beginning of the names of features that it has and this engine has not: nullptr where
  /// there is none.
  const char* missing;

  [[nodiscard]] bool may_have(std::string_view feature) const {
    return missing != nullptr && feature.starts_with(missing);
  }
};
inline constexpr std::string_view kLatestWasm = "latest"; ///< all that is supported
inline constexpr WasmVersion kWasmVersions[] = {
    {"2.0", 2, nullptr}, {"threads", 2, "threads"}, {"3.0", 3, ""}, {kLatestWasm, 4, ""}};
/// nullptr where there is none of this name.
[[nodiscard]] const WasmVersion* find_wasm_version(std::string_view name);

struct ConformanceOptions {
  std::vector<std::filesystem::path> paths;  ///< files or folders
  std::optional<Revision> fork;              ///< only this one
  bool json = false;                         ///< one JSON object a line
  bool full = false;                         ///< the slow cases too
  engine::wasm::ModuleOptions modules{};     ///< how modules of WebAssembly run
  const WasmVersion* wasm_version = nullptr; ///< nothing: as the folder's name says
  std::filesystem::path slow_list;           ///< names of slow cases, one a line; may be absent
  uint32_t sample = 1; ///< of `sample_of` files, by hash of the name, run this many
  uint32_t sample_of = 1;
  unsigned threads = 1;
  bool progress = false; ///< to stderr
  bool verbose = false;  ///< names what is skipped and what is passed over
  std::stop_token stop;  ///< requested: the totals so far are printed
};

/// Reads "N/M" into options; false where it is none.
[[nodiscard]] bool parse_sample(const std::string& text, ConformanceOptions& options);

/// Skipped: a case of the suite that this build, or this version, cannot run. PassedOver: no case
/// of the suite.
enum class Verdict : uint8_t { Passed, Failed, Skipped, PassedOver };
inline constexpr size_t kVerdicts = 4;

struct CaseReport {
  Verdict verdict = Verdict::Passed;
  std::string name;
  std::string
      detail; ///< failed: what was expected and what came; else why, in words that can be counted
};

/// Of a case of which `wrong` is not as its file says, in lines. Nothing can be said of one that
/// came to a precompile that is not built in, `missing`.
[[nodiscard]] CaseReport judge(std::string name, std::string wrong, std::string_view missing = {});

/// Leaves a suite when the run is to stop. No std::exception, so that nobody takes it for a test
/// that cannot be read.
struct Stopped {};

/// What came of one file.
class FileReport {
 public:
  explicit FileReport(std::stop_token stop) : stop_(std::move(stop)) {}

  /// Throws Stopped, without the report, when the run is to stop: what it cancelled proves nothing.
  void add(CaseReport report) {
    if (stop_.stop_requested())
      throw Stopped{};
    ++counts[static_cast<size_t>(report.verdict)];
    if (report.verdict != Verdict::Passed)
      notable.push_back(std::move(report));
  }
  void fail(std::string name, const std::string& why) {
    add({Verdict::Failed, std::move(name), "  unreadable: " + why});
  }
  void skip(std::string name, std::string why) {
    add({Verdict::Skipped, std::move(name), std::move(why)});
  }
  void pass_over(std::string name, std::string why) {
    add({Verdict::PassedOver, std::move(name), std::move(why)});
  }
  [[nodiscard]] bool is_empty() const {
    return left_out == 0 && counts == std::array<uint64_t, kVerdicts>{};
  }

  std::array<uint64_t, kVerdicts> counts{};
  uint64_t left_out = 0;           ///< slow cases, by name
  std::vector<CaseReport> notable; ///< all that did not pass
  std::string note;                ///< how the file was taken; files with the same note are counted
  bool is_whole = true;            ///< false where the run was stopped before its end

 private:
  std::stop_token stop_;
};

struct Totals {
  std::array<uint64_t, kVerdicts> counts{};
  uint64_t left_out = 0;
  std::map<std::string, uint64_t> skip_reasons;
  std::map<std::string, uint64_t> pass_over_reasons;
  std::map<std::string, uint64_t> notes; ///< files by their note
  size_t files = 0;
  size_t files_done = 0;

  [[nodiscard]] uint64_t operator[](Verdict verdict) const {
    return counts[static_cast<size_t>(verdict)];
  }
};

} // namespace zvm::cli
