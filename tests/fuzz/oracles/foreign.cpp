#include "tests/fuzz/oracles/foreign.hpp"

#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "tests/fuzz/oracles/runner.hpp"

namespace zvm::fuzz {
namespace {

/// It keeps the memory of every depth for as long as it lives.
constexpr unsigned kRunsOfOneVm = 512;

} // namespace

std::unique_ptr<Foreign> Foreign::from_environment() {
  const char* path = std::getenv("ZVM_EVMONE");
  return path == nullptr ? nullptr : std::unique_ptr<Foreign>(new Foreign(path));
}

Foreign::Foreign(std::string path) : path_(std::move(path)) { load(); }

void Foreign::load() {
  for (auto& host : hosts_)
    host.reset();
  vm_.reset();
  runs_ = 0;
  std::string error;
  vm_ = test::evmc::Vm::load(path_, error);
  if (vm_ == nullptr) {
    std::cerr << "ZVM_EVMONE: " << error << "\n";
    std::exit(2);
  }
}

bool Foreign::applies(const Scenario& s) {
  return s.vms.evm && !s.vms.zvm && !s.vms.wasm && s.kind != Scenario::Kind::Transaction &&
         s.trouble == Trouble::None && s.revision <= kLatestRevision &&
         test::evmc::revision_number(s.revision) >= 0;
}

test::evmc::Host& Foreign::host(Revision revision) {
  auto& host = hosts_[static_cast<size_t>(revision)];
  if (host == nullptr) {
    host = std::make_unique<test::evmc::Host>(*vm_, revision);
    host->block = scenario_block();
  }
  return *host;
}

const Outcome& Foreign::run(const Scenario& s, int64_t gas, runtime::StateStore& store,
                            const Outcome& ours) {
  if (++runs_ > kRunsOfOneVm)
    load();
  test::evmc::Host& h = host(s.revision);
  h.tx = {s.sender, U256{kGasPrice}, {}};
  const runtime::Message m = message_of(s, gas);
  test::evmc::Result result;
  outcome_.diff.clear();
  outcome_.output.clear();
  outcome_.host = h.execute(store, m, result);
  if (outcome_.host != Status::Success)
    return outcome_;
  const Status failed = kind(ours.status) == StatusKind::Failure ? ours.status : Status::OutOfGas;
  outcome_.status = result.status == 0   ? Status::Success
                    : result.status == 2 ? Status::Revert
                                         : failed;
  outcome_.gas_left = result.gas_left;
  outcome_.state_gas_left = outcome_.state_gas_spent = 0;
  outcome_.refund = result.gas_refund;
  outcome_.created =
      is_create(m.kind) && outcome_.status == Status::Success ? m.recipient : Address{};
  outcome_.accesses = ours.accesses;
  outcome_.extension_calls = ours.extension_calls;
  outcome_.deferred = ours.deferred;
  if (!outcome_.output.try_append({result.output, result.output_size}) ||
      !outcome_.logs.try_copy(h.journal()) || h.journal().finish(outcome_.diff) != Status::Success)
    throw std::runtime_error{"no memory"};
  sort(outcome_.diff);
  return outcome_;
}

} // namespace zvm::fuzz
