#include "engine/engine.hpp"

#include <algorithm>
#include <new>

#include "engine/shared.hpp"
#include "frontend/evm/evm.hpp"
#include "frontend/zvm/container.hpp"
#include "frontend/zvm/zvm.hpp"

namespace zvm::engine {
namespace {

constexpr std::string_view kTierNames[] = {"auto", "step", "interp"};

} // namespace

std::string_view name(Tier tier) { return kTierNames[static_cast<size_t>(tier)]; }

Result<Tier> parse_tier(std::string_view text) {
  const auto* found = std::ranges::find(kTierNames, text);
  if (found == std::end(kTierNames)) {
    return fail(ErrorCode::UnknownName, 0,
                "there is no tier '" + std::string{text} + "'; there are: auto, step, interp");
  }
  return static_cast<Tier>(found - kTierNames);
}

Result<Engine> Engine::create(const VmConfig& config, const EngineOptions& options) {
  if (!config.vms.evm && !config.vms.zvm && !config.vms.wasm) {
    return fail(ErrorCode::Unsupported, 0, "an engine needs at least one VM");
  }
  ZVM_CHECK(parse_revision(zvm::name(config.revision)));
  ZVM_TRY(VmTables evm, make_tables(frontend::evm::kGuest,
                                    gas::make_evm_schedule(config.revision, config.evm_prices)));
  gas::Schedule zvm_schedule = gas::make_zvm_schedule(config.revision, config.zvm_prices);
  zvm_schedule.later_opcodes = config.zvm_1_1;
  ZVM_TRY(VmTables zvm, make_tables(frontend::zvm::kGuest, zvm_schedule));
  Engine engine;
  WasmVm wasm;
  wasm.schedule =
      gas::make_wasm_schedule(config.wasm_schedule, config.revision, config.wasm_prices);
  wasm.costs = frontend::wasm::make_costs(wasm.schedule);
  wasm.rules = config.wasm;
  wasm.is_plain = options.tier == Tier::Step;
  wasm.bounds = options.wasm_bounds;
  engine.shared_ = std::make_shared<Shared>(config, options, std::move(evm), std::move(zvm), wasm);
  engine.shared_->executor.cache().set_limit(options.code_cache_limit);
  return engine;
}

const VmConfig& Engine::config() const { return shared_->config; }
const EngineOptions& Engine::options() const { return shared_->options; }
const gas::Schedule& Engine::schedule(gas::Vm vm) const { return shared_->executor.schedule(vm); }
CodeFormat Engine::detect(ByteView bytes) const { return shared_->executor.detect(bytes); }
EngineStats Engine::stats() const { return {shared_->executor.cache().stats()}; }
void Engine::set_code_cache_limit(uint64_t bytes) { shared_->executor.cache().set_limit(bytes); }

Result<std::vector<uint8_t>> Engine::stored_form(gas::Vm vm, ByteView code) const {
  using frontend::zvm::Target;
  const VmSet& vms = shared_->config.vms;
  const struct {
    bool is_there;
    std::string_view name;
    Target target;
  } kVms[] = {{vms.evm, "EVM", Target::Evm},
              {vms.zvm, "ZVM", Target::Zvm},
              {vms.wasm, "WASM", Target::Wasm}};
  const auto& row = kVms[static_cast<size_t>(vm)];
  if (!row.is_there) {
    return fail(ErrorCode::Unsupported, 0,
                "the engine has no " + std::string{row.name} + " to run this code with");
  }
  const CodeFormat bare = detect(code);
  if (bare.status == Status::Success && bare.vm == vm && bare.code.size() == code.size()) {
    return std::vector<uint8_t>(code.begin(), code.end());
  }
  return frontend::zvm::build_container({row.target, 0, code, {}});
}

} // namespace zvm::engine
