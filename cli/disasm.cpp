// zvm disasm: code to assembler text that assembles to the same bytes.
#include <iostream>

#include "cli/errors.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "frontend/asm/disassembler.hpp"

namespace zvm::cli {
namespace {

namespace assembler = frontend::assembler;

struct DisasmOptions {
  ProgramOptions program;
  std::string output;
  bool bare = false;
};

int disassemble(const DisasmOptions& options) {
  const Program program = load_program(options.program);
  assembler::DisassembleOptions settings;
  settings.language =
      program.vm == gas::Vm::Zvm ? assembler::Language::Zvm : assembler::Language::Evm;
  settings.revision = options.program.parsed_revision();
  settings.has_offsets = !options.bare;
  std::string text = assembler::disassemble(program.bytes, settings);
  if (options.output.empty())
    std::cout << text;
  else
    write_file(options.output, text);
  return kDone;
}

} // namespace

void add_disasm(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<DisasmOptions>();
  CLI::App* verb = app.add_subcommand("disasm", "code to assembler text");
  options->program.add_to(*verb);
  verb->add_option("-o,--output", options->output, "write here instead of to standard output");
  verb->add_flag("--bare", options->bare, "without the offsets as comments");
  verb->callback([options, &chosen] { chosen = [options] { return disassemble(*options); }; });
}

} // namespace zvm::cli
