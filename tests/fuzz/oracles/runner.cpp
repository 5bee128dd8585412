#include "tests/fuzz/oracles/runner.hpp"

#include <stdexcept>

#include "runtime/call/address.hpp"
#include "tests/fuzz/oracles/hooks.hpp"
#include "tests/fuzz/oracles/perturb.hpp"

namespace zvm::fuzz {
namespace {

constexpr uint64_t kCodeCache = 4 << 20;
constexpr int64_t kCompileGas = 500;
/// Bytes; deep scenarios have gas for gigabytes.
constexpr uint64_t kMemory = 16 << 20;
/// Of transactions, whose intrinsic gas the scenario does not count.
constexpr int64_t kIntrinsic = 25'000;
/// That a transaction may have (EIP-7825); what is over it can pay for state only.
constexpr int64_t kMostExecutionGas = 16'777'216;

void require(bool holds) {
  if (!holds)
    throw std::runtime_error{"the host of the fuzz targets failed"};
}

} // namespace

Runner::Runner(engine::Tier tier, unsigned compile_threads)
    : tier_(tier), compile_threads_(compile_threads), store_(std::make_unique<TroubledStore>()),
      extension_(std::make_unique<HashingExtension>()),
      recorder_(std::make_unique<HashingRecorder>()) {}
Runner::~Runner() = default;

void Runner::forget_code() {
  for (auto& [key, engine] : engines_) {
    engine.set_code_cache_limit(0);
    engine.set_code_cache_limit(kCodeCache);
  }
}

/// What was written otherwise is forgotten. The same scenario is perturbed in the same way again.
void Runner::begin_perturbed(const Scenario& s) {
  const bool has_machine_code = tier_ == engine::Tier::Asmjit || tier_ == engine::Tier::Auto;
  if (has_machine_code && perturbation_ != s.perturbation)
    forget_code();
  perturbation_ = s.perturbation;
  perturb(perturbation_);
  store_->set_hook({});
  if (perturbation_ % 8 == 1 && tier_ != engine::Tier::Step)
    store_->set_hook([this] { forget_code(); });
}

void Runner::set_tracer(runtime::Tracer* tracer) { tracer_ = tracer; }

engine::Engine& Runner::engine(const Scenario& s) {
  const uint32_t key = static_cast<uint32_t>(s.revision) << 8 | (s.vms.evm ? 1u : 0u) |
                       (s.vms.zvm ? 2u : 0u) | (s.vms.default_vm == Vm::Zvm ? 4u : 0u) |
                       (s.zvm_1_1 ? 8u : 0u) | (s.vms.wasm ? 16u : 0u);
  if (const auto found = engines_.find(key); found != engines_.end())
    return found->second;
  engine::VmConfig config;
  config.revision = s.revision;
  config.vms = s.vms;
  config.zvm_1_1 = s.zvm_1_1;
  engine::EngineOptions options;
  options.tier = tier_;
  options.code_cache_limit = kCodeCache;
  options.compile_gas = kCompileGas;
  options.compile_threads = compile_threads_;
  auto made = engine::Engine::create(config, options);
  require(made.has_value());
  return engines_.emplace(key, *made).first->second;
}

const Outcome& Runner::run(const Scenario& s, int64_t gas, runtime::StateStore& store) {
  if (machine_ == nullptr)
    machine_ = engine::Machine::create(engine(s));
  require(machine_ != nullptr);
  require(machine_->use(engine(s)) == Status::Success);
  runtime::Execution& x = machine_->execution();
  if (tier_ != engine::Tier::Step)
    x.promote_at = s.promote_gas;
  x.block = scenario_block();
  x.tx = {s.sender, U256{kGasPrice}, {}};
  x.missing_precompile = {};
  x.limits = {};
  x.limits.memory = kMemory;
  if (s.trouble == Trouble::MemoryLimit)
    x.limits.memory = s.trouble_at;
  if (s.trouble == Trouble::StepLimit)
    x.limits.steps = s.trouble_at;
  if (s.trouble == Trouble::Cancelled)
    machine_->cancel();
  else
    machine_->clear_cancel();
  machine_->set_deadline({});
  if (s.trouble == Trouble::Deadline)
    machine_->set_deadline(std::chrono::steady_clock::time_point{});
  machine_->set_tracer(tracer_);
  machine_->set_recorder(s.is_recorded ? recorder_.get() : nullptr);
  machine_->set_extension(s.has_extension ? extension_.get() : nullptr);
  // The reference sees the whole state at once; the other tier has to wait for each read.
  const bool waits = s.trouble == Trouble::Pending && tier_ != engine::Tier::Step;
  begin_perturbed(s);
  store_->begin(store, waits, s.trouble == Trouble::StoreError ? s.trouble_at : UINT64_MAX);
  do {
    extension_->begin();
    recorder_->begin();
    outcome_.host = execute(s, gas, *store_);
  } while (outcome_.host == Status::Suspended);
  perturb(0);
  return outcome_;
}

Status Runner::execute(const Scenario& s, int64_t gas, runtime::StateStore& store) {
  outcome_.created = {};
  outcome_.diff.clear();
  const Status status = s.kind == Scenario::Kind::Transaction ? execute_transaction(s, gas, store)
                                                              : execute_message(s, gas, store);
  if (status != Status::Success)
    return status;
  const runtime::Journal& journal = machine_->journal();
  outcome_.refund = journal.refund();
  require(outcome_.logs.try_copy(journal));
  outcome_.accesses = hash_accesses(journal) + (s.is_recorded ? recorder_->hash() : 0);
  outcome_.extension_calls = extension_->hash();
  runtime::DeferredCommitments deferred;
  require(machine_->commit_deferred(deferred));
  outcome_.deferred = deferred.root;
  return status;
}

Status Runner::execute_message(const Scenario& s, int64_t gas, runtime::StateStore& store) {
  const runtime::Message m = message_of(s, gas);
  runtime::MessageResult result;
  const Status status = machine_->execute(store, m, /*commit=*/false, result);
  if (status != Status::Success)
    return status;
  outcome_.status = result.status;
  outcome_.gas_left = result.gas_left;
  outcome_.state_gas_left = result.state_gas_left;
  outcome_.state_gas_spent = result.state_gas_spent;
  outcome_.output.swap(result.output);
  if (s.kind == Scenario::Kind::Create && result.status == Status::Success)
    outcome_.created = m.recipient;
  require(machine_->journal().finish(outcome_.diff) == Status::Success);
  sort(outcome_.diff);
  return status;
}

Status Runner::execute_transaction(const Scenario& s, int64_t gas, runtime::StateStore& store) {
  engine::CallRequest request;
  request.sender = s.sender;
  request.to = s.contracts[0].address;
  request.value = s.value;
  request.input = s.input;
  request.gas = static_cast<uint64_t>(gas_limit(s, gas));
  runtime::TransactionResult result;
  const Status status = machine_->call(store, request, result);
  if (status != Status::Success)
    return status;
  outcome_.status = result.status;
  outcome_.gas_left = static_cast<int64_t>(request.gas) - result.gas_used;
  outcome_.state_gas_left = result.regular_gas_used;
  outcome_.state_gas_spent = result.state_gas_used;
  outcome_.output.swap(result.output);
  std::swap(outcome_.diff, result.diff);
  sort(outcome_.diff);
  return status;
}

int64_t gas_limit(const Scenario& s, int64_t gas) {
  if (s.kind != Scenario::Kind::Transaction)
    return gas;
  return s.reservoir != 0 ? kMostExecutionGas + s.reservoir : gas + kIntrinsic;
}

runtime::Message message_of(const Scenario& s, int64_t gas) {
  runtime::Message m;
  m.gas = gas;
  m.state_gas = s.reservoir;
  m.sender = s.sender;
  m.value = s.value;
  m.input = s.input;
  m.is_static = s.is_static;
  if (s.kind == Scenario::Kind::Create) {
    m.kind = CallKind::Create;
    m.recipient = runtime::create_address(s.sender, 0);
  } else {
    m.recipient = s.contracts[0].address;
  }
  m.code_address = m.recipient;
  return m;
}

void fill_store(const Scenario& s, runtime::MemoryStore& store) {
  store.clear();
  require(store.put_account(s.sender, {0, U256{1} << 70, {}}));
  for (const Contract& contract : s.contracts) {
    require(
        store.put_account(contract.address, {contract.nonce, contract.balance, {}}, contract.code));
    for (const auto& [key, value] : contract.storage)
      require(store.put_slot(contract.address, key, value));
  }
}

} // namespace zvm::fuzz
