// zvm on the command line. Every way of failing is one line on stderr; see errors.hpp for the exit codes.
#include <iostream>

#include "cli/errors.hpp"
#include "cli/verbs.hpp"

int main(int argc, char** argv) {
  using namespace zvm::cli;
  CLI::App app{"zvm runs smart contracts: EVM and ZVM code, one state, one gas counter", "zvm"};
  app.set_version_flag("--version", "zvm " ZVM_VERSION);
  app.require_subcommand(1);
  app.footer(
      "zvm VERB --help says more. Exit codes: 0 done, 1 what was run has failed, 2 it could not "
      "be run.");
  Action chosen;
  for (const auto add : {add_run, add_evm, add_hybrid, add_demo, add_asm, add_disasm, add_ir,
                         add_trace, add_conformance})
    add(app, chosen);

  try {
    app.parse(argc, argv);
    const int code = chosen();
    if (!std::cout.flush())
      throw UsageError("standard output cannot be written");
    return code;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0)
      return app.exit(error); // --help, --version
    std::cerr << "zvm: error: " << error.what() << " (zvm --help, zvm VERB --help)\n";
  } catch (const std::bad_alloc&) {
    std::cerr << "zvm: error: out of memory\n";
  } catch (const std::exception& error) {
    std::cerr << "zvm: error: " << error.what() << '\n';
  }
  return kUnusable;
}
