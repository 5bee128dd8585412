#include "perf/native_code.hpp"

#include <memory>
#include <set>
#include <stdexcept>

#include "engine/loaded_code.hpp"
#include "engine/wasm/module.hpp"
#include "frontend/discovery.hpp"
#include "frontend/evm/evm.hpp"
#include "perf/cases.hpp"

namespace zvm::perf {
namespace {

using runtime::NativeCount;
using runtime::NativeCounts;

/// Bytes of the code that a program of it reaches.
uint64_t reached_bytes(const engine::LoadedCode& code) {
  const frontend::Source source = code.source();
  frontend::StraightCode straight{*code.guest, source};
  frontend::Discovery discovery{straight, {}};
  if (!discovery.run())
    return source.size; // there is no program of it
  std::set<uint32_t> seen;
  uint64_t bytes = 0;
  for (const frontend::Piece& p : discovery.pieces()) {
    if (seen.insert(p.pc).second)
      bytes += straight.at(p.pc)->next - p.pc;
  }
  return bytes;
}

void report(benchmark::State& state, const NativeCounts& counts, uint64_t bytes) {
  using benchmark::Counter;
  const auto of_all = [&](NativeCount c) {
    return static_cast<double>(counts[c]) / static_cast<double>(state.iterations());
  };
  state.counters["bytes"] = static_cast<double>(bytes);
  state.counters["refused"] = of_all(NativeCount::refusals);
  state.counters["bytes/byte"] = of_all(NativeCount::bytes) / static_cast<double>(bytes);
  state.counters["s/KB"] = Counter(static_cast<double>(bytes) / 1024,
                                   Counter::kIsIterationInvariantRate | Counter::kInvert);
}

} // namespace

const engine::VmTables& evm_tables() {
  static const engine::VmTables kTables = [] {
    auto made = engine::make_tables(frontend::evm::kGuest, gas::make_evm_schedule(kRevision));
    if (!made)
      throw std::runtime_error(made.error().message());
    return std::move(*made);
  }();
  return kTables;
}

void measure_native_code(benchmark::State& state, ByteView bytes) {
  NativeCounts counts;
  std::unique_ptr<engine::LoadedCode> code;
  for (auto _ : state) {
    state.PauseTiming();
    code.reset(engine::load_code({.guest = &frontend::evm::kGuest,
                                  .schedule = &evm_tables().schedule,
                                  .steps = &evm_tables().steps->table,
                                  .tier = engine::Tier::Asmjit,
                                  .counts = &counts},
                                 bytes));
    if (code == nullptr || code->tiers.running()->open() == nullptr)
      throw std::runtime_error("no memory");
    state.ResumeTiming();
    benchmark::DoNotOptimize(code->tiers.running()->compile(0));
  }
  report(state, counts, reached_bytes(*code));
}

void measure_native_module(benchmark::State& state, ByteView bytes) {
  namespace wasm = frontend::wasm;
  static const wasm::Costs kCosts =
      wasm::make_costs(gas::make_wasm_schedule(gas::WasmSchedule::Wasm1, kLatestRevision));
  NativeCounts counts;
  std::unique_ptr<engine::wasm::Module> module;
  for (auto _ : state) {
    state.PauseTiming();
    auto loaded = engine::wasm::Module::load(
        bytes, {.costs = &kCosts, .tier = engine::Tier::Asmjit, .counts = &counts});
    if (!loaded)
      throw std::runtime_error("no valid module: " + loaded.error().message());
    module = std::move(*loaded);
    state.ResumeTiming();
    backend::Code& code = module->code();
    for (uint32_t i = 0; i < code.source().entries; ++i) {
      if (code.compile(i) == nullptr)
        throw std::runtime_error("no memory");
    }
  }
  report(state, counts, bytes.size());
}

} // namespace zvm::perf
