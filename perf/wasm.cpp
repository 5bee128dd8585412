// Loading WebAssembly (decoding and validation of the kernels' modules, each alone and all after another), and running it.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <stdexcept>

#include "frontend/wasm/decode.hpp"
#include "frontend/wasm/validate.hpp"
#include "perf/families.hpp"
#include "perf/wasm_engines.hpp"

namespace zvm::perf {
namespace {

namespace wasm = frontend::wasm;
using Modules = std::vector<WasmBytes>;

void load(const WasmBytes& bytes) {
  const auto module = wasm::decode(bytes, wasm::kEngineProfile);
  if (!module || !wasm::validate(*module, wasm::kEngineProfile))
    throw std::runtime_error("no valid module");
}

void register_load(const std::string& name, const Modules& modules) {
  benchmark::RegisterBenchmark(
      ("compile/wasm_load/" + name).c_str(), [modules](benchmark::State& state) {
        size_t bytes = 0;
        for (const auto& module : modules)
          bytes += module.size();
        for (auto _ : state) {
          for (const auto& module : modules)
            load(module);
        }
        state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
      });
}

void register_run(const WasmKernel& kernel, const WasmEngine& engine, std::string_view tier) {
  benchmark::RegisterBenchmark(("wasm/" + kernel.name + "/" + std::string{tier}).c_str(),
                               [kernel, engine](benchmark::State& state) {
                                 const WasmRun run = engine.load(kernel.bytes);
                                 for (auto _ : state)
                                   benchmark::DoNotOptimize(run(kernel.n));
                               })
      ->Unit(benchmark::kMillisecond);
}

} // namespace

void register_wasm() {
  for (const WasmKernel& kernel : read_wasm_kernels()) {
    register_run(kernel, our_wasm_engine(OurWasm::Interp), "interp");
    register_run(kernel, our_wasm_engine(OurWasm::Step), "step");
    register_run(kernel, our_wasm_engine(OurWasm::Unmetered), "unmetered");
  }
  Modules all;
  for (const WasmFile& file : read_wasm_files()) {
    all.push_back(file.bytes);
    register_load(file.name, {file.bytes});
  }
  if (all.empty())
    std::fprintf(stderr, "zvm_bench: wasm_load is left out: ZVM_WASM names no folder of *.wasm\n");
  else
    register_load("all", all);
}

} // namespace zvm::perf
