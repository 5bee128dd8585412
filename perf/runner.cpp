#include "perf/runner.hpp"

#include <stdexcept>

#include "base/hex.hpp"

namespace zvm::perf {
namespace {

/// Runs after which code that any of them reaches is as warm as it gets.
constexpr int kWarmUpRuns = 3;

} // namespace

std::string to_text(const Outcome& o) {
  return "status " + std::to_string(o.status) + ", gas left " + std::to_string(o.gas_left) +
         ", refund " + std::to_string(o.gas_refund) + ", output " + to_hex(ByteView{o.output});
}

Runner::Runner(engine::Tier tier, Revision revision, int64_t promote_gas,
               const engine::VmSet& vms) {
  engine::VmConfig config;
  config.revision = revision;
  config.vms = vms;
  engine::EngineOptions options;
  options.tier = tier;
  options.promote_gas = promote_gas;
  auto made = engine::Engine::create(config, options);
  if (!made)
    throw std::runtime_error(made.error().message());
  machine_ = engine::Machine::create(std::move(*made));
  if (machine_ == nullptr)
    throw std::runtime_error("no memory for a machine");
}

void Runner::prepare(const Case& c) {
  machine_->block() = c.block;
  machine_->transaction_context() = c.tx;
  for (int i = 0; i < kWarmUpRuns; ++i)
    run(c);
}

Outcome Runner::outcome() const {
  static constexpr int kNumbers[] = {
#define STATUS(name, kind, evmc, text) evmc,
#include "base/status.def"
#undef STATUS
  };
  Outcome o{kNumbers[static_cast<size_t>(result_.status)], result_.gas_left, 0, {}};
  if (result_.status == Status::Success)
    o.gas_refund = machine_->journal().refund();
  o.output.assign(result_.output.begin(), result_.output.end());
  return o;
}

void Runner::fail() const { throw std::runtime_error("the host failed"); }

} // namespace zvm::perf
