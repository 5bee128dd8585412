// Runs cases through the engine.
#include <stdexcept>

#include "engine/engine.hpp"
#include "runtime/call/address.hpp"
#include "runtime/call/driver.hpp"
#include "runtime/state/memory_store.hpp"
#include "tests/support/case_executor.hpp"
#include "tests/support/mock_extension.hpp"

namespace zvm::test {
namespace {

using runtime::Execution;

/// Of the host's side, where nothing may go wrong.
void require(bool holds, const char* what) {
  if (!holds)
    throw std::runtime_error{what};
}
void require(Status status) {
  if (status != Status::Success)
    throw std::runtime_error{std::string{name(status)}};
}

class StateReader final : public runtime::StateVisitor {
 public:
  StateReader(runtime::StateStore& store, CaseState& out) : store_(store), out_(out) {}
  bool begin_account(const Address& address, const runtime::AccountRecord& record) override {
    CaseAccount& account = out_[address];
    account.balance = record.balance;
    account.nonce = record.nonce;
    ByteView code;
    if (record.code_hash != runtime::kEmptyCodeHash &&
        store_.read_code(address, record.code_hash, code) != runtime::ReadStatus::Ok)
      return false;
    account.code.assign(code.begin(), code.end());
    current_ = &account;
    return true;
  }
  bool slot(const U256& key, const U256& value) override {
    current_->storage[key] = value;
    return true;
  }
  bool kv(ByteView, ByteView) override { return true; } // no instruction of a case reaches it
  bool end_account() override { return true; }

 private:
  runtime::StateStore& store_;
  CaseState& out_;
  CaseAccount* current_ = nullptr;
};

class EngineCase {
 public:
  EngineCase(const CaseInput& input, engine::Tier tier) : in_(input) {
    engine::VmConfig config;
    config.revision = input.revision;
    config.zvm_1_1 = input.zvm_1_1;
    config.vms = {true, input.vm == Vm::Zvm, input.vm, input.wasm};
    engine::EngineOptions options;
    options.tier = tier;
    options.promote_gas = options.compile_gas = 0;
    options.compile_threads = 0;
    auto made = engine::Engine::create(config, options);
    require(made.has_value(), "no engine");
    machine_ = engine::Machine::create(*made);
    require(machine_ != nullptr, "no machine");
    set_up_state();
    set_up_context();
  }

  CaseOutcome run() {
    CaseOutcome out;
    if (in_.is_transaction())
      run_transaction(out);
    else
      run_message(out);
    const runtime::Journal& journal = machine_->journal();
    for (size_t i = 0; i < journal.log_count(); ++i) {
      const runtime::LogView log = journal.log(i);
      out.logs.push_back({log.address,
                          {log.topics.begin(), log.topics.end()},
                          {log.data.begin(), log.data.end()}});
    }
    if (extension_) {
      for (const MockExtension::Call& call : extension_->calls())
        out.extension_calls.push_back({call.opcode, call.payload});
    }
    runtime::DeferredCommitments deferred;
    require(machine_->commit_deferred(deferred), "no memory");
    for (const runtime::DeferredCommitment& entry : deferred.entries)
      out.deferred_hashes.push_back(
          {static_cast<uint32_t>(entry.algorithm), entry.length, entry.digest});
    StateReader reader{store_, out.post};
    require(store_.visit(reader) == runtime::ReadStatus::Ok, "the state cannot be read");
    std::erase_if(out.post, [](const auto& entry) { return entry.second.is_empty(); });
    return out;
  }

 private:
  void set_up_state() {
    for (const auto& [address, account] : in_.pre) {
      require(store_.put_account(address, {account.nonce, account.balance, {}}, account.code),
              "no memory");
      for (const auto& [key, value] : account.storage)
        require(store_.put_slot(address, key, value), "no memory");
    }
  }

  void set_up_context() {
    Execution& x = machine_->execution();
    x.block.coinbase = in_.coinbase;
    x.block.number = in_.number;
    x.block.timestamp = in_.timestamp;
    x.block.gas_limit = in_.gas_limit;
    x.block.prev_randao = in_.prev_randao;
    x.block.base_fee = in_.base_fee;
    x.block.blob_base_fee = in_.blob_base_fee;
    x.block.slot_number = in_.slot_number;
    x.block.gas_used = in_.block_gas_used;
    x.block.state_gas_used = in_.block_state_gas_used;
    x.block.chain_id = in_.chain_id;
    x.block.block_hash = [](void* user, uint64_t number, Bytes32& hash) {
      const auto& hashes = static_cast<const CaseInput*>(user)->block_hashes;
      const auto found = hashes.find(number);
      hash = found == hashes.end() ? Bytes32{} : to_bytes32(found->second);
      return Status::Success;
    };
    x.block.block_hash_user = const_cast<CaseInput*>(&in_);
    if (in_.extension_result) {
      extension_.emplace(*in_.extension_result);
      x.extension = &*extension_;
    }
  }

  void run_message(CaseOutcome& out) {
    Execution& x = machine_->execution();
    x.store = &store_;
    x.tx = {in_.origin, in_.gas_price, in_.blob_hashes, to_bytes32(in_.transaction_hash)};
    runtime::Journal& journal = x.journal;
    journal.begin(store_, *x.evm, x.precompile_addresses);
    runtime::Message m;
    m.kind = in_.kind == CaseKind::Create ? CallKind::Create : CallKind::Call;
    m.is_static = in_.is_static;
    m.gas = in_.gas;
    m.state_gas = in_.reservoir;
    m.sender = in_.caller;
    m.recipient = in_.self;
    m.value = in_.value;
    m.input = in_.calldata;
    runtime::Account* caller = nullptr;
    require(journal.load(in_.caller, caller));
    if (in_.kind == CaseKind::Create) {
      m.recipient = runtime::create_address(in_.caller, caller->now.nonce);
      m.input = in_.init_code;
      require(journal.set_nonce(*caller, caller->now.nonce + 1));
    }
    m.code_address = m.recipient;
    for (const Address& address : {in_.caller, in_.origin, m.recipient, in_.coinbase}) {
      runtime::Account* account = nullptr;
      require(journal.load(address, account));
      require(journal.warm(*account));
    }
    runtime::MessageResult result;
    require(runtime::run_message(x, m, result));
    out.status = result.status;
    out.gas_used = in_.gas - result.gas_left;
    out.state_gas = result.state_gas_spent;
    out.refund = journal.refund();
    out.output.assign(result.output.begin(), result.output.end());
    if (in_.kind == CaseKind::Create && result.status == Status::Success)
      out.created = m.recipient;
    runtime::StateDiff diff;
    require(journal.finish(diff));
    require(store_.apply(diff), "the state cannot be written");
  }

  [[nodiscard]] runtime::TxType type() const {
    using enum runtime::TxType;
    return in_.type                      ? *in_.type
           : !in_.authorizations.empty() ? SetCode
           : !in_.blob_hashes.empty()    ? Blob
           : !in_.access_list.empty()    ? AccessList
                                         : Legacy;
  }

  void run_transaction(CaseOutcome& out) {
    runtime::Transaction tx;
    tx.type = type();
    tx.is_create = in_.creates();
    tx.hash = to_bytes32(in_.transaction_hash);
    tx.gas_limit = static_cast<uint64_t>(in_.gas);
    tx.sender = in_.caller;
    const auto sender = in_.pre.find(in_.caller);
    tx.nonce = sender == in_.pre.end() ? 0 : sender->second.nonce;
    tx.to = in_.to;
    tx.value = in_.value;
    tx.max_fee = tx.max_priority_fee = in_.gas_price;
    tx.max_blob_fee = in_.blob_base_fee;
    tx.data = tx.is_create ? in_.init_code : in_.calldata;
    std::vector<runtime::AccessListEntry> access_list;
    for (const CaseAccess& entry : in_.access_list)
      access_list.push_back({entry.address, entry.slots});
    tx.access_list = access_list;
    tx.blob_hashes = in_.blob_hashes;
    tx.authorizations = in_.authorizations;
    runtime::TransactionResult result;
    require(machine_->execute_transaction(store_, tx, {}, result));
    out.refusal = result.refusal;
    out.status = result.status;
    out.gas_used = result.gas_used;
    out.block_gas = result.regular_gas_used;
    out.state_gas = result.state_gas_used;
    out.refund = result.gas_refunded;
    out.output.assign(result.output.begin(), result.output.end());
    if (tx.is_create && result.status == Status::Success)
      out.created = result.created;
  }

  const CaseInput& in_;
  runtime::MemoryStore store_;
  std::optional<MockExtension> extension_;
  std::unique_ptr<engine::Machine> machine_;
};

class EngineExecutor final : public CaseExecutor {
 public:
  explicit EngineExecutor(engine::Tier tier) : tier_(tier) {}
  std::string_view tier() const override { return engine::name(tier_); }
  CaseOutcome run(const CaseInput& input) override { return EngineCase{input, tier_}.run(); }

 private:
  engine::Tier tier_;
};

} // namespace

std::vector<std::unique_ptr<CaseExecutor>> make_case_executors() {
  std::vector<std::unique_ptr<CaseExecutor>> out;
  for (const auto tier :
       {engine::Tier::Step, engine::Tier::Interp, engine::Tier::Asmjit, engine::Tier::Auto})
    out.push_back(std::make_unique<EngineExecutor>(tier));
  return out;
}

} // namespace zvm::test
