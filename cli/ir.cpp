// zvm ir: the intermediate representation of a program, with the gas of each block.
#include <iostream>
#include <nlohmann/json.hpp>

#include "backend/interp/listing.hpp"
#include "base/uint256_text.hpp"
#include "cli/errors.hpp"
#include "cli/listing.hpp"
#include "cli/verbs.hpp"
#include "ir/module_text.hpp"
#include "ir/passes/passes.hpp"
#include "ir/print.hpp"

namespace zvm::cli {
namespace {

struct IrOptions {
  ProgramOptions program;
  std::string pc;
  std::string level;    ///< empty: local, and of a module none
  std::string function; ///< of a module
  std::string gas_schedule = "wasm-1";
  bool all = false;
  bool program_form = false;
  bool code = false;
  bool json = false;

  /// What is printed is called so.
  [[nodiscard]] const char* form() const { return code ? "code" : "ir"; }
};

ir::Level parse_level(const std::string& text) {
  if (text == "none")
    return ir::Level::None;
  if (text.empty() || text == "local")
    return ir::Level::Local;
  if (text == "whole")
    return ir::Level::Whole;
  throw UsageError("--opt: there is no level '" + text + "'; there are: none, local, whole");
}

void print(std::ostream& out, const Trace& trace) {
  out << "; trace at pc " << trace.pc << ", static gas by block:";
  for (const BlockGas& block : trace.blocks) {
    if (!block.cold)
      out << ' ' << block.gas;
  }
  if (!trace.leads_to.empty())
    out << "; leads to pc";
  for (const uint32_t pc : trace.leads_to)
    out << ' ' << pc;
  out << '\n' << trace.text << '\n';
}

nlohmann::ordered_json to_json(const Trace& trace, const char* form) {
  nlohmann::ordered_json blocks = nlohmann::ordered_json::array();
  for (const BlockGas& block : trace.blocks)
    blocks.push_back({{"pc", block.pc}, {"gas", block.gas}, {"cold", block.cold}});
  return {{"pc", trace.pc}, {"blocks", blocks}, {"leads_to", trace.leads_to}, {form, trace.text}};
}

/// Functions of a module, one by one: as word code is made of them, or with all passes.
int list_module(const IrOptions& options, const Program& program) {
  if (!options.pc.empty() || options.all || options.program_form)
    throw UsageError(
        "--pc, --all, --program: a module of WebAssembly has functions; see --function");
  if (options.level == "local" || (options.code && options.level == "whole"))
    throw UsageError("--opt: word code is made of functions as they are (none), machine code with "
                     "all passes (whole)");
  const ModuleLister lister{program, options.program.file, options.gas_schedule,
                            options.program.parsed_revision()};
  const auto [first, end] = lister.functions(options.function);
  const engine::wasm::Module& module = lister.module();
  for (uint32_t i = first; i < end; ++i) {
    ir::Function function;
    lister.lower(i, options.level == "whole", function);
    const std::string text = options.code
                                 ? backend::interp::list_word_code(function, module.source(),
                                                                   module.code().source().entries)
                                 : ir::print(function);
    if (options.json)
      std::cout << nlohmann::ordered_json{{"function", i}, {options.form(), text}}.dump() << '\n';
    else
      std::cout << "; function " << i << '\n' << text << '\n';
  }
  return kDone;
}

int list_program(const IrOptions& options, TraceLister& lister) {
  if (!options.pc.empty() || options.all || options.code)
    throw UsageError("--program: it is all of the code; not with --pc, --all, --code");
  const bool is_plain = options.level == "none";
  const ir::Module module = lister.lower_program(is_plain ? ir::Level::None : ir::Level::Whole);
  const std::string text = ir::print(module);
  if (options.json)
    std::cout << nlohmann::ordered_json{{"program", text}}.dump() << '\n';
  else
    std::cout << text;
  return kDone;
}

int list(const IrOptions& options) {
  const ir::Level level = parse_level(options.level);
  const Program program = load_program(options.program);
  if (program.vm == Vm::Wasm)
    return list_module(options, program);
  if (!options.function.empty())
    throw UsageError("--function: only a module of WebAssembly has functions; see --pc");
  uint64_t pc = 0;
  if (!options.pc.empty()) {
    const U256 word = value_or_throw(parse_u256(options.pc), "--pc");
    pc = word.fits_u64() ? word.low64() : UINT64_MAX;
  }
  TraceLister lister{program.code(), program.vm.value_or(Vm::Evm), program.is_strict,
                     options.program.parsed_revision(), options.program.zvm_1_1};
  if (options.program_form)
    return list_program(options, lister);
  if (options.code)
    lister.show(TraceLister::Shows::SlotCode);
  std::vector<Trace> traces;
  if (options.all)
    traces = lister.lower_all(level);
  else if (!options.pc.empty())
    traces.push_back(lister.lower(pc, level));
  else
    traces = lister.lower_reachable(0, level);
  for (const Trace& trace : traces) {
    if (options.json)
      std::cout << to_json(trace, options.form()).dump() << '\n';
    else
      print(std::cout, trace);
  }
  return kDone;
}

} // namespace

void add_ir(Tool& tool) {
  auto options = std::make_shared<IrOptions>();
  Verb verb = tool.add_verb(
      "ir", "print the intermediate representation of the traces that are reached from the entry");
  options->program.add_to(verb);
  verb.add_option("--pc", options->pc, "only the trace that begins at this offset, decimal or 0x…");
  verb.add_option("--function", options->function,
                  "of a module of WebAssembly: only this function, imports counted");
  verb.add_option("--gas-schedule", options->gas_schedule, "of a module: wasm-1, wasm-v03");
  verb.add_option(
      "--opt", options->level,
      "none: as it is lowered; local: after the passes (local unless given, of a module none)");
  verb.add_flag("--all", options->all, "a trace from every place that may be jumped to");
  verb.add_flag("--program", options->program_form,
                "the code as a whole: functions that call each other, as compilers take them");
  verb.add_flag(
      "--code", options->code,
      "instead of the IR what the interpreter makes of it: slot code of traces, word code "
      "of functions of modules");
  verb.add_flag("--json", options->json, "one JSON object a line and trace");
  verb.does([options] { return list(*options); });
}

} // namespace zvm::cli
