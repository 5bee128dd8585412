#include "tests/fuzz/oracles/wasm_differential.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "frontend/wasm/declare.hpp"
#include "frontend/wasm/decode.hpp"
#include "frontend/wasm/disassemble.hpp"
#include "frontend/wasm/lower.hpp"
#include "ir/passes/passes.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "tests/fuzz/oracles/perturb.hpp"
#include "tests/fuzz/oracles/plant.hpp"
#include "tests/support/fault_gate.hpp"
#include "tests/support/static_prices.hpp"

namespace zvm::fuzz {
namespace {

using engine::wasm::Module;
using engine::wasm::Value;
using frontend::wasm::Costs;

constexpr int64_t kPolls = 5000; ///< of a call that is not metered
constexpr int64_t kPlenty[] = {4000000,
                               20000}; ///< sub-units for a call, by schedule: about as long
constexpr size_t kMostCalls = 12;
constexpr size_t kMostFunctions = 2000;

const Costs& costs_of(gas::WasmSchedule schedule) {
  static const Costs kCosts[] = {frontend::wasm::make_costs(gas::make_wasm_schedule(
                                     gas::WasmSchedule::Wasm1, kLatestRevision)),
                                 frontend::wasm::make_costs(gas::make_wasm_schedule(
                                     gas::WasmSchedule::WasmV03, kLatestRevision))};
  return kCosts[static_cast<size_t>(schedule)];
}

std::string numbers(std::span<const int64_t> all) {
  std::string text;
  for (const int64_t number : all)
    text += " " + std::to_string(number);
  return text;
}

std::string text_of(const WasmOutcome& expected, const WasmOutcome& actual,
                    std::span<const int64_t> gas) {
  std::string text;
  for (const std::string& line : differences(expected, actual))
    text += "\n" + line;
  return text + "\ngas of the calls:" + numbers(gas);
}

/// The exported functions of any module, with arguments made of a number.
std::vector<WasmCall> calls_of(const Module& module, uint64_t seed) {
  std::vector<WasmCall> calls;
  uint64_t state = seed;
  const auto next = [&] {
    state = state * 6364136223846793005 + 1442695040888963407;
    return state >> (state >> 59);
  };
  for (const auto& item : module.decoded().exports) {
    if (item.kind != frontend::wasm::ExternKind::Function || calls.size() == kMostCalls)
      continue;
    WasmCall call{std::string{item.name}, {}};
    for (const runtime::ValueType type : module.signature_of_function(item.index).parameters()) {
      Value value{type, {next(), 0}};
      if (type == runtime::ValueType::FuncRef)
        value.slots[0] = 0;
      else if (type == runtime::ValueType::I32 || type == runtime::ValueType::F32)
        value.slots[0] &= 0xffffffff;
      else if (type == runtime::ValueType::V128)
        value.slots[1] = next();
      call.arguments.push_back(value);
    }
    calls.push_back(std::move(call));
  }
  return calls;
}

} // namespace

WasmInput make_wasm_input(ByteView data) {
  WasmInput input;
  if (data.empty())
    return input;
  const uint8_t kind = data[0];
  const ByteView rest = data.subspan(1);
  if (kind % 16 == 0) {
    input.program.module.assign(rest.begin(), rest.end());
    input.seed = kind;
    return input;
  }
  Choices c{rest};
  input.program = make_wasm(c, {.is_portable = kind % 16 == 1});
  input.seed = c.number(8);
  if (kind % 16 == 3)
    input.fault = c.below(c.one_in(2) ? 40 : 600);
  input.perturbation = c.one_in(2) ? c.number(8) : 0;
  input.is_valid = kind % 16 != 2;
  if (!input.is_valid) {
    auto& bytes = input.program.module;
    for (unsigned n = 1 + c.below(3); n > 0; --n)
      bytes[c.below(static_cast<uint32_t>(bytes.size()))] = c.byte();
    input.program.calls.clear();
  }
  return input;
}

bool WasmDifferential::fail(std::string what) {
  failure_ = std::move(what);
  return false;
}

bool WasmDifferential::verifies(const Module& module, uint64_t seed) {
  bodies_.clear();
  ir::Module declared;
  if (!frontend::wasm::declare(module.decoded(), 1, declared))
    return fail("no memory for declarations");
  if (const auto verified = ir::verify(declared); !verified)
    return fail("the declarations are wrong: " + verified.error().message());
  Vec<ir::SourceStep> steps;
  const frontend::wasm::LowerOptions options{module.options().profile, module.options().costs,
                                             &steps};
  const size_t count = std::min(module.decoded().bodies.size(), kMostFunctions);
  for (uint32_t i = 0; i < count; ++i) {
    ir::Function function;
    steps.clear();
    if (!frontend::wasm::lower(module.decoded(), module.facts(), i, options, function))
      return fail("function " + std::to_string(i) + " is not lowered");
    auto verified = ir::verify_body(function, declared, declared.imports + i);
    if (verified)
      verified = ir::verify_loops(function);
    const test::StaticPrices prices{module.decoded(), module.facts()[i], i, options};
    if (verified)
      verified = ir::verify_gas(function, prices.source(steps.view()));
    if (!verified) {
      return fail("function " + std::to_string(i) + " of the IR is wrong: " +
                  verified.error().message() + "\n" + ir::print(function));
    }
    if (!survives_passes(function, seed + i,
                         [&] { return ir::verify_body(function, declared, declared.imports + i); }))
      return false;
    bodies_.push_back(std::move(function));
  }
  return true;
}

/// Some passes, in any order, some of them twice; now and then none.
bool WasmDifferential::survives_passes(ir::Function& function, uint64_t seed, const auto& verify) {
  using Pass = bool (*)(ir::Function&, ir::PassContext&);
  constexpr Pass kPasses[] = {ir::ssa,  ir::sccp, ir::gvn, ir::params,
                              ir::fold, ir::cse,  ir::dce, ir::narrow};
  const std::string before = ir::print(function);
  std::string order;
  uint64_t chosen = seed * 0x9e3779b97f4a7c15;
  for (uint64_t n = chosen >> 60; n > 0; --n, chosen = chosen << 3 | chosen >> 61) {
    const size_t which = chosen % std::size(kPasses);
    order += " " + std::to_string(which);
    if (!kPasses[which](function, passes_))
      return fail("no memory for a pass");
    if (const auto verified = verify(); !verified) {
      return fail("passes" + order + " broke a function: " + verified.error().message() + "\n" +
                  before + ir::print(function));
    }
  }
  return true;
}

/// Functions go over from word code to machine code in the middle of a loop, in some round of it.
bool WasmDifferential::agrees_in_loops(const Costs* costs, const WasmInput& input,
                                       runtime::Bounds bounds, const WasmRun& run,
                                       const WasmOutcome& expected) {
  const auto module = Module::load(ByteView{input.program.module},
                                   {.costs = costs, .tier = engine::Tier::Auto, .bounds = bounds});
  if (!module)
    return fail("a module that loads only once");
  // Machine code may ask more often.
  std::vector<int64_t> gas{run.gas.begin(), run.gas.end()};
  WasmRun looped = run;
  looped.polls = 1'000'000'000;
  looped.loops_from = 1 + static_cast<int64_t>(input.seed >> 8) % 4;
  if (costs == nullptr) {
    for (int64_t& polls : gas)
      polls *= 4;
    looped.gas = gas;
  }
  const WasmOutcome actual = run_wasm(**module, looped);
  if (expected == actual)
    return true;
  std::string text = "loops that are compiled in the middle differ";
  for (const std::string& line : differences(expected, actual))
    text += "\n" + line;
  return fail(text);
}

bool WasmDifferential::agrees_with(const Costs* costs, const std::string& schedule,
                                   const WasmInput& input) {
  const ByteView bytes{input.program.module};
  const auto step = Module::load(bytes, {.costs = costs, .tier = engine::Tier::Step});
  if (!step)
    return !input.is_valid || fail("the generated module is refused: " + step.error().message());
  // A host may choose how memories are bounded; nothing may depend on it.
  const auto bounds = input.seed % 2 != 0 ? runtime::Bounds::Explicit : runtime::Bounds::Guard;
  const auto interp =
      Module::load(bytes, {.costs = costs, .tier = engine::Tier::Interp, .bounds = bounds});
  const auto native =
      Module::load(bytes, {.costs = costs, .tier = engine::Tier::Asmjit, .bounds = bounds});
  if (!interp || !native)
    return fail("a module that loads only once");
  if (!verifies(**step, input.seed))
    return false;
  const size_t count = std::min((*step)->decoded().bodies.size(), kMostFunctions);
  for (uint32_t i = 0; i < count; ++i) {
    if (((*step)->code().compile(i) == nullptr) != ((*interp)->code().compile(i) == nullptr) ||
        ((*step)->code().compile(i) == nullptr) != ((*native)->code().compile(i) == nullptr))
      return fail("function " + std::to_string(i) + " is translated in one tier only, " + schedule);
  }
  const std::vector<WasmCall> all =
      input.is_valid ? input.program.calls : calls_of(**step, input.seed);
  std::span<const WasmCall> calls{all};
  const bool is_small = costs == &costs_of(gas::WasmSchedule::WasmV03);
  std::vector<int64_t> gas(calls.size() + 1, costs == nullptr ? kPolls : kPlenty[is_small ? 1 : 0]);
  for (const bool lacks : {false, true}) {
    if (lacks) {
      // One call, the last of the run, gets a share of what it took.
      const auto& whole = outcomes_.back().calls;
      if (costs == nullptr || whole.empty())
        break;
      const size_t last = (input.seed >> 16) % whole.size();
      const int64_t used = whole[last].status == Status::OutOfGas
                               ? gas[last + 1] / 8
                               : gas[last + 1] - whole[last].gas_left;
      gas[last + 1] =
          static_cast<int64_t>(static_cast<__int128>(used) * (input.seed & 0xffff) >> 16);
      calls = calls.first(last + 1);
    }
    const WasmRun run{.calls = calls, .gas = gas};
    outcomes_.push_back(run_wasm(**step, run));
    const WasmOutcome expected = outcomes_.back();
    const std::string which = schedule + (lacks ? ", a share of the gas" : "");
    bool is_cut = false;
    for (const auto* tier : {&interp, &native}) {
      const WasmOutcome actual = run_wasm(***tier, run);
      if (!expected.notes_writes || !actual.notes_writes)
        return fail("a write that the memory has not noted, " + schedule);
      is_cut |= expected.is_cut() && actual.is_cut(); // where it was cut is nobody's promise
      if (!is_cut && expected != actual)
        return fail("the tiers differ, " + which + text_of(expected, actual, gas));
    }
    if (is_cut)
      continue;
    if (!expected.is_cut() && !agrees_in_loops(costs, input, bounds, run, expected))
      return fail(failure_ + ", " + which + "\ngas of the calls:" + numbers(gas));
    // What the passes have made of the functions, as the IR says.
    if (bodies_.size() != (*step)->decoded().bodies.size())
      continue;
    test::ModuleMachine machine{std::move(bodies_)};
    const WasmOutcome of_ir = run_wasm(**step, run, &machine);
    bodies_ = machine.take_back();
    if (!of_ir.is_cut() && expected != of_ir)
      return fail("the IR differs, " + which + text_of(expected, of_ir, gas));
  }
  return true;
}

/// Where memory runs out the module or its instance is refused, or a call ends as the host's error.
/// Up to there, and where nobody wanted that allocation, all is as it was in the run before, the
/// reference's.
bool WasmDifferential::survives(const WasmInput& input) {
  const WasmOutcome expected = outcomes_.front();
  const std::vector<int64_t> polls(input.program.calls.size() + 1, kPolls);
  const test::AllocationFault fault{*input.fault};
  const auto module = Module::load(ByteView{input.program.module});
  if (!module) {
    return module.error().code == ErrorCode::OutOfMemory ||
           fail("without memory the module is refused: " + module.error().message());
  }
  const WasmOutcome actual = run_wasm(**module, {.calls = input.program.calls, .gas = polls});
  if (!actual.refusal.empty() || actual.is_cut()) {
    for (size_t i = 0; i + 1 < actual.calls.size(); ++i) {
      if (i >= expected.calls.size() || actual.calls[i] != expected.calls[i])
        return fail("call " + std::to_string(i) + ", before memory runs out, is another");
    }
    return true;
  }
  if (expected == actual)
    return true;
  std::string text = "allocation " + std::to_string(*input.fault) + " fails, and nobody says so";
  for (const std::string& line : differences(expected, actual))
    text += "\n" + line;
  return fail(text);
}

WasmDifferential::WasmDifferential() { plant_defect(); }

bool WasmDifferential::agrees(const WasmInput& input, Schedule schedule) {
  outcomes_.clear();
  failure_.clear();
  perturb(input.perturbation);
  const bool agrees = agrees_by(input, schedule);
  perturb(0);
  return agrees;
}

bool WasmDifferential::agrees_by(const WasmInput& input, Schedule schedule) {
  if (input.fault)
    return agrees_with(nullptr, "no gas", input) && survives(input);
  const Schedule wanted = schedule == Schedule::Any ? Schedule(input.seed % 3) : schedule;
  constexpr std::string_view kNames[] = {"no gas", "wasm-1", "wasm-v03"};
  const Costs* const costs[] = {nullptr, &costs_of(gas::WasmSchedule::Wasm1),
                                &costs_of(gas::WasmSchedule::WasmV03)};
  const auto agrees_with_costs = [&](size_t i) {
    return agrees_with(costs[i], std::string{kNames[i]}, input);
  };
  if (wanted != Schedule::All)
    return agrees_with_costs(static_cast<size_t>(wanted));
  return agrees_with_costs(0) && agrees_with_costs(1) && agrees_with_costs(2);
}

std::string WasmDifferential::report(const WasmInput& input) const {
  std::string out = failure_ + "\n";
  if (input.perturbation != 0)
    out += "perturbation " + std::to_string(input.perturbation) + "\n";
  const ByteView bytes{input.program.module};
  if (const auto decoded = frontend::wasm::decode(bytes, frontend::wasm::kEngineProfile))
    out += frontend::wasm::disassemble(*decoded, frontend::wasm::kEngineProfile);
  constexpr char kDigits[] = "0123456789abcdef";
  for (const uint8_t b : bytes) {
    out += kDigits[b >> 4];
    out += kDigits[b & 15];
  }
  out += "\n";
  for (const WasmCall& call : input.program.calls) {
    out += "call " + call.name;
    for (const Value& value : call.arguments)
      out += " " + std::to_string(value.slots[0]) + ":" + std::to_string(value.slots[1]);
    out += "\n";
  }
  return out + failure_ + "\n";
}

void check_wasm_tiers(ByteView data) {
  static const bool kShow = std::getenv("ZVM_SHOW") != nullptr;
  WasmDifferential differential;
  const WasmInput input = make_wasm_input(data);
  const bool agrees = differential.agrees(input);
  if (kShow || !agrees)
    std::cerr << differential.report(input);
  if (!agrees)
    std::abort();
}

} // namespace zvm::fuzz
