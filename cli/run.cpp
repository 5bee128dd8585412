// zvm run: a program by itself, of any VM.
#include "cli/run.hpp"

#include <iostream>

#include "cli/report.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {

int run_and_report(const ExecutionOptions& options, Program program,
                   const nlohmann::ordered_json& extra) {
  Run run{options, std::move(program)};
  const int code = run.execute(nullptr);
  if (options.json) {
    nlohmann::ordered_json report = to_json(run);
    report.update(extra);
    std::cout << report.dump() << '\n';
  } else {
    print_text(std::cout, run);
  }
  return code;
}

void add_run(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<ExecutionOptions>();
  CLI::App* verb =
      app.add_subcommand("run", "run a program and show result, gas, logs and storage");
  options->add_to(*verb, /*with_vm=*/true, /*with_tier=*/true);
  verb->callback([options, &chosen] {
    chosen = [options] { return run_and_report(*options, load_program(options->program)); };
  });
}

} // namespace zvm::cli
