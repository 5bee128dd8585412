// The WebAssembly test suite: its scripts, one after the other, each held to a version.
#include <algorithm>

#include "cli/conformance/suites.hpp"
#include "cli/conformance/wast_script.hpp"
#include "cli/conformance/wast_values.hpp"

namespace zvm::cli {
namespace {

namespace wasm = frontend::wasm;
namespace fs = std::filesystem;
/// Folders that hold tests of an earlier version, which wants refused what a later one allows.
struct Folder {
  std::string_view ends_in;
  std::string_view version;
};
constexpr Folder kFolders[] = {{"2.0-public", "2.0"}, {"threads", "threads"}};

const WasmVersion& guess_version(const fs::path& file) {
  for (const fs::path& part : file.parent_path()) {
    for (const Folder& folder : kFolders) {
      if (part.string().ends_with(folder.ends_in))
        return *find_wasm_version(folder.version);
    }
  }
  return *find_wasm_version(kLatestWasm);
}

std::string note_of(const WasmVersion& version, bool is_guess) {
  return "held to WebAssembly " + std::string{version.name} +
         (is_guess ? " by the folder's name (--wasm chooses)" : "");
}

void run_command(WastScript& script, const JsonView& command, const std::string& path,
                 FileReport& report) {
  std::string name = path;
  try {
    if (command.has("line"))
      name += ":" + std::to_string(command.at("line").natural());
    name += " " + command.at("type").text();
    if (std::optional<CaseReport> done = script.run(command)) {
      done->name = std::move(name);
      report.add(std::move(*done));
    } else {
      report.pass_over(std::move(name), "a command about the text format");
    }
  } catch (const UnsupportedValue& error) {
    report.skip(std::move(name), error.what());
  } catch (const std::exception& error) {
    report.fail(std::move(name), error.what());
  }
}

void run_file(const ConformanceOptions& options, const std::string& path, const JsonView& document,
              FileReport& report) {
  if (document.has("not_converted")) {
    report.skip(path, "a script that wast_json cannot convert");
    return;
  }
  if (!document.has("commands")) {
    report.pass_over(path, "no script of commands");
    return;
  }
  WastRules rules;
  rules.version = options.wasm_version != nullptr ? options.wasm_version : &guess_version(path);
  rules.options = options.modules;
  rules.options.profile.features = wasm::features_of_version(rules.version->features);
  report.note = note_of(*rules.version, options.wasm_version == nullptr);
  WastScript script{fs::path{path}.parent_path(), rules};
  for (const JsonView command : document.at("commands").elements())
    run_command(script, command, path, report);
}

} // namespace

const WasmVersion* find_wasm_version(std::string_view name) {
  const auto* found = std::ranges::find(kWasmVersions, name, &WasmVersion::name);
  return found == std::end(kWasmVersions) ? nullptr : found;
}

RunFile wast_tests(const ConformanceOptions& options) {
  return [&options](Transactor&, const SlowList&, const std::string& file, const JsonView& document,
                    FileReport& report) { run_file(options, file, document, report); };
}

} // namespace zvm::cli
