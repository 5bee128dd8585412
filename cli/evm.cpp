// zvm evm: a program as EVM code, whatever its bytes look like.
#include "cli/run.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {

void add_evm(Tool& tool) {
  auto options = std::make_shared<ExecutionOptions>();
  Verb verb = tool.add_verb("evm", "run EVM code: the same as run --vm evm");
  options->add_to(verb, /*with_vm=*/false, /*with_tier=*/true);
  options->program.vm = "evm";
  verb.does([options] { return run_and_report(*options, load_program(options->program)); });
}

} // namespace zvm::cli
