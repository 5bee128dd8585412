// Our side of the WebAssembly benchmarks.
#include <memory>
#include <stdexcept>

#include "engine/wasm/module.hpp"
#include "engine/wasm/store.hpp"
#include "frontend/wasm/costs.hpp"
#include "perf/wasm_engines.hpp"

namespace zvm::perf {
namespace {

namespace wasm = engine::wasm;

/// A module with its only instance, in a store of its own.
class Kernel {
 public:
  Kernel(const WasmBytes& bytes, OurWasm form) {
    auto module =
        wasm::Module::load(bytes, {.costs = form == OurWasm::Unmetered ? nullptr : &costs_,
                                   .tier = form == OurWasm::Step     ? engine::Tier::Step
                                           : form == OurWasm::Asmjit ? engine::Tier::Asmjit
                                                                     : engine::Tier::Interp});
    if (!module)
      throw std::runtime_error(module.error().message());
    module_ = std::move(*module);
    const auto made = store_.instantiate(*module_, wasm::Linker{});
    if (!made)
      throw std::runtime_error(made.error().message());
    run_ = made->status == Status::Success ? made->instance->find_function("run") : nullptr;
    if (run_ == nullptr)
      throw std::runtime_error("the module cannot be started, or exports no run");
  }

  int64_t run(int32_t n) {
    const wasm::Value argument = wasm::Value::i32(static_cast<uint32_t>(n));
    wasm::Value result = wasm::Value::i64(0);
    if (store_.call(*run_, {&argument, 1}, {&result, 1}).status != Status::Success)
      throw std::runtime_error("run failed");
    return static_cast<int64_t>(result.slots[0]);
  }

 private:
  frontend::wasm::Costs costs_ = frontend::wasm::make_costs(
      gas::make_wasm_schedule(gas::WasmSchedule::Wasm1, kLatestRevision));
  std::unique_ptr<wasm::Module> module_; // outlives the store
  wasm::Store store_;
  const runtime::Function* run_ = nullptr;
};

} // namespace

WasmEngine our_wasm_engine(OurWasm form) {
  constexpr const char* kNames[] = {"zvm interp", "zvm step", "zvm unmetered", "zvm asmjit"};
  return {kNames[static_cast<size_t>(form)], [form](const WasmBytes& bytes) -> WasmRun {
            return [kernel = std::make_shared<Kernel>(bytes, form)](int32_t n) {
              return kernel->run(n);
            };
          }};
}

} // namespace zvm::perf
