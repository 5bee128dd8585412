// zvm run: a program by itself, of any VM.
#include "cli/run.hpp"

#include <iostream>
#include <optional>

#include "cli/errors.hpp"
#include "cli/report.hpp"
#include "cli/verbs.hpp"
#include "engine/shadow.hpp"

namespace zvm::cli {
namespace {

/// A line for each text, as a JSON string: a contract may say any bytes.
class DebugPrinter final : public Tracer {
 public:
  void step(const Frame&, int64_t) override {}
  void enter(const Message&) override {}
  void exit(const Message&, const MessageEnd&) override {}
  void debug(const Message& message, ByteView text) override {
    const nlohmann::json quoted = std::string{text.begin(), text.end()};
    std::cerr << "debug_log " << to_hex(message.recipient) << ' '
              << quoted.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) << '\n';
  }
};

/// What the run is compared with.
void run_in_step_form(ExecutionOptions options, const Program& program, engine::Shadow& shadow) {
  options.tier = "step";
  Run run{options, program};
  (void)run.execute(&shadow);
  if (!shadow.begin())
    throw UsageError("--tier: machine code cannot be had here, so that there is no shadow");
}

int report_difference(const engine::Shadow& shadow, int code) {
  std::cerr << "shadow: " << shadow.compared() << " places compared";
  if (shadow.difference().empty()) {
    std::cerr << ", all the same\n";
    return code;
  }
  std::cerr << ", the first that differs: " << shadow.difference() << '\n';
  return kFailed;
}

int run_in_shadow(ExecutionOptions options, const Program& program,
                  const nlohmann::ordered_json& extra) {
  engine::Shadow shadow;
  run_in_step_form(options, program, shadow);
  options.tier = "asmjit";
  options.lowers_at_once = true;
  return report_difference(shadow, run_and_report(options, program, extra));
}

} // namespace

int run_and_report(const ExecutionOptions& options, Program program,
                   const nlohmann::ordered_json& extra) {
  if (options.tier == "shadow")
    return run_in_shadow(options, program, extra);
  Run run{options, std::move(program)};
  std::optional<GasEstimate> estimate;
  if (options.estimate)
    estimate = run.estimate();
  DebugPrinter printer;
  const int code = run.execute(options.debug_log ? &printer : nullptr);
  if (options.json) {
    nlohmann::ordered_json report = to_json(run);
    if (estimate)
      report["gas_estimate"] = to_json(*estimate);
    if (options.stats)
      report["stats"] = to_json(run.stats());
    report.update(extra);
    std::cout << report.dump() << '\n';
  } else {
    print_text(std::cout, run);
    if (estimate)
      print_text(std::cout, *estimate);
    if (options.stats)
      print_text(std::cout, run.stats());
  }
  run.finish_dump();
  return code;
}

void add_run(Tool& tool) {
  auto options = std::make_shared<ExecutionOptions>();
  Verb verb = tool.add_verb("run", "run a program and show result, gas, logs and storage");
  options->add_to(verb, /*with_vm=*/true, /*with_tier=*/true);
  verb.does([options] { return run_and_report(*options, load_program(options->program)); });
}

} // namespace zvm::cli
