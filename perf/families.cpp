#include "perf/families.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>

#include "perf/runner.hpp"

namespace zvm::perf {
namespace {

/// Machines are kept: a warm one allocates nothing.
Runner& runner(engine::Tier tier) {
  // By number; auto compiles what is hot, with the thresholds that everybody has.
  static Runner runners[] = {Runner{engine::Tier::Auto, kRevision, kPromoteGas},
                             Runner{engine::Tier::Step}, Runner{engine::Tier::Interp},
                             Runner{engine::Tier::Asmjit}};
  return runners[static_cast<size_t>(tier)];
}

} // namespace

void register_case(const std::string& name, const Case& c, double repetitions) {
  for (const engine::Tier tier :
       {engine::Tier::Auto, engine::Tier::Asmjit, engine::Tier::Interp, engine::Tier::Step}) {
    const std::string full = name + "/" + std::string{engine::name(tier)};
    benchmark::RegisterBenchmark(full.c_str(), [c, tier, repetitions](benchmark::State& state) {
      Runner& r = runner(tier);
      r.prepare(c);
      for (auto _ : state)
        r.run(c);
      using benchmark::Counter;
      const auto runs = static_cast<double>(state.iterations());
      state.counters["gas/s"] =
          Counter(static_cast<double>(r.gas_used(c)) * runs, Counter::kIsRate);
      if (repetitions != 0)
        state.counters["each"] = Counter(repetitions * runs, Counter::kIsRate | Counter::kInvert);
    });
  }
}

void register_contracts() {
  for (const Suite& suite : {read_evm_benchmarks("main"), read_evm_benchmarks("micro"),
                             make_token(), read_scenarios()}) {
    if (!suite.absent.empty())
      std::fprintf(stderr, "zvm_bench: contracts/%s is left out: %s\n", suite.name.c_str(),
                   suite.absent.c_str());
    for (const Case& c : suite.cases)
      register_case("contracts/" + suite.name + "/" + c.name, c);
  }
}

void register_state() {
  for (const Case& c : make_state_cases().cases)
    register_case(c.name, c);
}

void register_all() {
  register_contracts();
  register_micro();
  register_compile();
  register_large();
  register_bombs();
  register_wasm();
  register_hashing();
  register_precompiles();
  register_state();
  register_vms();
  register_transfers();
}

} // namespace zvm::perf
