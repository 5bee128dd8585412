// The WebAssembly test suite: which modules are valid.
#include <algorithm>
#include <fstream>

#include "cli/conformance/suite.hpp"
#include "frontend/wasm/decode.hpp"
#include "frontend/wasm/validate.hpp"

namespace zvm::cli {
namespace {

namespace wasm = frontend::wasm;
namespace fs = std::filesystem;
using nlohmann::json;

std::vector<uint8_t> read_module(const fs::path& path) {
  std::ifstream stream{path, std::ios::binary};
  if (!stream)
    throw std::runtime_error("there is no " + path.string());
  return {std::istreambuf_iterator<char>{stream}, {}};
}

/// Which version of the specification the files below a folder are held to: what a later one allows, tests of an
/// earlier one want refused. All others: everything that is supported.
struct Version {
  std::string_view folder_ends_in;
  int version;
};
constexpr Version kVersions[] = {{"2.0-public", 2}, {"threads", 2}};
constexpr int kNewest = 4;

int version_of(const fs::path& file) {
  for (const fs::path& part : file.parent_path()) {
    for (const Version& one : kVersions) {
      if (part.string().ends_with(one.folder_ends_in))
        return one.version;
    }
  }
  return kNewest;
}

/// What one command says of a module: that it is valid, or how it is refused.
struct Expectation {
  std::string_view command;
  bool is_valid;
};
constexpr Expectation kChecked[] = {
    {"module", true},
    {"module_definition", true},
    {"assert_uninstantiable", true},
    {"assert_unlinkable", true},
    {"assert_malformed", false},
    {"assert_invalid", false},
};

/// The binary module of a command; nothing where it has none.
std::string file_of(const json& command) {
  for (const char* field : {"binary_filename", "filename"}) {
    if (command.contains(field)) {
      const auto name = command[field].get<std::string>();
      if (name.ends_with(".wasm"))
        return name;
    }
  }
  return {};
}

CaseReport check(const Expectation& expectation, int version, const std::vector<uint8_t>& bytes,
                 std::string name, const std::string& text) {
  CaseReport report{Verdict::Passed, std::move(name), {}};
  wasm::Profile profile = wasm::kEngineProfile;
  profile.features = wasm::features_of_version(version);
  Error refusal{ErrorCode::Internal, 0, {}};
  bool is_valid = false;
  if (const auto module = wasm::decode(bytes, profile); !module) {
    refusal = module.error();
  } else if (const auto facts = wasm::validate(*module, profile); !facts) {
    refusal = facts.error();
  } else {
    is_valid = true;
  }
  // A module of a feature that is missing here proves nothing, unless the version must not know it either.
  if (refusal.code == ErrorCode::Unsupported && (expectation.is_valid || version == kNewest)) {
    report.verdict = Verdict::Skipped;
    report.detail = refusal.detail;
  } else if (is_valid != expectation.is_valid) {
    report.verdict = Verdict::Failed;
    report.detail = is_valid ? "  accepted, and should be refused: " + text
                             : "  refused, and is valid: " + refusal.message();
  }
  return report;
}

void run_file(const std::string& path, const json& document, FileReport& report) {
  if (!document.is_object() || !document.contains("commands"))
    return;
  const int version = version_of(path);
  for (const json& command : document["commands"]) {
    const auto type = command.at("type").get<std::string>();
    const auto* expectation = std::ranges::find(kChecked, type, &Expectation::command);
    const std::string file = file_of(command);
    if (expectation == std::end(kChecked) || file.empty()) {
      ++report.passed_over;
      continue;
    }
    const auto bytes = read_module(fs::path{path}.parent_path() / file);
    std::string name = path + ":";
    name += std::to_string(command.value("line", 0)) + " " + type;
    report.add(check(*expectation, version, bytes, std::move(name), command.value("text", "")));
  }
}

} // namespace

Totals run_wast_tests(const ConformanceOptions& options, const MachineFactory& make_machine,
                      std::ostream& out) {
  const auto run = [](Machine&, const SlowList&, const std::string& file, const json& document,
                      FileReport& report) { run_file(file, document, report); };
  return run_suite(options, make_machine, ".json", run, out);
}

} // namespace zvm::cli
