// zvm_bench: benchmarks of Google Benchmark, and (--peer) the table side by side with a foreign
// EVM.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "perf/families.hpp"
#include "perf/peer.hpp"
#include "perf/wasm_peer.hpp"

namespace {

using namespace zvm::perf;

const char* kHelp =
    R"(zvm_bench [--peer] [--rounds N] [--filter TEXT] [--benchmark_... of Google Benchmark]

  --peer          only the tables side by side: with the EVMs of $ZVM_EVM_PEERS and the WebAssembly
                  engines of $ZVM_WASM_PEERS (shared libraries, paths with colons between)
  --rounds N      rounds of those tables (default 7)
  --filter TEXT   only their cases whose name contains TEXT

Without arguments: all benchmarks, then the tables whose variables are set.
Inputs: $ZVM_BENCHMARKS (ipsilon/evm-benchmarks; default ../peers/evm-benchmarks beside the project),
$ZVM_CONTRACTS (a folder of *.calls.json), $ZVM_WASM (a folder of *.wasm). A family whose
inputs are not there is left out, with a line that says so.
)";

bool run_evm_table(PeerOptions options) {
  const char* libraries = std::getenv("ZVM_EVM_PEERS");
  if (libraries == nullptr) {
    std::printf("side by side: left out: ZVM_EVM_PEERS is not set\n");
    return true;
  }
  options.libraries = libraries;
  return run_side_by_side(options, {read_evm_benchmarks("main"), read_evm_benchmarks("micro"),
                                    make_token(), read_scenarios(), make_state_cases()});
}

bool run_tables(const PeerOptions& options) {
  const bool good = run_evm_table(options);
  std::vector<WasmEngine> engines = load_wasm_peers();
  engines.insert(engines.begin(), our_wasm_engine(OurWasm::Interp));
  return run_wasm_side_by_side(options, engines, read_wasm_kernels()) && good;
}

int run(int argc, char** argv) {
  PeerOptions options;
  bool only_tables = false, benchmark_arguments = false;
  std::vector<char*> rest{argv[0]};
  for (int i = 1; i < argc; ++i) {
    const auto is = [&](const char* name) { return std::strcmp(argv[i], name) == 0; };
    if (is("--help")) {
      std::fputs(kHelp, stdout);
      return 0;
    }
    if (is("--peer")) {
      only_tables = true;
    } else if (is("--rounds") && i + 1 < argc) {
      options.rounds = static_cast<unsigned>(std::max(1, std::atoi(argv[++i])));
    } else if (is("--filter") && i + 1 < argc) {
      options.filter = argv[++i];
    } else {
      rest.push_back(argv[i]);
      benchmark_arguments = true;
    }
  }
  if (only_tables)
    return run_tables(options) ? 0 : 1;
  int count = static_cast<int>(rest.size());
  benchmark::Initialize(&count, rest.data());
  if (benchmark::ReportUnrecognizedArguments(count, rest.data()))
    return 1;
  register_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return benchmark_arguments || run_tables(options) ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "zvm_bench: %s\n", error.what());
    return 1;
  }
}
