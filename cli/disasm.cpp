// zvm disasm: code to assembler text that assembles to the same bytes; modules of WebAssembly to
// text to read.
#include <iostream>

#include "cli/errors.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "engine/wasm/module.hpp"
#include "frontend/asm/disassembler.hpp"
#include "frontend/wasm/disassemble.hpp"

namespace zvm::cli {
namespace {

namespace assembler = frontend::assembler;

struct DisasmOptions {
  ProgramOptions program;
  std::string output;
  bool bare = false;
};

std::string disassemble_module(const std::string& file, ByteView code) {
  const auto module = value_or_throw(engine::wasm::Module::load(code), file);
  return frontend::wasm::disassemble(module->decoded(), module->options().profile);
}

int disassemble(const DisasmOptions& options) {
  const Program program = load_program(options.program);
  assembler::DisassembleOptions settings;
  settings.language = program.vm == Vm::Zvm ? Vm::Zvm : Vm::Evm;
  settings.revision = options.program.parsed_revision();
  settings.has_offsets = !options.bare;
  const std::string text = program.vm == Vm::Wasm
                               ? disassemble_module(options.program.file, program.code())
                               : assembler::disassemble(program.bytes, settings);
  if (options.output.empty())
    std::cout << text;
  else
    write_file(options.output, text);
  return kDone;
}

} // namespace

void add_disasm(Tool& tool) {
  auto options = std::make_shared<DisasmOptions>();
  Verb verb = tool.add_verb("disasm", "code to assembler text");
  options->program.add_to(verb);
  verb.add_option("-o,--output", options->output, "write here instead of to standard output");
  verb.add_flag("--bare", options->bare, "without the offsets as comments");
  verb.does([options] { return disassemble(*options); });
}

} // namespace zvm::cli
