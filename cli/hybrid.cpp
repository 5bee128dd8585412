// zvm hybrid: a program whose VM is guessed where its bytes do not say it. It says that it guessed.
#include <iostream>

#include "base/vm_info.hpp"
#include "cli/guess.hpp"
#include "cli/run.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {
namespace {

int run_hybrid(const ExecutionOptions& options) {
  Program program = load_program(options.program);
  const std::string& file = options.program.file;
  nlohmann::ordered_json extra;
  extra["guessed"] = !program.vm.has_value();
  if (!program.vm) {
    const Guess guess = guess_vm(program.code(), options.program.parsed_revision());
    program.vm = guess.vm;
    extra["guess_reason"] = guess.reason;
    std::cerr << "zvm: note: guessed that " << file << " is " << name(guess.vm)
              << " code: " << guess.reason << " (--vm says it for sure)\n";
  }
  return run_and_report(options, std::move(program), extra);
}

} // namespace

void add_hybrid(Tool& tool) {
  auto options = std::make_shared<ExecutionOptions>();
  Verb verb = tool.add_verb("hybrid",
                            "run a program of a VM that is guessed where the file does not say it");
  options->add_to(verb, /*with_vm=*/true, /*with_tier=*/true);
  verb.describe("--vm",
                "whose code it is: auto, evm, zvm, wasm (auto: as the file shows, else guessed)");
  verb.does([options] { return run_hybrid(*options); });
}

} // namespace zvm::cli
