// The engine's side of the driver loop: modules for code, and the tier that runs a frame.
#pragma once

#include <array>
#include <memory>

#include "backend/interp/steps.hpp"
#include "base/vm_info.hpp"
#include "engine/code_cache.hpp"
#include "engine/code_format.hpp"
#include "engine/compiler.hpp"
#include "engine/options.hpp"
#include "runtime/call/executor.hpp"

namespace zvm::engine {

/// A VM with its schedule, and the step table where its code is bytes.
struct VmTables {
  const frontend::Guest* guest = nullptr;
  gas::Schedule schedule;
  std::unique_ptr<backend::interp::Steps> steps;
};
/// By Vm, as far as they are run.
using Tables = std::array<VmTables, 3>;
static_assert(is_run(Vm::Evm) && is_run(Vm::Zvm) && is_run(Vm::Wasm) && !is_run(Vm{3}));

[[nodiscard]] Result<VmTables> make_tables(const frontend::Guest& guest, gas::Schedule schedule);

class EngineExecutor final : public runtime::Executor {
 public:
  EngineExecutor(const VmConfig& config, const EngineOptions& options, Tables tables)
      : vms_(config.vms), tier_(options.tier), compile_gas_(options.compile_gas),
        watch_(options.watch), tables_(std::move(tables)), contract_rules_(config.wasm),
        costs_(frontend::wasm::make_costs(schedule(Vm::Wasm))),
        module_options_{
            .costs = &costs_, .bounds = options.wasm_bounds, .counts = &counts_, .watch = watch_},
        compiler_(options.compile_threads, cache_) {}

  Status acquire(runtime::Execution&, const Bytes32& hash, ByteView bytes,
                 runtime::CodeObject*& code) override;
  Status acquire_init(runtime::Execution&, const runtime::Message&,
                      runtime::CodeObject*& code) override;
  void release(runtime::CodeObject* code) override;
  const gas::Schedule& schedule_of(ByteView init_code) const override;
  Status prepare_deployment(const runtime::Frame& frame, ByteView code, Buffer& wrapped,
                            ByteView& stored) override;
  runtime::Exit run(runtime::Frame& frame) override;
  void close(runtime::Frame& frame) override;
  int64_t polled(runtime::Frame& frame, runtime::Activation* activation, int64_t gas) override;

  [[nodiscard]] CodeFormat detect(ByteView bytes) const;
  /// The code of stored bytes, counted as in use until it is released.
  [[nodiscard]] Status acquire(const Bytes32& hash, ByteView bytes, LoadedCode*& loaded);
  /// Of a number that is no VM, the ZVM's.
  [[nodiscard]] const gas::Schedule& schedule(Vm vm) const { return tables(vm).schedule; }
  [[nodiscard]] CodeCache& cache() { return cache_; }
  /// What its code is compiled to, and what machines that are gone have counted.
  [[nodiscard]] runtime::NativeCounts& counts() { return counts_; }

 private:
  [[nodiscard]] runtime::Exit run_contract(LoadedCode& loaded, runtime::Frame& frame);
  void heat_contract(LoadedCode& loaded, runtime::Frame& frame, int64_t gas, const void* loop);
  void heat_code(LoadedCode& loaded, runtime::Frame& frame, int64_t gas);
  [[nodiscard]] Status make(const CodeFormat& format, Tier tier, const Bytes32& hash,
                            LoadedCode*& loaded) const;

  [[nodiscard]] const VmTables& tables(Vm vm) const {
    return tables_[static_cast<size_t>(is_run(vm) ? vm : Vm::Zvm)];
  }

  VmSet vms_;
  Tier tier_;
  int64_t compile_gas_;
  backend::Watch watch_;
  Tables tables_;
  mutable runtime::NativeCounts counts_;
  // Of modules in WebAssembly.
  wasm::ContractRules contract_rules_;
  frontend::wasm::Costs costs_;
  wasm::ModuleOptions module_options_;
  CodeCache cache_;
  Compiler compiler_; ///< ends before what it uses
};

} // namespace zvm::engine
