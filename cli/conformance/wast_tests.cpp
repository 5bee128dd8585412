// The WebAssembly test suite: its scripts, one after the other, each held to the version its folder tells.
#include "cli/conformance/suite.hpp"
#include "cli/conformance/wast_script.hpp"

namespace zvm::cli {
namespace {

namespace wasm = frontend::wasm;
namespace fs = std::filesystem;
using nlohmann::json;

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

void run_file(const std::string& path, const json& document,
              const engine::wasm::ModuleOptions& modules, FileReport& report) {
  if (!document.is_object() || !document.contains("commands"))
    return;
  const int version = version_of(path);
  WastRules rules;
  rules.options = modules;
  rules.options.profile.features = wasm::features_of_version(version);
  rules.is_newest = version == kNewest;
  WastScript script{fs::path{path}.parent_path(), rules};
  for (const json& command : document["commands"]) {
    std::string name = path + ":" + std::to_string(command.value("line", 0)) + " ";
    name += command.at("type").get<std::string>();
    if (std::optional<CaseReport> done = script.run(command)) {
      done->name = std::move(name);
      report.add(std::move(*done));
    } else {
      ++report.passed_over;
    }
  }
}

} // namespace

Totals run_wast_tests(const ConformanceOptions& options, const MachineFactory& make_machine,
                      std::ostream& out) {
  const auto run = [&](Machine&, const SlowList&, const std::string& file, const json& document,
                       FileReport& report) { run_file(file, document, options.modules, report); };
  return run_suite(options, make_machine, ".json", run, out);
}

} // namespace zvm::cli
