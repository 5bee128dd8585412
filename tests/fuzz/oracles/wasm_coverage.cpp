#include "tests/fuzz/oracles/wasm_coverage.hpp"

#include <algorithm>

#include "frontend/wasm/instruction.hpp"
#include "frontend/wasm/locals.hpp"

namespace zvm::fuzz {
namespace {

using engine::wasm::Module;
using frontend::wasm::Costs;
using frontend::wasm::kOpCount;
using frontend::wasm::Op;

constexpr uint64_t kLong = 16;
constexpr int64_t kPlenty = 20000; ///< instructions of a call
constexpr unsigned kMostRuns = 24; ///< of one program, to look for instructions not seen before

constexpr Status kTraps[] = {
    Status::Success,          Status::Revert,          Status::OutOfGas,
    Status::Unreachable,      Status::MemoryViolation, Status::TableViolation,
    Status::UndefinedElement, Status::NullElement,     Status::SignatureMismatch,
    Status::DivisionByZero,   Status::IntegerOverflow, Status::InvalidConversion,
    Status::StackExhausted,
};

/// Marks between instructions, for which nothing is executed, and what ends a region before it can
/// be counted.
bool is_counted(Op op) { return op != Op::Else && op != Op::End; }

/// The instructions in the bodies of a valid module.
std::bitset<kOpCount> instructions_of(const Module& module) {
  std::bitset<kOpCount> found;
  frontend::wasm::Instruction in;
  for (const auto& facts : module.facts()) {
    frontend::wasm::Reader reader{module.decoded().bytes};
    reader.enter(facts.code.offset, facts.code.end());
    while (reader.offset() < facts.code.end() &&
           frontend::wasm::read_instruction(reader, module.options().profile, in))
      found.set(static_cast<size_t>(in.op));
  }
  return found;
}

std::unique_ptr<Module> load(const Costs& costs, const WasmInput& input) {
  return *Module::load(ByteView{input.program.module},
                       {.costs = &costs, .tier = engine::Tier::Step});
}
WasmOutcome run(const Module& module, const WasmInput& input) {
  const std::vector<int64_t> gas(input.program.calls.size() + 1, kPlenty);
  return run_wasm(module, {.calls = input.program.calls, .gas = gas, .polls = kPlenty});
}

} // namespace

void WasmCoverage::note(const WasmInput& input, const std::vector<WasmOutcome>& outcomes) {
  for (const WasmOutcome& outcome : outcomes) {
    for (const WasmCallOutcome& call : outcome.calls)
      ++statuses_[static_cast<size_t>(call.status)];
  }
  if (input.is_valid)
    note_instructions(input);
}

void WasmCoverage::note_instructions(const WasmInput& input) {
  Costs each;
  each.of.fill(1);
  const auto module = load(each, input);
  for (const WasmCallOutcome& call : run(*module, input).calls) {
    const uint64_t count =
        static_cast<uint64_t>(call.status == Status::OutOfGas ? kPlenty : kPlenty - call.gas_left);
    ++executions_;
    instructions_ += count;
    if (count >= kLong)
      ++long_executions_;
  }
  // A single price each: what a call pays then says how often that instruction was come by.
  const auto unseen = instructions_of(*module) & ~done_;
  unsigned runs = 0;
  for (size_t op = 0; op < kOpCount && runs < kMostRuns; ++op) {
    if (!unseen[op])
      continue;
    ++runs;
    Costs one;
    one.of[op] = 1;
    const WasmOutcome outcome = run(*load(one, input), input);
    done_[op] = std::ranges::any_of(outcome.calls, [](const WasmCallOutcome& call) {
      return call.status == Status::Success && call.gas_left < kPlenty;
    });
  }
}

std::vector<std::string> WasmCoverage::missing() const {
  std::vector<std::string> lines;
  for (size_t op = 0; op < kOpCount; ++op) {
    const auto& row = frontend::wasm::kOps[op];
    // Nobody succeeds behind unreachable.
    if (!done_[op] && is_counted(static_cast<Op>(op)) && static_cast<Op>(op) != Op::Unreachable)
      lines.push_back(std::string{row.text} + " was never done");
  }
  for (const Status status : kTraps) {
    if (statuses_[static_cast<size_t>(status)] == 0)
      lines.push_back("no call ended as " + std::string{name(status)});
  }
  return lines;
}

std::string WasmCoverage::summary() const {
  std::string out = std::to_string(executions_) + " calls, " +
                    std::to_string(static_cast<int>(100 * long_share())) +
                    " % with 16 instructions or more, " +
                    std::to_string(executions_ == 0 ? 0 : instructions_ / executions_) +
                    " instructions on average\n" + std::to_string(done_.count()) + " of " +
                    std::to_string(kOpCount) + " instructions done\n";
  for (size_t i = 0; i < statuses_.size(); ++i) {
    if (statuses_[i] != 0)
      out += std::string{name(static_cast<Status>(i))} + " " + std::to_string(statuses_[i]) + "\n";
  }
  return out;
}

double WasmCoverage::long_share() const {
  return executions_ == 0
             ? 0
             : static_cast<double>(long_executions_) / static_cast<double>(executions_);
}

} // namespace zvm::fuzz
