// zvm demo: contracts of three VMs that call each other, shown from within.
#include <iostream>

#include "cli/demo/story.hpp"
#include "cli/errors.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {

void add_demo(Tool& tool) {
  auto only_wasm = std::make_shared<bool>(false);
  Verb verb = tool.add_verb(
      "demo", "deploy EVM, ZVM and WASM contracts that call each other, and look inside");
  verb.add_flag("--wasm", *only_wasm, "show only what happens once there is a WASM contract");
  verb.does([only_wasm] { return Story{std::cout, *only_wasm}.tell() ? kDone : kFailed; });
}

} // namespace zvm::cli
