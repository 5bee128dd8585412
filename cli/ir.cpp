// zvm ir: the intermediate representation of a program, with the gas of each block.
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/uint256_text.hpp"
#include "cli/errors.hpp"
#include "cli/listing.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {
namespace {

struct IrOptions {
  ProgramOptions program;
  std::string pc;
  std::string level = "local";
  bool all = false;
  bool json = false;
};

ir::Level parse_level(const std::string& text) {
  if (text == "none")
    return ir::Level::None;
  if (text == "local")
    return ir::Level::Local;
  throw UsageError("--opt: there is no level '" + text + "'; there are: none, local");
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

nlohmann::ordered_json to_json(const Trace& trace) {
  nlohmann::ordered_json blocks = nlohmann::ordered_json::array();
  for (const BlockGas& block : trace.blocks)
    blocks.push_back({{"pc", block.pc}, {"gas", block.gas}, {"cold", block.cold}});
  return {{"pc", trace.pc}, {"blocks", blocks}, {"leads_to", trace.leads_to}, {"ir", trace.text}};
}

int list(const IrOptions& options) {
  const ir::Level level = parse_level(options.level);
  const Program program = load_program(options.program);
  uint64_t pc = 0;
  if (!options.pc.empty()) {
    const U256 word = value_or_throw(parse_u256(options.pc), "--pc");
    pc = word.fits_u64() ? word.low64() : UINT64_MAX;
  }
  TraceLister lister{program.code(), program.vm.value_or(gas::Vm::Evm), program.is_strict,
                     options.program.parsed_revision(), options.program.zvm_1_1};
  std::vector<Trace> traces;
  if (options.all)
    traces = lister.lower_all(level);
  else if (!options.pc.empty())
    traces.push_back(lister.lower(pc, level));
  else
    traces = lister.lower_reachable(0, level);
  for (const Trace& trace : traces) {
    if (options.json)
      std::cout << to_json(trace).dump() << '\n';
    else
      print(std::cout, trace);
  }
  return kDone;
}

} // namespace

void add_ir(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<IrOptions>();
  CLI::App* verb = app.add_subcommand(
      "ir", "print the intermediate representation of the traces that are reached from the entry");
  options->program.add_to(*verb);
  verb->add_option("--pc", options->pc, "only the trace that begins at this offset");
  verb->add_option("--opt", options->level, "none: as it is lowered; local: after the passes");
  verb->add_flag("--all", options->all, "a trace from every place that may be jumped to");
  verb->add_flag("--json", options->json, "one JSON object a line and trace");
  verb->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

} // namespace zvm::cli
