#include "cli/execution.hpp"

#include <algorithm>
#include <chrono>

#include "cli/errors.hpp"
#include "engine/wasm/contract/explain.hpp"

namespace zvm::cli {
namespace {

/// Wei that the sender has, or the value sent if that is more.
constexpr uint64_t kEther = 1'000'000'000'000'000'000;

U256 parse_word(const std::string& option, const std::string& text) {
  return value_or_throw(parse_u256(text), option);
}

uint64_t parse_up_to(const std::string& option, const std::string& text, uint64_t most,
                     std::string_view most_text) {
  const U256 word = parse_word(option, text);
  if (word > U256{most})
    throw UsageError(option + ": " + text.substr(0, 40) + " is more than " +
                     std::string{most_text});
  return word.low64();
}

void require(bool held, const char* what) {
  if (!held)
    throw UsageError(std::string{"out of memory: "} + what);
}

} // namespace

void ExecutionOptions::add_to(Verb& verb, bool with_vm, bool with_tier) {
  program.add_to(verb, with_vm);
  verb.add_option("--calldata", calldata, "input of the call, hexadecimal; nothing unless given");
  verb.add_option("--value", value, "wei sent along, decimal or 0x…");
  verb.add_option("--gas", gas, "execution gas to run with, up to 2^63-1");
  verb.add_option("--state-gas", state_gas,
                  "reservoir of state gas beside --gas, from amsterdam on; nothing unless given");
  verb.add_option("--gas-schedule", gas_schedule,
                  "what instructions of WASM contracts cost: wasm-1, wasm-v03");
  verb.add_option("--sender", sender, "address of the caller");
  verb.add_option("--address", address, "address of the program");
  verb.add_flag("--create", create, "run the program as init code and deploy what it returns");
  verb.add_option("--steps", steps,
                  "end after so many instructions (runs in step form); no limit unless given");
  verb.add_option("--timeout", timeout, "end after so many milliseconds; no limit unless given");
  if (with_tier) {
    verb.add_option("--tier", tier,
                    "auto, step, interp, asmjit; shadow: step, then asmjit beside it");
    verb.add_flag("--debug-log", debug_log,
                  "print what WASM contracts say by debug_log, to standard error");
    verb.add_flag("--estimate", estimate,
                  "also the least gas limit of a transaction that does it, up to --gas");
    verb.add_flag("--stats", stats,
                  "also what the cache of code holds, and counts of machine code");
    watch.add_to(verb);
    verb.add_flag("--json", json, "the result as one JSON object");
  }
}

Run::Run(const ExecutionOptions& options, Program program)
    : program_(std::move(program)), dump_(options.watch.dump) {
  revision_ = options.program.parsed_revision();
  tier_ = value_or_throw(parse_tier(options.tier), "--tier");
  vm_ = program_.vm.value_or(Vm::Evm);

  VmConfig config;
  config.revision = revision_;
  config.zvm_1_1 = options.program.zvm_1_1;
  // Bare code belongs to the one VM that was asked for; what is in a container says so itself.
  if (!program_.is_container)
    config.vms = {vm_ == Vm::Evm, vm_ == Vm::Zvm, vm_, vm_ == Vm::Wasm};
  config.wasm_schedule =
      value_or_throw(gas::parse_wasm_schedule(options.gas_schedule), "--gas-schedule");
  if (vm_ == Vm::Wasm)
    check_contract(options, config.wasm);
  EngineOptions engine_options{.tier = tier_, .watch = options.watch.told(dump_)};
  if (options.lowers_at_once)
    engine_options.promote_gas = 0;
  const Engine engine = value_or_throw(Engine::create(config, engine_options), "engine");
  machine_ = Machine::create(engine);
  require(machine_ != nullptr, "no machine");
  set_up(options);
}

/// Says what is wrong, which the outcome of a deployment does not.
void Run::check_contract(const ExecutionOptions& options,
                         const engine::wasm::ContractRules& rules) const {
  if (!options.steps.empty())
    throw UsageError("--steps: instructions of WASM contracts are not counted; see --gas");
  const auto contract = engine::wasm::Contract::load(program_.code(), rules, {});
  if (!contract) {
    throw UsageError(options.program.file + ": not a contract: " +
                     engine::wasm::explain(program_.code(), rules, contract.error()) +
                     " (at offset " + std::to_string(contract.error().offset) +
                     "; zvm wasm runs plain modules)");
  }
}

void Run::set_up(const ExecutionOptions& options) {
  message_.gas = static_cast<int64_t>(parse_up_to("--gas", options.gas, INT64_MAX, "2^63-1"));
  if (!options.state_gas.empty()) {
    if (!has_state_gas())
      throw UsageError("--state-gas: there is none before amsterdam; see --revision");
    message_.state_gas =
        static_cast<int64_t>(parse_up_to("--state-gas", options.state_gas, INT64_MAX, "2^63-1"));
  }
  message_.value = parse_word("--value", options.value);
  message_.sender = value_or_throw(parse_address(options.sender), "--sender");
  calldata_ = value_or_throw(parse_hex(options.calldata), "--calldata");
  if (!options.steps.empty())
    machine_->limits().steps = parse_up_to("--steps", options.steps, UINT64_MAX, "2^64-1");
  if (!options.timeout.empty()) {
    const uint64_t ms =
        parse_up_to("--timeout", options.timeout, 1'000'000'000, "10^9 milliseconds");
    machine_->set_deadline(std::chrono::steady_clock::now() + std::chrono::milliseconds{ms});
  }
  machine_->transaction_context().origin = message_.sender;
  BlockContext& block = machine_->block();
  block.number = 1;
  block.timestamp = 1;
  block.gas_limit = kDefaultGas;
  block.blob_base_fee = 1;

  AccountRecord sender;
  sender.balance = std::max(message_.value, U256{kEther} * U256{1'000'000'000});
  if (options.create) {
    if (!calldata_.empty())
      throw UsageError(
          "--calldata: init code has none; with --create append arguments to the code");
    sender.nonce = 1;
    message_.kind = CallKind::Create;
    message_.recipient = create_address(message_.sender, 0);
    message_.input = program_.bytes;
  } else {
    message_.recipient = value_or_throw(parse_address(options.address), "--address");
    message_.input = calldata_;
    if (message_.recipient == message_.sender)
      throw UsageError("--address: this is the caller's, too; choose another, or another --sender");
    if (const Precompile* taken = runtime::find_precompile(message_.recipient, revision_)) {
      throw UsageError("--address: there is the precompile " + std::string{taken->name} +
                       " in this revision");
    }
    require(store_.put_account(message_.recipient, {.nonce = 1}, program_.bytes), "the program");
  }
  message_.code_address = message_.recipient;
  require(store_.put_account(message_.sender, sender), "the sender");
}

GasEstimate Run::estimate() {
  Transaction tx;
  tx.sender = message_.sender;
  tx.is_create = creates();
  tx.to = message_.recipient;
  tx.value = message_.value;
  tx.data = message_.input;
  tx.gas_limit = static_cast<uint64_t>(message_.gas);
  // As whoever asks may be without means: nobody pays, and the block has all the room.
  const TxChecks checks{.nonce = false, .balance = false, .fees = false, .block_gas = false};
  GasEstimate estimate;
  if (machine_->estimate_gas(store_, tx, checks, estimate) != Status::Success)
    throw UsageError("--estimate: " + host_failure().message());
  return estimate;
}

bool Run::has_state_gas() const {
  return gas::make_evm_schedule(revision_).has(gas::Rule::StateGas);
}

int Run::execute(Tracer* tracer) {
  machine_->set_tracer(tracer);
  status_ = machine_->execute(store_, message_, true, result_);
  if (status_ != Status::Success) {
    failure_ = host_failure();
  } else {
    status_ = result_.status;
    require(journal().finish(diff_) == Status::Success, "the changes");
    require(machine_->commit_deferred(deferred_), "the deferred hashes");
  }
  return status_ == Status::Success ? kDone : kFailed;
}

/// The engine ends with its machine, and what it compiles.
void Run::finish_dump() {
  machine_.reset();
  dump_.finish();
}

ByteView Run::created_code() {
  AccountRecord record;
  bool exists = false;
  ByteView code;
  const Address& address = message_.recipient;
  if (store_.read_account(address, record, exists) != ReadStatus::Ok || !exists ||
      store_.read_code(address, record.code_hash, code) != ReadStatus::Ok)
    return {};
  return code;
}

Bytes32 Run::state_root() {
  StateRoot roots;
  Bytes32 root;
  require(roots.compute(store_, root) == ReadStatus::Ok, "the state root");
  return root;
}

} // namespace zvm::cli
