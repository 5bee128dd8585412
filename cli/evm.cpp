// zvm evm: a program as EVM code, whatever its bytes look like.
#include "cli/run.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {

void add_evm(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<ExecutionOptions>();
  CLI::App* verb = app.add_subcommand("evm", "run EVM code: the same as run --vm evm");
  options->add_to(*verb, /*with_vm=*/false, /*with_tier=*/true);
  options->program.vm = "evm";
  verb->callback([options, &chosen] {
    chosen = [options] { return run_and_report(*options, load_program(options->program)); };
  });
}

} // namespace zvm::cli
