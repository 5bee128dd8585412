// fuzz_report evm|zvm|wasm|contracts RUNS [SEED [CORPUS...]]: runs the inputs of the corpora, then
// pseudo-random ones, on both tiers; prints what they reached. Fails where the tiers differ, where
// something that can be reached was not, or where fewer than 60 % of the executions ran 16
// instructions.
//
// fuzz_report --gas-sweep evm|zvm|contracts PROGRAMS [SEED]: runs programs with every gas limit up
// to what they use.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "tests/fuzz/oracles/coverage.hpp"
#include "tests/fuzz/oracles/differential.hpp"
#include "tests/fuzz/oracles/gas_sweep.hpp"
#include "tests/fuzz/oracles/reduce.hpp"
#include "tests/fuzz/oracles/wasm_coverage.hpp"

namespace {

using namespace zvm;
using namespace zvm::fuzz;
namespace fs = std::filesystem;

constexpr double kLongShare = 0.60;

struct Report {
  Vm vm;
  Coverage coverage;
  Differential differential;

  void run(ByteView input, const std::string& name) {
    const Scenario scenario = make_scenario(input, vm);
    coverage.begin_execution();
    const bool agrees = differential.agrees(scenario, &coverage);
    coverage.end_execution(differential.expected().host);
    if (!agrees) {
      const Scenario smaller = reduce(scenario, differential);
      std::cout << "the tiers differ on " << name << "\n"
                << differential.report(smaller) << differential.first_difference(smaller);
      std::exit(1);
    }
  }
};

/// WASM contracts have no instructions that a tracer sees: what counts is how executions end, and
/// that state is paid for.
struct ContractsReport {
  Differential differential;
  uint64_t executions = 0, with_state_gas = 0, from_reservoir = 0;
  std::map<Status, uint64_t> endings{};

  void run(ByteView input, const std::string& name) {
    const Scenario scenario = make_scenario(input, Vm::Wasm);
    if (!differential.agrees(scenario)) {
      std::cout << "the tiers differ on " << name << "\n" << differential.report(scenario);
      std::exit(1);
    }
    const Outcome& outcome = differential.expected();
    ++executions;
    if (outcome.host != Status::Success)
      return;
    ++endings[outcome.status];
    with_state_gas += outcome.state_gas_spent > 0 ? 1 : 0;
    from_reservoir += outcome.state_gas_spent > 0 && outcome.state_gas_left < scenario.reservoir;
  }

  /// What the program ends with.
  [[nodiscard]] int judge(double seconds) const {
    std::cout << executions << " executions, " << static_cast<double>(executions) / seconds
              << " a second; state gas " << with_state_gas << ", of the reservoir "
              << from_reservoir;
    for (const auto& [status, count] : endings)
      std::cout << ", " << name(status) << " " << count;
    std::cout << "\n";
    bool is_whole = true;
    for (const Status status :
         {Status::Success, Status::Revert, Status::OutOfGas, Status::StaticViolation,
          Status::MemoryViolation, Status::OutOfBounds, Status::Unreachable}) {
      if (!endings.contains(status)) {
        std::cout << "missing: " << name(status) << "\n";
        is_whole = false;
      }
    }
    // One in three scenarios may be of any revision; of the others a third is of Amsterdam.
    if (from_reservoir * 100 < executions) {
      std::cout << "missing: state gas\n";
      is_whole = false;
    }
    return is_whole ? 0 : 1;
  }
};

struct Sweep {
  Vm vm;
  GasSweep sweep;

  void run(ByteView input, const std::string& name) {
    if (sweep.agrees(make_scenario(input, vm)))
      return;
    std::cout << "the tiers differ on " << name << "\n" << sweep.report();
    std::exit(1);
  }
};

struct WasmReport {
  WasmCoverage coverage;
  WasmDifferential differential;

  void run(ByteView input, const std::string& name) {
    const WasmInput made = make_wasm_input(input);
    if (!differential.agrees(made, WasmDifferential::Schedule::All)) {
      std::cout << "the tiers differ on " << name << "\n" << differential.report(made);
      std::exit(1);
    }
    coverage.note(made, differential.outcomes());
  }
};

template <typename Report>
void run_corpus(Report& report, const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file())
      continue;
    std::ifstream file{entry.path(), std::ios::binary};
    const Bytes input{std::istreambuf_iterator<char>{file}, {}};
    report.run(input, entry.path().string());
  }
}

/// Seed and number are the first bytes; Choices makes the others from them.
template <typename Report>
void run_random(Report& report, uint64_t seed, uint64_t runs) {
  uint64_t state = seed;
  Bytes input(24);
  for (uint64_t i = 0; i < runs; ++i) {
    for (size_t at = 0; at < input.size(); at += 8) {
      state += 0x9e3779b97f4a7c15;
      uint64_t z = state;
      z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
      z = (z ^ z >> 27) * 0x94d049bb133111eb;
      z ^= z >> 31;
      std::memcpy(&input[at], &z, 8);
    }
    report.run(input, "random input " + std::to_string(i));
  }
}

template <typename Report>
double run_all(Report& report, int argc, char** argv) {
  const auto began = std::chrono::steady_clock::now();
  for (int i = 4; i < argc; ++i)
    run_corpus(report, argv[i]);
  run_random(report, argc > 3 ? std::stoull(argv[3]) : 1, std::stoull(argv[2]));
  return std::chrono::duration<double>{std::chrono::steady_clock::now() - began}.count();
}

/// What the program ends with.
template <typename Coverage>
int judge(const Coverage& coverage, const std::vector<std::string>& missing, double seconds) {
  std::cout << coverage.summary()
            << static_cast<uint64_t>(static_cast<double>(coverage.executions()) / seconds)
            << " executions a second, traced\n";
  for (const std::string& line : missing)
    std::cout << "missing: " << line << "\n";
  const bool is_long = coverage.long_share() >= kLongShare;
  if (!is_long)
    std::cout << "missing: too few executions are long\n";
  return missing.empty() && is_long ? 0 : 1;
}

/// Whose programs are meant; WASM's are contracts.
std::optional<Vm> vm_of(std::string_view name) {
  if (name == "evm")
    return Vm::Evm;
  if (name == "zvm")
    return Vm::Zvm;
  if (name == "contracts")
    return Vm::Wasm;
  return std::nullopt;
}

int usage() {
  std::cerr << "usage: fuzz_report evm|zvm|wasm|contracts RUNS [SEED [CORPUS...]]\n"
               "       fuzz_report --gas-sweep evm|zvm|contracts PROGRAMS [SEED]\n";
  return 2;
}

int run_sweep(int argc, char** argv) {
  const auto vm = argc > 3 ? vm_of(argv[2]) : std::nullopt;
  if (!vm)
    return usage();
  Sweep report{*vm, {}};
  const double seconds = run_all(report, argc - 1, argv + 1);
  std::cout << argv[3] << " programs, " << report.sweep.runs() << " runs, "
            << static_cast<uint64_t>(static_cast<double>(report.sweep.runs()) / seconds)
            << " a second\n";
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view{argv[1]} == "--gas-sweep")
    return run_sweep(argc, argv);
  const std::string vm = argc > 2 ? argv[1] : "";
  if (vm == "contracts") {
    ContractsReport report;
    const double seconds = run_all(report, argc, argv);
    return report.judge(seconds);
  }
  if (vm == "wasm") {
    WasmReport report;
    const double seconds = run_all(report, argc, argv);
    return judge(report.coverage, report.coverage.missing(), seconds);
  }
  if (vm != "evm" && vm != "zvm")
    return usage();
  Report report{vm == "evm" ? Vm::Evm : Vm::Zvm, {}, {}};
  const double seconds = run_all(report, argc, argv);
  std::cout << report.coverage.table(report.vm);
  return judge(report.coverage, report.coverage.missing(report.vm), seconds);
}
