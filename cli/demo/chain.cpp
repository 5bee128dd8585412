#include "cli/demo/chain.hpp"

#include <algorithm>

#include "cli/errors.hpp"

namespace zvm::cli {
namespace {

constexpr uint64_t kGwei = 1'000'000'000;
constexpr uint64_t kBaseFee = 7 * kGwei;

class CallRecorder final : public Tracer {
 public:
  explicit CallRecorder(std::vector<CallRecord>& calls) : calls_(calls) { calls_.clear(); }

  void step(const Frame&, int64_t) override {}
  void enter(const Message& m) override {
    CallRecord call{m.depth,     m.kind, m.is_static,     m.sender,
                    m.recipient, {},     Status::Success, m.gas};
    if (!is_create(m.kind))
      call.selector.assign(m.input.begin(),
                           m.input.begin() + std::min<ptrdiff_t>(4, std::ssize(m.input)));
    open_.push_back(calls_.size());
    calls_.push_back(std::move(call));
  }
  void exit(const Message&, const MessageEnd& end) override {
    CallRecord& call = calls_[open_.back()];
    open_.pop_back();
    call.status = end.status;
    call.gas -= end.gas_left;
  }

 private:
  std::vector<CallRecord>& calls_;
  std::vector<size_t> open_;
};

std::unique_ptr<Machine> make_machine(const EngineOptions& options) {
  const Engine engine =
      value_or_throw(Engine::create({.revision = Revision::Osaka}, options), "engine");
  std::unique_ptr<Machine> machine = Machine::create(engine);
  if (machine == nullptr)
    throw std::bad_alloc{};
  BlockContext& block = machine->block();
  block.number = 1;
  block.timestamp = 1'764'798'551;
  block.gas_limit = 60'000'000;
  block.base_fee = kBaseFee;
  block.blob_base_fee = 1;
  return machine;
}

void run(Machine& machine, StateStore& store, const Transaction& tx, Receipt& receipt) {
  const Status status = machine.execute_transaction(store, tx, {}, receipt.result);
  if (status != Status::Success)
    throw UsageError("the host failed: " + host_failure().message());
  if (receipt.result.refusal != TxError::None)
    throw UsageError("a transaction was refused: " +
                     std::string{info(receipt.result.refusal).text});
  if (!receipt.logs.try_copy(machine.journal()))
    throw std::bad_alloc{};
}

} // namespace

Chain::Chain() {
  reference_.machine = make_machine({.tier = Tier::Step});
  fast_.machine = make_machine({.tier = Tier::Interp, .promote_gas = 0});
}

void Chain::fund(const Address& address, const U256& wei) {
  for (Side* side : {&reference_, &fast_}) {
    if (!side->store.put_account(address, {.balance = wei}))
      throw std::bad_alloc{};
  }
}

void Chain::send(Transaction tx, Receipt& receipt) {
  AccountRecord sender;
  bool exists = false;
  if (reference_.store.read_account(tx.sender, sender, exists) != ReadStatus::Ok)
    throw UsageError("the state cannot be read");
  tx.type = TxType::FeeMarket;
  tx.has_chain_id = true;
  tx.chain_id = reference_.machine->block().chain_id;
  tx.nonce = sender.nonce;
  tx.gas_limit = 2'000'000;
  tx.max_fee = U256{2 * kBaseFee};
  tx.max_priority_fee = U256{kGwei};
  receipt.intrinsic_gas = intrinsic_gas(engine().schedule(Vm::Evm), tx).charged;

  CallRecorder recorder{receipt.calls};
  reference_.machine->set_tracer(&recorder);
  run(*reference_.machine, reference_.store, tx, receipt);
  reference_.machine->set_tracer(nullptr);
  Receipt fast;
  run(*fast_.machine, fast_.store, tx, fast);
  ++sent_;
  compare(receipt, fast);
}

void Chain::compare(const Receipt& reference, const Receipt& fast) {
  const auto expect = [this](bool same, std::string_view what) {
    if (!same) {
      differences_.push_back("transaction " + std::to_string(sent_) +
                             ": tiers step and interp differ in " + std::string{what});
    }
  };
  expect(reference.result.status == fast.result.status, "status");
  expect(reference.result.gas_used == fast.result.gas_used, "gas");
  expect(std::ranges::equal(reference.result.output, fast.result.output), "output");
  expect(logs_hash(reference_.machine->journal()) == logs_hash(fast_.machine->journal()), "logs");
  StateRoot roots;
  Bytes32 root;
  if (roots.compute(fast_.store, root) != ReadStatus::Ok)
    throw std::bad_alloc{};
  expect(root == state_root(), "state");
}

U256 Chain::storage(const Address& address, const U256& slot) {
  U256 value;
  if (reference_.store.read_slot(address, slot, value) != ReadStatus::Ok)
    throw UsageError("the state cannot be read");
  return value;
}

std::vector<uint8_t> Chain::code(const Address& address) {
  AccountRecord record;
  bool exists = false;
  ByteView code;
  if (reference_.store.read_account(address, record, exists) != ReadStatus::Ok ||
      reference_.store.read_code(address, record.code_hash, code) != ReadStatus::Ok)
    throw UsageError("the state cannot be read");
  return {code.begin(), code.end()};
}

Vm Chain::vm_of(const Address& address) {
  const std::vector<uint8_t> stored = code(address);
  return engine().detect(stored).vm;
}

Bytes32 Chain::state_root() {
  StateRoot roots;
  Bytes32 root;
  if (roots.compute(reference_.store, root) != ReadStatus::Ok)
    throw std::bad_alloc{};
  return root;
}

} // namespace zvm::cli
