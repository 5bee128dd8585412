// zvm on the command line. Every way of failing is one line on stderr; see errors.hpp for the exit
// codes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "cli/errors.hpp"
#include "cli/other_names.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {
namespace {

/// Options whose value may be no text at all: no calldata, an export without a name, any test, no
/// output.
bool may_be_empty(std::string_view option) {
  constexpr std::string_view kNames[] = {"--calldata", "--invoke", "--run"};
  return std::ranges::find(kNames, option) != std::end(kNames) || option.starts_with("--output.");
}

/// Elsewhere no text would pass for an option that is not there: `--fork "$FORK"` must not mean
/// every fork.
void refuse_empty_values(const CLI::App& verb) {
  for (const CLI::Option* option : verb.get_options()) {
    const std::string name = option->get_name();
    const bool has_empty = option->nonpositional() && option->count() != 0 &&
                           std::ranges::any_of(option->results(), &std::string::empty);
    if (has_empty && !may_be_empty(name))
      throw UsageError(name + ": the value is empty");
  }
}

bool has_verb(const CLI::App& app, const std::string& name) {
  const std::function<bool(const CLI::App*)> any;
  return std::ranges::any_of(app.get_subcommands(any),
                             [&name](const CLI::App* verb) { return verb->check_name(name); });
}

/// The whole of standard output has arrived.
void finish_output() {
  if (!std::cout.flush())
    throw UsageError("standard output cannot be written");
}

int run(int argc, char** argv) {
  CLI::App app{
      "zvm runs smart contracts: EVM, ZVM and WebAssembly code, one state, one gas counter", "zvm"};
  const OtherName* other = find_other_name(argv[0]);
  app.set_version_flag("-v,--version", other != nullptr ? other->version : "zvm " ZVM_VERSION);
  app.require_subcommand(1);
  app.option_defaults()->always_capture_default(); // verbs inherit it, as they do the footer
  app.footer(
      "zvm VERB --help says more. Exit codes: 0 done, 1 what was run has failed, 2 it could not "
      "be run.");
  Action chosen;
  Tool tool{app, chosen};
  for (const auto add :
       {add_run, add_evm, add_hybrid, add_demo, add_asm, add_disasm, add_ir, add_native, add_trace,
        add_wasm, add_hash, add_conformance, add_statetest, add_t8n, add_t9n})
    add(tool);

  std::vector<const char*> words{argv, argv + argc};
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (other != nullptr && *other->verb != '\0' && first != "-v" && first != "--version")
    words.insert(words.begin() + 1, other->verb);
  // `zvm help run` is `zvm run --help`.
  if (other == nullptr && first == "help") {
    words.erase(words.begin() + 1);
    words.push_back("--help");
  }
  try {
    app.parse(static_cast<int>(words.size()), words.data());
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) { // --help, --version
      const int code = app.exit(error);
      finish_output();
      return code;
    }
    if (argc > 1 && !first.starts_with('-') && other == nullptr && !has_verb(app, argv[1]))
      throw UsageError("there is no verb '" + std::string{first} + "' (zvm --help)");
    throw UsageError(error.what() + std::string{" (zvm --help, zvm VERB --help)"});
  }
  for (const CLI::App* verb : app.get_subcommands())
    refuse_empty_values(*verb);
  const int code = chosen();
  finish_output();
  return code;
}

} // namespace
} // namespace zvm::cli

int main(int argc, char** argv) {
  try {
    return zvm::cli::run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("zvm: error: out of memory\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "zvm: error: %s\n", error.what());
  }
  return zvm::cli::kUnusable;
}
