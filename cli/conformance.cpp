// zvm conformance: public test suites against this engine.
#include <unistd.h>

#include <iostream>
#include <thread>

#include "cli/conformance/engine_machine.hpp"
#include "cli/conformance/runner.hpp"
#include "cli/errors.hpp"
#include "cli/verbs.hpp"
#include "engine/engine.hpp"

namespace zvm::cli {
namespace {

struct Options {
  std::string suite;
  std::vector<std::string> paths;
  std::string tier = "auto";
  std::string fork;
  std::string sample = "1/1";
  std::string slow_list = ZVM_SOURCE_DIR "/tests/conformance/slow.txt";
  unsigned threads = 0;
  int64_t promote_gas = engine::EngineOptions{}.promote_gas;
  bool json = false;
  bool full = false;
  bool explicit_bounds = false;
};

struct Suite {
  std::string_view name;
  Totals (*run)(const ConformanceOptions&, const MachineFactory&, std::ostream&);
};
constexpr Suite kSuites[] = {{"statetest", run_state_tests}, {"contracts", run_contract_tests},
                             {"hashes", run_hash_tests},     {"precompiles", run_precompile_tests},
                             {"wast", run_wast_tests},       {"wasm-gas", run_wasm_gas_tests}};

std::string suite_names() {
  std::string names;
  for (const Suite& suite : kSuites)
    names += (names.empty() ? "" : ", ") + std::string{suite.name};
  return names;
}

int run(const Options& options) {
  ConformanceOptions settings;
  settings.paths.assign(options.paths.begin(), options.paths.end());
  if (!options.fork.empty())
    settings.fork = value_or_throw(parse_revision(options.fork), "--fork");
  if (!parse_sample(options.sample, settings))
    throw UsageError("--sample: '" + options.sample + "' is not of the form N/M with 0 < N <= M");
  settings.json = options.json;
  settings.full = options.full;
  settings.slow_list = options.slow_list;
  settings.threads =
      options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  settings.progress = isatty(STDERR_FILENO) != 0;

  engine::EngineOptions engine_options;
  engine_options.tier = value_or_throw(engine::parse_tier(options.tier), "--tier");
  engine_options.promote_gas = options.promote_gas;
  settings.modules.is_plain = engine_options.tier == engine::Tier::Step;
  if (options.explicit_bounds)
    settings.modules.bounds = runtime::Bounds::Explicit;
  const MachineFactory machines = engine_machines(engine_options);
  for (const Suite& suite : kSuites) {
    if (suite.name == options.suite)
      return suite.run(settings, machines, std::cout).failed == 0 ? kDone : kFailed;
  }
  throw UsageError("there is no suite '" + options.suite + "'; there are: " + suite_names());
}

} // namespace

void add_conformance(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("conformance", "run public test suites; last line: N passed, M failed, "
                                        "K skipped");
  verb->add_option("SUITE", options->suite, suite_names())->required();
  verb->add_option("PATH", options->paths, "files or folders; what is no test is passed over")
      ->required();
  verb->add_option("--tier", options->tier, "auto, step, interp");
  verb->add_option("--fork", options->fork, "only this revision");
  verb->add_option("--sample", options->sample, "N/M: N of M files, by hash of their names");
  verb->add_option("--threads", options->threads, "0: as many as there are processors");
  verb->add_option("--promote-gas", options->promote_gas,
                   "gas that code burns in step form before it is lowered (tiers auto and interp)");
  verb->add_option("--slow-list", options->slow_list, "names of cases that only --full runs");
  verb->add_flag("--explicit-bounds", options->explicit_bounds,
                 "modules of WebAssembly: compare each access with the size of the memory, "
                 "without guard pages");
  verb->add_flag("--json", options->json, "each failure and the totals as a JSON object a line");
  verb->add_flag("--full", options->full, "the slow cases too");
  verb->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace zvm::cli
