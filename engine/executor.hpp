// The engine's side of the driver loop: modules for code, and the tier that runs a frame.
#pragma once

#include <memory>

#include "backend/interp/steps.hpp"
#include "engine/code_format.hpp"
#include "engine/module_cache.hpp"
#include "engine/options.hpp"
#include "runtime/call/executor.hpp"

namespace zvm::engine {

/// A VM with its schedule and step table.
struct VmTables {
  const frontend::Guest* guest = nullptr;
  gas::Schedule schedule;
  std::unique_ptr<backend::interp::Steps> steps;
};

[[nodiscard]] Result<VmTables> make_tables(const frontend::Guest& guest, gas::Schedule schedule);

/// What WASM contracts have in place of a step table.
struct WasmVm {
  gas::Schedule schedule;
  frontend::wasm::Costs costs;
  wasm::ContractRules rules;
  bool is_plain = false; ///< the reference tier
  runtime::Bounds bounds = runtime::Bounds::Explicit;

  [[nodiscard]] wasm::ModuleOptions options() const {
    return {.costs = &costs, .is_plain = is_plain, .bounds = bounds};
  }
};

class EngineExecutor final : public runtime::Executor {
 public:
  EngineExecutor(const VmConfig& config, VmTables evm, VmTables zvm, WasmVm wasm)
      : vms_(config.vms), evm_(std::move(evm)), zvm_(std::move(zvm)), wasm_(std::move(wasm)) {}

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

  [[nodiscard]] CodeFormat detect(ByteView bytes) const;
  /// The module of stored bytes, counted as in use until it is released.
  [[nodiscard]] Status acquire(const Bytes32& hash, ByteView bytes, Module*& module);
  /// Of a number that is no VM, the ZVM's.
  [[nodiscard]] const gas::Schedule& schedule(Vm vm) const {
    return vm == Vm::Wasm ? wasm_.schedule : vm == Vm::Evm ? evm_.schedule : zvm_.schedule;
  }
  [[nodiscard]] ModuleCache& cache() { return cache_; }

 private:
  [[nodiscard]] Status make(const CodeFormat& format, Module*& module) const;

  VmSet vms_;
  VmTables evm_, zvm_;
  WasmVm wasm_;
  ModuleCache cache_;
};

} // namespace zvm::engine
