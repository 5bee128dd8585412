#include "engine/engine.hpp"

#include <algorithm>
#include <new>

#include "base/hex.hpp"
#include "base/table.hpp"
#include "engine/shared.hpp"
#include "frontend/evm/evm.hpp"
#include "frontend/zvm/container.hpp"
#include "frontend/zvm/zvm.hpp"

namespace zvm::engine {
namespace {

constexpr std::string_view kTierNames[] = {"auto", "step", "interp", "asmjit"};
constexpr std::string_view kNoName = "?";

template <typename Enum>
std::string number_of(Enum value) {
  return std::to_string(static_cast<uint64_t>(value));
}

/// Refuses by name what the types of the fields do not keep out.
Result<void> check(const VmConfig& config) {
  const VmSet& vms = config.vms;
  if (!vms.evm && !vms.zvm && !vms.wasm)
    return fail(ErrorCode::Unsupported, 0, "an engine needs at least one VM");
  // Where there is one of the two alone, bare code is its own.
  const auto most = vms.evm && vms.zvm ? Vm::Zvm : Vm::Wasm;
  if (vms.default_vm > most) {
    return fail(ErrorCode::BadArgument, 0,
                "VmSet::default_vm is number " + number_of(vms.default_vm) +
                    ", and code without a format is the EVM's (0) or the ZVM's (1)");
  }
  ZVM_CHECK(check_revision(config.revision));
  if (config.wasm_schedule > gas::WasmSchedule::WasmV03) {
    return fail(ErrorCode::UnknownName, 0,
                "VmConfig::wasm_schedule: no schedule has the number " +
                    number_of(config.wasm_schedule));
  }
  ZVM_CHECK(gas::check_overrides(config.evm_prices, config.revision));
  ZVM_CHECK(gas::check_overrides(config.zvm_prices, config.revision));
  ZVM_CHECK(gas::check_overrides(config.wasm_prices, config.revision));
  for (const PrecompileChange& change : config.precompiles) {
    if (change.precompile &&
        (change.precompile->gas == nullptr || change.precompile->run == nullptr)) {
      return fail(ErrorCode::BadArgument, 0,
                  "VmConfig::precompiles: that at " + to_hex(change.address) +
                      " has no function for its gas, or none to run");
    }
  }
  constexpr uint64_t kMostPages = 65536; // of 64 KiB: what an i32 addresses
  if (config.wasm.max_pages > kMostPages) {
    return fail(ErrorCode::BadArgument, 0,
                "ContractRules::max_pages is " + std::to_string(config.wasm.max_pages) + ", over " +
                    std::to_string(kMostPages));
  }
  return {};
}

Result<void> check(const EngineOptions& options) {
  if (options.tier > Tier::Asmjit) {
    return fail(ErrorCode::UnknownName, 0,
                "EngineOptions::tier: no tier has the number " + number_of(options.tier));
  }
  if (options.promote_gas < 0)
    return fail(ErrorCode::BadArgument, 0,
                "EngineOptions::promote_gas is " + std::to_string(options.promote_gas) +
                    ", below 0");
  if (options.compile_gas < 0)
    return fail(ErrorCode::BadArgument, 0,
                "EngineOptions::compile_gas is " + std::to_string(options.compile_gas) +
                    ", below 0");
  if (options.compile_threads > EngineOptions::kMostCompileThreads)
    return fail(ErrorCode::BadArgument, 0,
                "EngineOptions::compile_threads is " + std::to_string(options.compile_threads) +
                    ", over " + std::to_string(EngineOptions::kMostCompileThreads));
  if (options.wasm_bounds > runtime::Bounds::Guard) {
    return fail(ErrorCode::UnknownName, 0,
                "EngineOptions::wasm_bounds: no kind of bounds has the number " +
                    number_of(options.wasm_bounds));
  }
  return {};
}

} // namespace

std::string_view name(Tier tier) { return row_of(kTierNames, tier, kNoName); }

Result<Tier> parse_tier(std::string_view text) {
  const auto* found = std::ranges::find(kTierNames, text);
  if (found == std::end(kTierNames)) {
    return fail(ErrorCode::UnknownName, 0,
                "there is no tier '" + std::string{text} +
                    "'; there are: auto, step, interp, asmjit");
  }
  return static_cast<Tier>(found - kTierNames);
}

Result<Engine> Engine::create(const VmConfig& config, const EngineOptions& options) {
  ZVM_CHECK(check(config));
  ZVM_CHECK(check(options));
  Tables tables;
  ZVM_TRY(tables[static_cast<size_t>(Vm::Evm)],
          make_tables(frontend::evm::kGuest,
                      gas::make_evm_schedule(config.revision, config.evm_prices)));
  gas::Schedule zvm_schedule = gas::make_zvm_schedule(config.revision, config.zvm_prices);
  zvm_schedule.later_opcodes = config.zvm_1_1;
  ZVM_TRY(tables[static_cast<size_t>(Vm::Zvm)], make_tables(frontend::zvm::kGuest, zvm_schedule));
  tables[static_cast<size_t>(Vm::Wasm)].schedule =
      gas::make_wasm_schedule(config.wasm_schedule, config.revision, config.wasm_prices);
  Engine engine;
  engine.shared_ = std::make_shared<Shared>(config, options, std::move(tables));
  engine.shared_->executor.cache().set_limit(options.code_cache_limit);
  return engine;
}

const VmConfig& Engine::config() const { return shared_->config; }
const EngineOptions& Engine::options() const { return shared_->options; }
const gas::Schedule& Engine::schedule(Vm vm) const { return shared_->executor.schedule(vm); }
CodeFormat Engine::detect(ByteView bytes) const { return shared_->executor.detect(bytes); }
EngineStats Engine::stats() const {
  return {shared_->executor.cache().stats(), shared_->native_stats()};
}

NativeStats Engine::Shared::native_stats() {
  const std::lock_guard lock{mutex};
  NativeStats stats;
  const auto add = [&](const runtime::NativeCounts& counts) {
#define NATIVE_COUNT(name, text) stats.name += counts[runtime::NativeCount::name];
#include "runtime/native_counts.def"
#undef NATIVE_COUNT
  };
  add(executor.counts());
  for (const runtime::NativeCounts* counts : connected)
    add(*counts);
  return stats;
}

void Engine::set_code_cache_limit(uint64_t bytes) { shared_->executor.cache().set_limit(bytes); }

Result<std::vector<uint8_t>> Engine::stored_form(Vm vm, ByteView code) const {
  if (!is_readable(code))
    return fail(ErrorCode::BadArgument, 0, "the code has a size and no address");
  if (!is_run(vm))
    return fail(ErrorCode::UnknownName, 0, "no VM has the number " + number_of(vm));
  if (!shared_->config.vms.has(vm)) {
    return fail(ErrorCode::Unsupported, 0,
                "the engine has no " + std::string{info(vm).title} + " to run this code with");
  }
  const CodeFormat bare = detect(code);
  if (bare.status == Status::Success && bare.vm == vm && bare.code.size() == code.size()) {
    return std::vector<uint8_t>(code.begin(), code.end());
  }
  return frontend::zvm::build_container({vm, 0, code, {}});
}

} // namespace zvm::engine
