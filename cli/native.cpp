// zvm native: code, its IR and the machine code that is made of it, with its gas, side by side.
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/uint256_text.hpp"
#include "cli/errors.hpp"
#include "cli/native_rows.hpp"
#include "cli/verbs.hpp"
#include "engine/native_listing.hpp"
#include "frontend/wasm/disassemble.hpp"

namespace zvm::cli {
namespace {

using nlohmann::ordered_json;

struct NativeOptions {
  ProgramOptions program;
  std::string trace, function, block, pcs;
  std::string gas_schedule = "wasm-1";
  bool json = false;
};

uint64_t parse_number(const std::string& option, const std::string& text) {
  const U256 word = value_or_throw(parse_u256(text), option);
  return word.fits_u64() ? word.low64() : UINT64_MAX;
}

NativeFilter parse_filter(const NativeOptions& options) {
  NativeFilter filter;
  if (!options.block.empty())
    filter.block = parse_number("--block", options.block);
  if (!options.pcs.empty()) {
    const size_t dash = options.pcs.find('-');
    const uint64_t from = parse_number("--pc", options.pcs.substr(0, dash));
    filter.pcs = {from, dash == std::string::npos
                            ? from
                            : parse_number("--pc", options.pcs.substr(dash + 1))};
    if (filter.pcs->second < from)
      throw UsageError("--pc: " + options.pcs + " ends before it begins");
  }
  return filter;
}

/// `what` names what was compiled.
void show(const NativeOptions& options, const ordered_json& what,
          std::span<const NativeFunction> functions, const backend::NativeListing& listing,
          const NativeFilter& filter) {
  const std::vector<NativeRow> rows = make_rows(functions, listing, filter);
  if (rows.empty())
    throw UsageError("there is no machine code of what --function, --block and --pc ask for");
  if (options.json) {
    ordered_json out = what;
    out["size"] = listing.bytes.size();
    out["rows"] = to_json(rows, listing.bytes);
    for (ordered_json& row : out["rows"]) {
      if (!what.contains("functions"))
        row.erase("function"); // the only one
    }
    std::cout << out.dump() << '\n';
    return;
  }
  for (const auto& [key, value] : what.items())
    std::cout << "; " << key << ' ' << value.dump() << ": ";
  std::cout << listing.bytes.size() << " bytes of machine code\n";
  print_rows(std::cout, rows, listing.bytes);
}

// --- byte code ---

std::vector<NativeFunction> with_steps(std::span<const ir::Function> functions,
                                       std::span<const LoweredStep> steps,
                                       const TraceLister& lister) {
  std::vector<NativeFunction> out;
  for (const ir::Function& f : functions)
    out.push_back({.ir = &f});
  for (const LoweredStep& step : steps) {
    if (step.function < functions.data() || step.function >= functions.data() + functions.size())
      continue; // of the search for functions
    NativeFunction& to = out[static_cast<size_t>(step.function - functions.data())];
    if (step.pc == ir::kNone)
      to.lowered = step.first;
    else
      to.steps.push_back({lister.instruction(step.pc), step.first});
  }
  return out;
}

int show_byte_code(const NativeOptions& options, const Program& program) {
  NativeFilter filter = parse_filter(options);
  TraceLister lister{program.code(), program.vm.value_or(Vm::Evm), program.is_strict,
                     options.program.parsed_revision(), options.program.zvm_1_1};
  std::vector<LoweredStep> steps;
  lister.note_steps(steps);
  ir::Function trace;
  ir::Module module;
  std::span<const ir::Function> functions{&trace, 1};
  backend::NativeListing listing;
  ordered_json what;
  if (!options.trace.empty()) {
    if (!options.function.empty())
      throw UsageError("--function: a trace is one function");
    const uint64_t pc = parse_number("--trace", options.trace);
    if (pc >= lister.code_size())
      throw UsageError("--trace: " + options.trace + " is outside the code, which has " +
                       std::to_string(lister.code_size()) + " bytes");
    lister.lower(pc, ir::Level::Local, trace);
    listing = engine::list_native_code(trace, lister.schedule());
    what["trace"] = trace.entry_pc;
  } else {
    module = lister.lower_program(ir::Level::Whole);
    functions = module.body_list();
    listing = engine::list_native_code(module, lister.schedule());
    what["functions"] = functions.size();
    if (!options.function.empty())
      filter.function = parse_number("--function", options.function);
    if (filter.function.value_or(0) >= functions.size())
      throw UsageError("--function: there is no function " + options.function +
                       "; the program has " + std::to_string(functions.size()));
  }
  if (!listing.refusal.empty())
    throw UsageError(options.program.file + ": not compiled: " + listing.refusal +
                     (options.trace.empty() ? " (its traces may be, see --trace)" : ""));
  show(options, what, with_steps(functions, steps, lister), listing, filter);
  return kDone;
}

// --- modules ---

class ModuleShow {
 public:
  ModuleShow(const NativeOptions& options, const Program& program)
      : options_(options), lister_(program, options.program.file, options.gas_schedule,
                                   options.program.parsed_revision()),
        texts_(frontend::wasm::disassemble_functions(lister_.module().decoded(),
                                                     lister_.module().options().profile)) {}

  int run() {
    const NativeFilter filter = parse_filter(options_);
    const auto [first, end] = lister_.functions(options_.function);
    bool is_any = false;
    for (uint32_t i = first; i < end; ++i) {
      ir::Function function;
      Vec<ir::SourceStep> steps;
      lister_.lower(i, /*all_passes=*/true, function, &steps);
      const backend::NativeListing listing =
          engine::list_native_code(function, lister_.module().source());
      const NativeFunction with[] = {{&function, read_steps(i, steps), steps.back().first}};
      if (!listing.refusal.empty())
        refuse(i, listing.refusal, end - first == 1);
      else if (end - first == 1 || !make_rows(with, listing, filter).empty())
        show(options_, {{"function", i}}, with, listing, filter);
      else
        continue;
      is_any = true;
    }
    if (!is_any)
      throw UsageError("there is no machine code of what --block and --pc ask for");
    return kDone;
  }

 private:
  /// Steps tell where their instruction ends.
  std::vector<NativeStep> read_steps(uint32_t function, const Vec<ir::SourceStep>& steps) const {
    const auto& texts = texts_[function - lister_.imports()];
    std::vector<NativeStep> out;
    auto text = texts.begin();
    for (const ir::SourceStep& step : steps.view().first(steps.size() - 1)) {
      while (text != texts.end() && text->end < step.pc)
        ++text;
      NativeStep& to = out.emplace_back(NativeStep{{step.pc, "", 0}, step.first});
      if (text != texts.end() && text->end == step.pc)
        to.source = {text->offset, text->text, lister_.costs()[text->op]};
    }
    return out;
  }

  void refuse(uint32_t function, const std::string& why, bool is_only) const {
    if (is_only)
      throw UsageError(options_.program.file + ": function " + std::to_string(function) +
                       " is not compiled: " + why);
    if (options_.json)
      std::cout << ordered_json{{"function", function}, {"refusal", why}}.dump() << '\n';
    else
      std::cout << "; function " << function << ": not compiled: " << why << '\n';
  }

  const NativeOptions& options_;
  ModuleLister lister_;
  std::vector<std::vector<frontend::wasm::InstructionText>> texts_;
};

int show_native(const NativeOptions& options) {
  const Program program = load_program(options.program);
  if (program.vm != Vm::Wasm)
    return show_byte_code(options, program);
  if (!options.trace.empty())
    throw UsageError("--trace: a module of WebAssembly has functions; see --function");
  return ModuleShow{options, program}.run();
}

} // namespace

void add_native(Tool& tool) {
  auto options = std::make_shared<NativeOptions>();
  Verb verb =
      tool.add_verb("native", "print the machine code of a program beside its code, IR and gas");
  options->program.add_to(verb);
  verb.add_option("--trace", options->trace,
                  "instead of the whole code the trace that begins at this offset");
  verb.add_option("--function", options->function,
                  "only this function of the program, or of a module, imports counted");
  verb.add_option("--block", options->block, "only this block of the IR");
  verb.add_option("--pc", options->pcs,
                  "only what is of the code at this offset, or from one to another: 16-40");
  verb.add_option("--gas-schedule", options->gas_schedule, "of a module: wasm-1, wasm-v03");
  verb.add_flag("--json", options->json, "one JSON object; of a module a line and function");
  verb.does([options] { return show_native(*options); });
}

} // namespace zvm::cli
