// zvm ir: the intermediate representation of a program, with the gas of each block.
#include <iostream>
#include <nlohmann/json.hpp>

#include "backend/interp/listing.hpp"
#include "base/uint256_text.hpp"
#include "cli/errors.hpp"
#include "cli/listing.hpp"
#include "cli/verbs.hpp"
#include "engine/native_listing.hpp"
#include "engine/wasm/module.hpp"
#include "frontend/wasm/lower.hpp"
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
  bool native = false;
  bool json = false;

  /// What is printed is called so.
  [[nodiscard]] const char* form() const { return code ? "code" : native ? "native" : "ir"; }
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

/// Functions of a module, one by one: as word code is made of them, or as machine code is.
int list_module(const IrOptions& options, const Program& program) {
  if (!options.pc.empty() || options.all || options.program_form)
    throw UsageError(
        "--pc, --all, --program: a module of WebAssembly has functions; see --function");
  if (options.level == "local" || (options.code && options.level == "whole"))
    throw UsageError("--opt: word code is made of functions as they are (none), machine code with "
                     "all passes (whole)");
  const bool is_whole = options.native || options.level == "whole";
  const std::string& file = options.program.file;
  const gas::Schedule schedule = gas::make_wasm_schedule(
      value_or_throw(gas::parse_wasm_schedule(options.gas_schedule), "--gas-schedule"),
      options.program.parsed_revision());
  const auto costs = frontend::wasm::make_costs(schedule);
  const auto module =
      value_or_throw(engine::wasm::Module::load(program.code(), {.costs = &costs}), file);
  const frontend::wasm::Module& m = module->decoded();
  uint64_t first = m.imported_functions, end = m.functions.size();
  if (!options.function.empty()) {
    const U256 index = value_or_throw(parse_u256(options.function), "--function");
    if (index < U256{first} || index >= U256{end}) {
      throw UsageError("--function: there is no code of function " + options.function + "; " +
                       file + " has that of " + std::to_string(first) + " up to, not including, " +
                       std::to_string(end));
    }
    first = index.low64();
    end = first + 1;
  }
  for (uint64_t i = first; i < end; ++i) {
    ir::Function function;
    if (!frontend::wasm::lower(m, module->facts(), static_cast<uint32_t>(i - m.imported_functions),
                               {module->options().profile, &costs}, function))
      throw UsageError("out of memory: function " + std::to_string(i));
    ir::PassContext passes;
    if (is_whole && !ir::optimize(function, ir::Level::Whole, passes))
      throw UsageError("out of memory: the passes of function " + std::to_string(i));
    const std::string text = options.code
                                 ? backend::interp::list_word_code(function, module->source(),
                                                                   module->code().source().entries)
                             : options.native ? engine::list_native_code(function, module->source())
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
  const std::string text = options.native ? engine::list_native_code(module) : ir::print(module);
  if (options.json)
    std::cout << nlohmann::ordered_json{{options.native ? "native" : "program", text}}.dump()
              << '\n';
  else
    std::cout << (text.empty() ? "; there is no machine code of it\n" : text);
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
  if (options.native)
    lister.show(TraceLister::Shows::NativeCode);
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
  verb.add_flag("--native", options->native,
                "instead of the IR the machine code that tier asmjit makes of it; ");
  verb.add_flag("--json", options->json, "one JSON object a line and trace");
  verb.does([options] { return list(*options); });
}

} // namespace zvm::cli
