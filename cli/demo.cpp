// zvm demo: contracts of two VMs that call each other, shown from within.
#include <iostream>

#include "cli/demo/story.hpp"
#include "cli/errors.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {

void add_demo(CLI::App& app, Action& chosen) {
  CLI::App* verb = app.add_subcommand(
      "demo", "deploy an EVM and a ZVM contract that call each other, and look inside");
  verb->callback([&chosen] { chosen = [] { return Story{std::cout}.tell() ? kDone : kFailed; }; });
}

} // namespace zvm::cli
