// Loading WebAssembly: decoding and validation of the kernels' modules, each alone and all after another.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "frontend/wasm/decode.hpp"
#include "frontend/wasm/validate.hpp"
#include "perf/families.hpp"

namespace zvm::perf {
namespace {

namespace wasm = frontend::wasm;
using Modules = std::vector<std::vector<uint8_t>>;

void load(const std::vector<uint8_t>& bytes) {
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

} // namespace

void register_wasm() {
  const char* given = std::getenv("ZVM_WASM");
  const std::filesystem::path folder = given != nullptr ? given : "";
  Modules all;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".wasm")
        continue;
      std::ifstream stream{entry.path(), std::ios::binary};
      all.emplace_back(std::istreambuf_iterator<char>{stream}, std::istreambuf_iterator<char>{});
      register_load(entry.path().stem().string(), {all.back()});
    }
  }
  if (all.empty())
    std::fprintf(stderr, "zvm_bench: wasm_load is left out: ZVM_WASM names no folder of *.wasm\n");
  else
    register_load("all", all);
}

} // namespace zvm::perf
