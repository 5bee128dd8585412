// fuzz_report evm|zvm|wasm RUNS [SEED [CORPUS...]]: runs the inputs of the corpora, then pseudo-random ones, on both tiers;
// prints what they reached. Fails where the tiers differ, where something that can be reached was not, or where
// fewer than 60 % of the executions ran 16 instructions.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "tests/fuzz/oracles/coverage.hpp"
#include "tests/fuzz/oracles/differential.hpp"
#include "tests/fuzz/oracles/reduce.hpp"
#include "tests/fuzz/oracles/wasm_coverage.hpp"

namespace {

using namespace zvm;
using namespace zvm::fuzz;
namespace fs = std::filesystem;

constexpr double kLongShare = 0.60;

struct Report {
  gas::Vm vm;
  Coverage coverage;
  Differential differential;

  void run(ByteView input, const std::string& name) {
    const Scenario scenario = make_scenario(input, vm);
    coverage.begin_execution();
    const bool agrees = differential.agrees(scenario, &coverage);
    coverage.end_execution(differential.expected().host);
    if (!agrees) {
      const Scenario smaller = reduce(scenario, differential);
      std::cout << "the tiers differ on " << name << "\n" << differential.report(smaller);
      std::exit(1);
    }
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

} // namespace

int main(int argc, char** argv) {
  const std::string vm = argc > 2 ? argv[1] : "";
  if (vm == "wasm") {
    WasmReport report;
    const double seconds = run_all(report, argc, argv);
    return judge(report.coverage, report.coverage.missing(), seconds);
  }
  if (vm != "evm" && vm != "zvm") {
    std::cerr << "usage: fuzz_report evm|zvm|wasm RUNS [SEED [CORPUS...]]\n";
    return 2;
  }
  Report report{vm == "evm" ? gas::Vm::Evm : gas::Vm::Zvm, {}, {}};
  const double seconds = run_all(report, argc, argv);
  std::cout << report.coverage.table(report.vm);
  return judge(report.coverage, report.coverage.missing(report.vm), seconds);
}
