// zvm on the command line. Every way of failing is one line on stderr; see errors.hpp for the exit codes.
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "cli/errors.hpp"
#include "cli/other_names.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {
namespace {

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
  for (const auto add :
       {add_run, add_evm, add_hybrid, add_demo, add_asm, add_disasm, add_ir, add_trace, add_wasm,
        add_hash, add_conformance, add_statetest, add_t8n, add_t9n})
    add(app, chosen);

  std::vector<const char*> words{argv, argv + argc};
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (other != nullptr && *other->verb != '\0' && first != "-v" && first != "--version")
    words.insert(words.begin() + 1, other->verb);
  try {
    app.parse(static_cast<int>(words.size()), words.data());
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0)
      return app.exit(error); // --help, --version
    throw UsageError(error.what() + std::string{" (zvm --help, zvm VERB --help)"});
  }
  const int code = chosen();
  if (!std::cout.flush())
    throw UsageError("standard output cannot be written");
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
