// zvm trace: a run, instruction by instruction, in the form of EIP-3155.
#include <chrono>
#include <iostream>

#include "cli/eip3155.hpp"
#include "cli/errors.hpp"
#include "cli/execution.hpp"
#include "cli/report.hpp"
#include "cli/verbs.hpp"

namespace zvm::cli {
namespace {

struct TraceOptions {
  ExecutionOptions execution;
  bool memory = false;
};

int trace(const TraceOptions& options) {
  Program program = load_program(options.execution.program);
  if (program.vm == Vm::Wasm)
    throw UsageError(
        options.execution.program.file +
        ": instructions of WASM contracts are not traced; zvm run shows what comes of them");
  Run run{options.execution, std::move(program)};
  Eip3155Tracer tracer{std::cout, {.memory = options.memory, .state_gas = run.has_state_gas()}};
  const auto begin = std::chrono::steady_clock::now();
  const int code = run.execute(&tracer);
  const auto time = std::chrono::steady_clock::now() - begin;
  if (is_host(run.status()))
    throw UsageError("the run was ended from outside: " + run.failure().message());
  std::cout << "{\"stateRoot\":\"" << to_hex(run.state_root()) << "\"," << tracer.ending()
            << ",\"pass\":" << (code == kDone ? "true" : "false")
            << ",\"time\":" << std::chrono::duration_cast<std::chrono::nanoseconds>(time).count()
            << ",\"fork\":\"" << name(run.revision()) << '"';
  if (!run.deferred().entries.empty())
    std::cout << ",\"deferred\":" << to_json(run.deferred()).dump();
  std::cout << "}\n";
  return code;
}

} // namespace

void add_trace(Tool& tool) {
  auto options = std::make_shared<TraceOptions>();
  Verb verb = tool.add_verb("trace", "run a program and print every step as JSON (EIP-3155)");
  options->execution.add_to(verb, /*with_vm=*/true, /*with_tier=*/false);
  options->execution.tier = "step";
  verb.add_flag("--memory", options->memory, "with the memory before each step");
  verb.does([options] { return trace(*options); });
}

} // namespace zvm::cli
