// How an engine is set up: its VMs, their schedules, its tiers and limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "backend/watch.hpp"
#include "base/result.hpp"
#include "engine/wasm/contract/rules.hpp"
#include "gas/schedule.hpp"
#include "runtime/module/bounds.hpp"
#include "runtime/precompiles/precompiles.hpp"

namespace zvm::engine {

/// Step: one instruction at a time, the reference. Interp: step form while code is cold, slot code when
/// it is warm. Asmjit: machine code in place of slot code. Auto: machine code beside slot code, once it is hot. Both are Interp
/// where machine code cannot be had.
enum class Tier : uint8_t { Auto, Step, Interp, Asmjit };
[[nodiscard]] std::string_view name(Tier tier);
[[nodiscard]] Result<Tier> parse_tier(std::string_view text);

/// Which VMs an engine runs. With one VM alone no stored bytes are looked at: all code is that VM's.
struct VmSet {
  bool evm = true;
  bool zvm = true;
  /// Of code whose bytes do not show their format.
  Vm default_vm = Vm::Evm;
  bool wasm = false; ///< contracts of the ABI zvm-wasm-1; never the default

  [[nodiscard]] constexpr bool has(Vm vm) const {
    return (vm == Vm::Evm && evm) || (vm == Vm::Zvm && zvm) || (vm == Vm::Wasm && wasm);
  }
};

/// A precompile put to an address, or (nullopt) taken away from it.
struct PrecompileChange {
  Address address;
  std::optional<runtime::Precompile> precompile;
};

/// What a chain is, as far as its contracts can tell.
struct VmConfig {
  Revision revision = kLatestRevision;
  VmSet vms{.wasm = true};
  bool zvm_1_1 = false;       ///< the ZVM has the opcodes of zvm-1.1
  wasm::ContractRules wasm{}; ///< what WASM contracts may be, and may do
  gas::WasmSchedule wasm_schedule = gas::WasmSchedule::Wasm1;
  std::vector<gas::Override> evm_prices{}; ///< prices replaced
  std::vector<gas::Override> zvm_prices{};
  std::vector<gas::Override> wasm_prices{};
  std::vector<PrecompileChange> precompiles{}; ///< beside, or in place of, those of the revision
};

struct EngineOptions {
  Tier tier = Tier::Auto;
  /// Gas that code burns in step form before it is worth lowering.
  int64_t promote_gas = 8000;
  /// For each KB of it that is begun, that it burns in slot code before it is worth compiling (Auto).
  int64_t compile_gas = 2'000'000;
  /// Compile beside those that run, which never wait for them; 0: these compile themselves.
  unsigned compile_threads = 1;
  static constexpr unsigned kMostCompileThreads = 16;
  /// Who is told of machine code. An observer outlives the engine; it takes time and memory.
  backend::Watch watch{};
  uint64_t code_cache_limit = uint64_t{256} << 20; ///< bytes
  /// Of memories of WASM contracts. Guards take 4 GiB of address space for each message in a contract, and a signal
  /// handler of the process (runtime/module/fault.hpp); no result depends on it.
  runtime::Bounds wasm_bounds = runtime::Bounds::Explicit;
};

} // namespace zvm::engine
