// Loading WebAssembly (decoding and validation of the kernels' modules, each alone and all after
// another), the same with the lowering of all functions to word code, running it, and passes for
// compilers.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <stdexcept>

#include "engine/wasm/module.hpp"
#include "frontend/wasm/decode.hpp"
#include "frontend/wasm/lower.hpp"
#include "frontend/wasm/validate.hpp"
#include "ir/passes/passes.hpp"
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

/// Metered, as contracts are.
template <engine::Tier kTier>
void load_and_compile(const WasmBytes& bytes) {
  static const wasm::Costs kCosts =
      wasm::make_costs(gas::make_wasm_schedule(gas::WasmSchedule::Wasm1, kLatestRevision));
  const auto module = engine::wasm::Module::load(bytes, {.costs = &kCosts, .tier = kTier});
  if (!module)
    throw std::runtime_error("no valid module");
  backend::Code& code = (*module)->code();
  for (uint32_t i = 0; i < code.source().entries; ++i) {
    if (code.compile(i) == nullptr)
      throw std::runtime_error("not compiled");
  }
}

/// Nothing, or all of these passes that come first.
using Pass = bool (*)(ir::Function&, ir::PassContext&);
struct NamedPass {
  const char* name;
  Pass pass;
};
constexpr NamedPass kPasses[] = {{"ir", nullptr},
                                 {"ssa", ir::ssa},
                                 {"sccp", ir::sccp},
                                 {"gvn", ir::gvn},
                                 {"params", ir::params}};

/// Functions to IR, and what compilers do with that first. Instructions of the IR as it is lowered
/// are the items.
void register_passes(const std::string& name, const WasmBytes& bytes) {
  for (size_t last = 0; last < std::size(kPasses); ++last) {
    benchmark::RegisterBenchmark(("compile/wasm_passes/" + name + "/" + kPasses[last].name).c_str(),
                                 [bytes, last](benchmark::State& state) {
                                   const auto module = wasm::decode(bytes, wasm::kEngineProfile);
                                   const auto facts = wasm::validate(*module, wasm::kEngineProfile);
                                   ir::Function function;
                                   ir::PassContext context;
                                   size_t instructions = 0;
                                   for (auto _ : state) {
                                     for (uint32_t i = 0; i < module->bodies.size(); ++i) {
                                       bool done = wasm::lower(*module, facts->view(), i,
                                                               {wasm::kEngineProfile}, function);
                                       instructions += function.insts.size();
                                       for (size_t p = 1; p <= last; ++p)
                                         done = done && kPasses[p].pass(function, context);
                                       if (!done)
                                         throw std::runtime_error("no memory");
                                     }
                                   }
                                   state.SetItemsProcessed(static_cast<int64_t>(instructions));
                                 });
  }
}

void register_translation(const char* family, const std::string& name, const Modules& modules,
                          void (*translate)(const WasmBytes&)) {
  benchmark::RegisterBenchmark(
      (family + name).c_str(), [modules, translate](benchmark::State& state) {
        size_t bytes = 0;
        for (const auto& module : modules)
          bytes += module.size();
        for (auto _ : state) {
          for (const auto& module : modules)
            translate(module);
        }
        state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
      });
}
void register_translations(const std::string& name, const Modules& modules) {
  register_translation("compile/wasm_load/", name, modules, load);
  register_translation("compile/wasm_lower/", name, modules,
                       load_and_compile<engine::Tier::Interp>);
  register_translation("compile/wasm_native/", name, modules,
                       load_and_compile<engine::Tier::Asmjit>);
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
    register_run(kernel, our_wasm_engine(OurWasm::Asmjit), "asmjit");
    register_run(kernel, our_wasm_engine(OurWasm::Step), "step");
    register_run(kernel, our_wasm_engine(OurWasm::Unmetered), "unmetered");
  }
  Modules all;
  for (const WasmFile& file : read_wasm_files()) {
    all.push_back(file.bytes);
    register_translations(file.name, {file.bytes});
    register_passes(file.name, file.bytes);
  }
  if (all.empty())
    std::fprintf(
        stderr,
        "zvm_bench: wasm_load and wasm_lower are left out: ZVM_WASM names no folder of *.wasm\n");
  else
    register_translations("all", all);
}

} // namespace zvm::perf
