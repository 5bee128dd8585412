// zvm asm: assembler text to bytes.
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/hex.hpp"
#include "cli/errors.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "frontend/asm/assembler.hpp"
#include "frontend/zvm/container.hpp"

namespace zvm::cli {
namespace {

namespace assembler = frontend::assembler;
namespace container = frontend::zvm;

struct AsmOptions {
  std::string file;
  std::string vm = "auto";
  std::string revision{name(kLatestRevision)};
  std::string output;
  std::vector<std::string> symbols;
  bool container = false;
  bool hex = false;
  bool json = false;
};

std::map<std::string, U256, std::less<>> parse_symbols(const std::vector<std::string>& texts) {
  std::map<std::string, U256, std::less<>> symbols;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw UsageError("--symbol: '" + text + "' is not of the form NAME=VALUE");
    const std::string name = text.substr(0, equals);
    const U256 value = value_or_throw(parse_u256(text.substr(equals + 1)), "--symbol " + name);
    if (!symbols.emplace(name, value).second)
      throw UsageError("--symbol: " + name + " is given twice");
  }
  return symbols;
}

int assemble(const AsmOptions& options) {
  const std::optional<Vm> vm = parse_vm(options.vm);
  const bool is_evm = vm ? *vm == Vm::Evm : options.file.ends_with(".easm");
  assembler::AssembleOptions settings;
  settings.language = is_evm ? Vm::Evm : Vm::Zvm;
  settings.revision = value_or_throw(parse_revision(options.revision), "--revision");
  settings.symbols = parse_symbols(options.symbols);
  assembler::Program program =
      value_or_throw(assembler::assemble(read_file(options.file), settings), options.file);
  if (options.container && !program.is_container) {
    program.bytes = value_or_throw(
        container::build_container({program.language, 0, program.bytes, {}}), options.file);
    program.is_container = true;
  }
  const std::string hex = to_hex(program.bytes);
  if (!options.output.empty()) {
    const bool as_hex = options.hex || options.output.ends_with(".hex");
    write_file(options.output,
               as_hex ? hex + '\n' : std::string{program.bytes.begin(), program.bytes.end()});
  }
  if (options.json) {
    nlohmann::ordered_json out;
    out["bytes"] = hex;
    out["size"] = program.bytes.size();
    out["vm"] = is_bytecode(program.language) ? name(program.language) : "none";
    out["container"] = program.is_container;
    out["labels"] = nlohmann::ordered_json::object();
    for (const auto& [label, offset] : program.labels)
      out["labels"][label] = offset;
    std::cout << out.dump() << '\n';
  } else if (options.output.empty()) {
    std::cout << hex << '\n';
  }
  return kDone;
}

} // namespace

void add_asm(Tool& tool) {
  auto options = std::make_shared<AsmOptions>();
  Verb verb = tool.add_verb("asm", "assembler text to code: hexadecimal on standard output");
  verb.add_option("FILE", options->file, "assembler text; - is standard input").required();
  verb.add_option("-o,--output", options->output,
                  "write here instead: bytes, or hexadecimal where the name ends in .hex");
  verb.add_option("--vm", options->vm, "zvm, evm (auto: evm for .easm, else zvm)");
  verb.add_option("--revision", options->revision, "whose EVM opcodes there are");
  verb.add_option("--symbol", options->symbols,
                  "NAME=VALUE: what $NAME stands for; may be repeated")
      .without_default();
  verb.add_flag("--container", options->container, "put the code into a ZVMC container");
  verb.add_flag("--hex", options->hex, "write hexadecimal text to the output, whatever its name");
  verb.add_flag("--json", options->json, "bytes, labels and their offsets as one JSON object");
  verb.does([options] { return assemble(*options); });
}

} // namespace zvm::cli
