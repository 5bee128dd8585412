// zvm conformance: public test suites against this engine.
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "cli/conformance/suites.hpp"
#include "cli/errors.hpp"
#include "cli/fixtures/engine_transactor.hpp"
#include "cli/interrupt.hpp"
#include "cli/verbs.hpp"
#include "engine/engine.hpp"

namespace zvm::cli {
namespace {

/// In the source tree that the tool was built from, so that it may be missing.
constexpr char kSlowList[] = ZVM_SOURCE_DIR "/tests/conformance/slow.txt";

struct Options {
  std::string suite;
  std::vector<std::string> paths;
  std::string tier = "auto";
  std::string fork;
  std::string sample = "1/1";
  std::string wasm;
  std::string slow_list; ///< as given; else kSlowList
  unsigned threads = 0;
  uint64_t promote_gas = static_cast<uint64_t>(engine::EngineOptions{}.promote_gas);
  uint64_t compile_gas = static_cast<uint64_t>(engine::EngineOptions{}.compile_gas);
  unsigned compile_threads = engine::EngineOptions{}.compile_threads;
  bool json = false;
  bool full = false;
  bool quiet = false;
  bool verbose = false;
  bool explicit_bounds = false;
};

template <typename Table>
std::string names_of(const Table& table) {
  std::string names;
  for (const auto& row : table)
    names += (names.empty() ? "" : ", ") + std::string{row.name};
  return names;
}

const Suite& find_suite(const std::string& name) {
  const auto found = std::ranges::find(suites(), name, &Suite::name);
  if (found == suites().end())
    throw UsageError("there is no suite '" + name + "'; there are: " + names_of(suites()));
  return *found;
}

/// 0 only where everything that was asked for was run, and passed.
int exit_code(const Totals& totals, const std::stop_token& stop) {
  if (stop.stop_requested())
    return kInterrupted;
  if (totals[Verdict::Failed] != 0 || totals.files_done != totals.files)
    return kFailed;
  if (totals[Verdict::Passed] == 0)
    throw UsageError("no case was run; --verbose names what was passed over or skipped");
  return kDone;
}

int run(const Options& options) {
  const Suite& suite = find_suite(options.suite);
  ConformanceOptions settings;
  settings.paths.assign(options.paths.begin(), options.paths.end());
  if (!options.fork.empty())
    settings.fork = value_or_throw(parse_revision(options.fork), "--fork");
  if (!parse_sample(options.sample, settings))
    throw UsageError("--sample: '" + options.sample + "' is not of the form N/M with 0 < N <= M");
  if (!options.wasm.empty()) {
    settings.wasm_version = find_wasm_version(options.wasm);
    if (settings.wasm_version == nullptr)
      throw UsageError("--wasm: there is no version '" + options.wasm +
                       "'; there are: " + names_of(kWasmVersions));
  }
  settings.json = options.json;
  settings.full = options.full;
  settings.verbose = options.verbose;
  settings.slow_list = options.slow_list.empty() ? kSlowList : options.slow_list;
  settings.threads =
      options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  settings.progress = !options.quiet && isatty(STDERR_FILENO) != 0;

  engine::EngineOptions engine_options;
  engine_options.tier = value_or_throw(engine::parse_tier(options.tier), "--tier");
  if (options.promote_gas > INT64_MAX || options.compile_gas > INT64_MAX)
    throw UsageError("--promote-gas and --compile-gas: at most 2^63-1");
  engine_options.promote_gas = static_cast<int64_t>(options.promote_gas);
  engine_options.compile_gas = static_cast<int64_t>(options.compile_gas);
  engine_options.compile_threads = options.compile_threads;
  settings.modules.tier = engine_options.tier;
  if (options.explicit_bounds)
    settings.modules.bounds = runtime::Bounds::Explicit;

  const Interrupt interrupt;
  settings.stop = interrupt.token();
  return exit_code(run_suite(suite, settings, engine_transactors(engine_options), std::cout),
                   settings.stop);
}

} // namespace

void add_conformance(Tool& tool) {
  auto options = std::make_shared<Options>();
  Verb verb = tool.add_verb("conformance", "run public test suites; last line: N passed, M failed, "
                                           "K skipped");
  verb.add_option("SUITE", options->suite, names_of(suites())).required();
  verb.add_option("PATH", options->paths,
                  "files or folders; what cannot be read fails, what is no test is passed over")
      .without_default()
      .required();
  verb.add_option("--tier", options->tier, "auto, step, interp, asmjit");
  verb.add_option(
      "--fork", options->fork,
      "only this revision, frontier to amsterdam; of blocktest, tests that end with its rules");
  verb.add_option("--sample", options->sample, "N/M: N of M files, by hash of their names");
  verb.add_option("--wasm", options->wasm,
                  "suite wast: " + names_of(kWasmVersions) + "; by the folder's name unless given");
  verb.add_option("--threads", options->threads, "0: as many as there are processors");
  verb.add_option("--promote-gas", options->promote_gas,
                  "gas that code burns in step form before it is lowered (tiers auto and interp)");
  verb.add_option("--compile-gas", options->compile_gas,
                  "gas that it burns then before it is compiled, for each KB of it (tier auto)");
  verb.add_option("--compile-threads", options->compile_threads,
                  "threads of each engine that compile; 0: those that execute do");
  verb.add_option(
          "--slow-list", options->slow_list,
          "names of cases that only --full runs; tests/conformance/slow.txt of the sources unless "
          "given")
      .existing_file();
  verb.add_flag("--explicit-bounds", options->explicit_bounds,
                "modules of WebAssembly: compare each access with the size of the memory, "
                "without guard pages");
  verb.add_flag("--json", options->json, "each failure and the totals as a JSON object a line");
  verb.add_flag("--full", options->full, "the slow cases too");
  verb.add_flag("--verbose", options->verbose, "names each case that is skipped or passed over");
  verb.add_flag("--quiet", options->quiet, "no progress on a terminal");
  verb.set_footer("Exit codes: 0 cases were run and none failed, 1 some failed, 2 it could not be "
                  "run, or no case was, 130 interrupted.");
  verb.does([options] { return run(*options); });
}

} // namespace zvm::cli
