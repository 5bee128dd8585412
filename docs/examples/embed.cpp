// What an application does with zvm, piece by piece. docs/embedding.md tells the story, with a program for each piece.
#include <chrono>
#include <iostream>
#include <map>
#include <set>
#include <thread>
#include <zvm/engine/wasm/store.hpp>
#include <zvm/zvm.hpp>

namespace {

// Storage slot 0 counts the calls; each returns how many there were before it. EVM code that installs itself.
constexpr char kCounter[] = "600e8060095f395ff3" // init code: returns the rest
                            "5f5480600101"       // slot 0, and 1 more …
                            "5f555f5260205ff3";  // … stored; what it was is returned
constexpr char kEndless[] = "5b5f56";            // EVM: jumps to itself

const zvm::Address kAlice = zvm::to_address(0xa11ce);
const zvm::Address kBob = zvm::to_address(0xb0b);
const zvm::Address kContract = zvm::to_address(0xc0de);

int wrong = 0;

void expect(bool held, const char* what) {
  std::cout << (held ? "ok     " : "WRONG  ") << what << '\n';
  wrong += held ? 0 : 1;
}

zvm::U256 word_of(const zvm::Buffer& output) { return zvm::U256::from_be_bytes(output.view()); }

// A machine for the pieces below.
std::unique_ptr<zvm::Machine> make_machine(const zvm::VmConfig& config = {}) {
  const zvm::Result<zvm::Engine> engine = zvm::Engine::create(config);
  return engine ? zvm::Machine::create(*engine) : nullptr;
}

void deploy_and_call() {
  const zvm::Result<zvm::Engine> engine = zvm::Engine::create({.revision = zvm::Revision::Osaka});
  if (!engine) {
    std::cerr << engine.error().message() << '\n';
    return;
  }
  const std::unique_ptr<zvm::Machine> machine = zvm::Machine::create(*engine);
  zvm::MemoryStore state;
  zvm::TransactionResult result;

  const std::vector<uint8_t> init_code = *zvm::parse_hex(kCounter);
  zvm::Status status = machine->deploy(state, {.sender = kAlice, .init_code = init_code}, result);
  if (status != zvm::Status::Success) {
    std::cerr << zvm::host_failure().message()
              << '\n'; // memory, the store, a limit: nothing has happened
    return;
  }
  if (result.refusal != zvm::TxError::None) {
    std::cerr << zvm::info(result.refusal).text << '\n'; // refused as a transaction: it never ran
    return;
  }
  if (result.status != zvm::Status::Success) {
    std::cerr << zvm::info(result.status).text << '\n'; // the init code failed
    return;
  }
  const zvm::Address counter = result.created;

  status = machine->call(state, {.sender = kAlice, .to = counter, .commit = true}, result);
  if (status == zvm::Status::Success)
    status = machine->call(state, {.sender = kAlice, .to = counter}, result);
  std::cout << zvm::name(result.status) << ", " << result.gas_used << " gas, "
            << zvm::to_decimal(word_of(result.output)) << " calls before\n";
  expect(status == zvm::Status::Success && word_of(result.output) == zvm::U256{1},
         "a contract is deployed, called, and asked");
}

void send_transactions() {
  const std::unique_ptr<zvm::Machine> machine = make_machine();
  const zvm::U256 ether{1'000'000'000'000'000'000};
  zvm::MemoryStore state;
  bool held = state.put_account(kAlice, {.balance = ether});

  zvm::BlockContext& block = machine->block();
  block.number = 1;
  block.gas_limit = 36'000'000;
  block.base_fee = 7; // wei

  zvm::Transaction payment;
  payment.type = zvm::TxType::FeeMarket;
  payment.has_chain_id = true;
  payment.chain_id = block.chain_id;
  payment.sender = kAlice; // of signed bytes: decode_transaction recovers it
  payment.to = kBob;
  payment.value = 1000;
  payment.gas_limit = 21'000;
  payment.max_fee = 10;
  payment.max_priority_fee = 1;

  std::vector<zvm::Transaction> transactions{payment, payment, payment};
  transactions[1].nonce = 1;
  transactions[2].nonce = 7;
  std::vector<zvm::BatchResult> results(transactions.size());
  const zvm::BatchOutcome outcome = machine->execute_batch(state, transactions, {}, results);
  for (const zvm::BatchResult& result : results) {
    if (result.transaction.refusal == zvm::TxError::None)
      std::cout << zvm::name(result.transaction.status) << ", " << result.logs.size() << " logs\n";
    else
      std::cout << "refused: " << zvm::info(result.transaction.refusal).text << '\n';
  }
  zvm::StateRoot roots;
  zvm::Bytes32 root;
  held = held && roots.compute(state, root) == zvm::ReadStatus::Ok;
  std::cout << outcome.gas_used << " gas, state root " << zvm::to_hex(root) << '\n';
  expect(held && outcome.done == 3 && outcome.gas_used == 42'000 &&
             results[2].transaction.refusal == zvm::TxError::NonceTooHigh,
         "transactions run in order; a wrong nonce is refused");
}

// What a chain has when a new block arrives: its parent, and the state after it.
zvm::BlockHeader parent_header() {
  zvm::BlockHeader header;
  header.number = 99;
  header.timestamp = 1'800'000'000;
  header.gas_limit = 36'000'000;
  header.gas_used = 18'000'000;
  header.base_fee = zvm::U256{1'000'000'000};
  header.withdrawals_root = zvm::Bytes32{};
  header.ommers_hash = zvm::kNoOmmersHash;
  return header;
}

void blocks() {
  const std::unique_ptr<zvm::Machine> machine = make_machine({.revision = zvm::Revision::Shanghai});
  zvm::MemoryStore state;
  const std::vector<zvm::Ancestor> ancestors{{parent_header(), {}}};
  const zvm::BlockHeader& parent = ancestors.front().header;

  zvm::Block block;
  block.header.parent_hash = zvm::header_hash(parent);
  block.header.ommers_hash = zvm::kNoOmmersHash;
  block.header.number = parent.number + 1;
  block.header.timestamp = parent.timestamp + 12;
  block.header.gas_limit = parent.gas_limit;
  block.header.base_fee = zvm::next_base_fee(parent);
  block.header.withdrawals_root = zvm::Bytes32{};
  block.withdrawals = {{{.index = 0, .validator = 7, .recipient = kAlice, .amount = 5}}}; // gwei

  zvm::BlockResult result; // what the header has to say is not known yet: nothing of it is compared
  zvm::Status status = machine->execute_block(state, {block, ancestors},
                                              {.commit = false, .check_results = false}, result);
  block.header.gas_used = result.progress.gas_used;
  block.header.logs_bloom = result.logs_bloom;
  block.header.transactions_root = result.transactions_root;
  block.header.receipts_root = result.receipts_root;
  block.header.withdrawals_root = result.withdrawals_root;
  block.header.state_root = result.state_root;
  expect(status == zvm::Status::Success, "a block that is being made");
  std::vector<uint8_t> bytes;
  zvm::RlpWriter writer{bytes};
  zvm::encode_block(block, writer);

  const zvm::Result<zvm::Block> arrived = zvm::decode_block(bytes);
  if (!arrived)
    return; // arrived.error() says where it is no block
  status = machine->execute_block(state, {*arrived, ancestors}, {}, result);
  if (status == zvm::Status::Success && result.refusal != zvm::BlockError::None)
    std::cout << "refused: " << zvm::info(result.refusal).text << '\n';
  for (const zvm::Receipt& receipt : result.progress.receipts)
    std::cout << receipt.gas_used << " gas, " << receipt.logs.size() << " logs\n";

  zvm::AccountRecord alice;
  bool exists = false;
  expect(result.refusal == zvm::BlockError::None &&
             state.read_account(kAlice, alice, exists) == zvm::ReadStatus::Ok &&
             alice.balance == zvm::U256{5'000'000'000},
         "a block on its parent's state");
}

void what_if() {
  const std::unique_ptr<zvm::Machine> machine = make_machine();
  zvm::MemoryStore state;
  zvm::TransactionResult result;
  const std::vector<uint8_t> init_code = *zvm::parse_hex(kCounter);
  zvm::Status status = machine->deploy(state, {.sender = kAlice, .init_code = init_code}, result);
  expect(status == zvm::Status::Success, "the counter is deployed");
  const zvm::Address counter = result.created;

  zvm::OverlayStore trial{&state};
  bool held = trial.put_slot(counter, 0, 41); // as if it had been called 41 times
  status = machine->call(trial, {.sender = kAlice, .to = counter, .commit = true}, result);
  held = held && status == zvm::Status::Success && word_of(result.output) == zvm::U256{41};

  zvm::U256 value;
  held = held && state.read_slot(counter, 0, value) == zvm::ReadStatus::Ok && value.is_zero();
  zvm::StateDiff diff; // what the trial changed, should it be kept
  held = held && trial.diff(diff) && state.apply(diff);
  held =
      held && state.read_slot(counter, 0, value) == zvm::ReadStatus::Ok && value == zvm::U256{42};
  expect(held, "an overlay takes changes and leaves its base alone until they are applied");
}

// A state that must be fetched first. What is not there yet is Pending; the execution then ends as Suspended.
class RemoteStore final : public zvm::StateStore {
 public:
  explicit RemoteStore(zvm::StateStore& remote) : remote_(remote) {}

  zvm::ReadStatus read_account(const zvm::Address& address, zvm::AccountRecord& record,
                               bool& exists) override {
    return is_here(address) ? remote_.read_account(address, record, exists)
                            : zvm::ReadStatus::Pending;
  }
  zvm::ReadStatus read_slot(const zvm::Address& address, const zvm::U256& key,
                            zvm::U256& value) override {
    return remote_.read_slot(address, key, value);
  }
  zvm::ReadStatus read_kv(const zvm::Address& address, zvm::ByteView key, zvm::Buffer& value,
                          bool& exists) override {
    return remote_.read_kv(address, key, value, exists);
  }
  zvm::ReadStatus read_code(const zvm::Address& address, const zvm::Bytes32& hash,
                            zvm::ByteView& code) override {
    return remote_.read_code(address, hash, code);
  }
  zvm::ReadStatus count_slots(const zvm::Address& address, uint64_t& count) override {
    return remote_.count_slots(address, count);
  }
  bool apply(const zvm::StateDiff& diff) override { return remote_.apply(diff); }

  /// Waits for what has been asked for; how much that was.
  size_t fetch() {
    const size_t count = wanted_.size();
    here_.merge(wanted_);
    wanted_.clear();
    return count;
  }

 private:
  bool is_here(const zvm::Address& address) {
    if (here_.contains(address))
      return true;
    wanted_.insert(address);
    return false;
  }

  zvm::StateStore& remote_;
  std::set<zvm::Address> here_, wanted_;
};

void suspended_reads() {
  const std::unique_ptr<zvm::Machine> machine = make_machine();
  zvm::MemoryStore far_away;
  zvm::TransactionResult result;
  const std::vector<uint8_t> init_code = *zvm::parse_hex(kCounter);
  zvm::Status status =
      machine->deploy(far_away, {.sender = kAlice, .init_code = init_code}, result);
  expect(status == zvm::Status::Success, "the counter is deployed");
  const zvm::CallRequest request{.sender = kAlice, .to = result.created};

  RemoteStore store{far_away};
  size_t fetched = 0;
  while ((status = machine->call(store, request, result)) == zvm::Status::Suspended)
    fetched += store.fetch();
  expect(status == zvm::Status::Success && fetched >= 2,
         "a store may answer later; the call is made again when it has");
}

class InstructionCounter final : public zvm::Tracer {
 public:
  void step(const zvm::Frame&, int64_t) override { ++instructions; }
  void enter(const zvm::Message&) override { ++messages; }
  void exit(const zvm::Message&, const zvm::MessageEnd&) override {}
  uint64_t instructions = 0;
  uint64_t messages = 0;
};

class StorageRecorder final : public zvm::StateRecorder {
 public:
  void on_account_read(const zvm::Address&) override {}
  void on_account_write(const zvm::Address&) override {}
  void on_slot_read(const zvm::Address&, const zvm::U256&, const zvm::U256&) override { ++reads; }
  void on_slot_write(const zvm::Address&, const zvm::U256&, const zvm::U256&) override { ++writes; }
  void on_kv_read(const zvm::Address&, zvm::ByteView, bool, zvm::ByteView) override { ++reads; }
  void on_kv_write(const zvm::Address&, zvm::ByteView, bool, zvm::ByteView) override { ++writes; }
  uint64_t reads = 0;
  uint64_t writes = 0;
};

void watch() {
  const std::unique_ptr<zvm::Machine> machine = make_machine();
  zvm::MemoryStore state;
  zvm::TransactionResult result;
  const std::vector<uint8_t> init_code = *zvm::parse_hex(kCounter);
  zvm::Status status = machine->deploy(state, {.sender = kAlice, .init_code = init_code}, result);
  expect(status == zvm::Status::Success, "the counter is deployed");
  const zvm::Address counter = result.created;

  InstructionCounter tracer;
  StorageRecorder recorder;
  machine->set_tracer(&tracer);
  machine->set_recorder(&recorder);
  status = machine->call(state, {.sender = kAlice, .to = counter}, result);
  machine->set_tracer(nullptr);
  machine->set_recorder(nullptr);
  expect(status == zvm::Status::Success && tracer.instructions == 12 && tracer.messages == 1 &&
             recorder.reads != 0 && recorder.writes == 1,
         "a tracer sees instructions and messages, a recorder what is read and written");
}

void decision() {
  const std::unique_ptr<zvm::Machine> machine = make_machine();
  const bool absent = !machine->dao_context().present;
  machine->dao_context() = {
      .present = true, .level = 2, .proposal_id = 41, .voting_power = 1'000'000};
  zvm::MemoryStore state;
  zvm::TransactionResult result;
  const zvm::Status status = machine->call(state, {.sender = kAlice, .to = kBob}, result);
  expect(absent && status == zvm::Status::Success && machine->dao_context().proposal_id == 41,
         "the decision behind executions is absent unless set, and stays");
}

void limits() {
  using namespace std::chrono_literals;
  const std::unique_ptr<zvm::Machine> machine = make_machine();
  zvm::MemoryStore state;
  bool held = state.put_account(kContract, {}, *zvm::parse_hex(kEndless));
  zvm::TransactionResult result;
  const zvm::CallRequest endless{.sender = kAlice, .to = kContract, .gas = INT64_MAX};

  machine->set_deadline(std::chrono::steady_clock::now() + 50ms);
  held = held && machine->call(state, endless, result) == zvm::Status::DeadlineExceeded;
  machine->set_deadline(std::nullopt);

  machine->limits().steps = 1000;
  held = held && machine->call(state, endless, result) == zvm::Status::StepLimit;
  machine->limits().steps = UINT64_MAX;

  std::thread impatient{[&machine] {
    std::this_thread::sleep_for(20ms);
    machine->cancel();
  }};
  held = held && machine->call(state, endless, result) == zvm::Status::Cancelled;
  impatient.join();
  machine->clear_cancel();
  expect(held, "deadline, step limit and cancellation end what would not end by itself");
}

// What a chain adds to the ZVM: here the opcode HEDERA_ACCOUNT_ID, which leaves a number on the stack.
class Accounts final : public zvm::PayloadExtension {
 protected:
  zvm::Status perform(zvm::Frame& frame, uint8_t opcode, zvm::ByteView,
                      zvm::U256& result) override {
    if (opcode != 0xeb)
      return zvm::Status::InvalidOpcode;
    result = numbers_[frame.message.sender];
    return zvm::Status::Success;
  }

 private:
  std::map<zvm::Address, uint64_t> numbers_{{kAlice, 1001}};
};

void extend() {
  const std::unique_ptr<zvm::Machine> machine = make_machine();
  // HEDERA_ACCOUNT_ID PUSH1 0 MSTORE PUSH1 32 PUSH1 0 RETURN, stored so that its bytes say ZVM.
  const std::vector<uint8_t> code = *zvm::parse_hex("eb11008111201100a8");
  const zvm::Result<std::vector<uint8_t>> stored =
      machine->engine().stored_form(zvm::Vm::Zvm, code);
  zvm::MemoryStore state;
  bool held = stored && state.put_account(kContract, {}, *stored);
  held = held && machine->engine().detect(*stored).vm == zvm::Vm::Zvm;

  zvm::TransactionResult result;
  const zvm::CallRequest request{.sender = kAlice, .to = kContract};
  held = held && machine->call(state, request, result) == zvm::Status::Success &&
         result.status == zvm::Status::InvalidOpcode; // nobody serves it yet
  Accounts accounts;
  machine->set_extension(&accounts);
  held = held && machine->call(state, request, result) == zvm::Status::Success &&
         word_of(result.output) == zvm::U256{1001};
  expect(held, "a chain serves opcodes of its own");
}

// A precompile: 100 gas a call; it answers with its input backwards.
zvm::Status reverse(const zvm::Precompile&, zvm::ByteView input, zvm::Buffer& output,
                    zvm::PrecompileContext&) {
  const std::vector<uint8_t> backwards{input.rbegin(), input.rend()};
  return output.try_append(backwards) ? zvm::Status::Success : zvm::Status::HostError;
}

void configure() {
  zvm::Precompile backwards;
  backwards.name = "reverse";
  backwards.gas = [](const zvm::Precompile& p, zvm::ByteView) { return p.base; };
  backwards.run = reverse;
  backwards.base = 100;

  zvm::VmConfig config;
  config.revision = zvm::Revision::Cancun;
  config.evm_prices = {{zvm::Cost::ColdSlot, {.execution = 50'000}}};
  config.precompiles = {{zvm::to_address(0x1000), backwards}, // a new one
                        {zvm::to_address(9), std::nullopt}};  // and one that goes
  const std::unique_ptr<zvm::Machine> machine = make_machine(config);

  zvm::MemoryStore state;
  zvm::TransactionResult result;
  const std::vector<uint8_t> input{1, 2, 3};
  const zvm::Status status = machine->call(
      state, {.sender = kAlice, .to = zvm::to_address(0x1000), .input = input}, result);
  expect(status == zvm::Status::Success && result.output.size() == 3 && result.output[0] == 3,
         "precompiles and prices are the chain's to choose");
}

void defer_hashes() {
  zvm::VmConfig config;
  config.zvm_1_1 = true;
  config.vms = {false, true, zvm::Vm::Zvm};
  const std::unique_ptr<zvm::Machine> machine = make_machine(config);
  // DEFERRED_HASH of 32 zero bytes by Keccak-256, HALT.
  zvm::MemoryStore state;
  bool held = state.put_account(kContract, {}, *zvm::parse_hex("1120110011017500"));
  zvm::TransactionResult result;
  held = held &&
         machine->call(state, {.sender = kAlice, .to = kContract}, result) == zvm::Status::Success;
  zvm::Bytes32 digest;
  for (const zvm::DeferredCommitment& entry : result.deferred.entries)
    digest = entry.digest;
  const std::vector<uint8_t> zeros(32);
  expect(held && digest == zvm::keccak256(zeros) &&
             result.deferred.root == zvm::deferred_root(result.deferred.entries.view()),
         "hashes that contracts have put off come with the result");
}

// A module of WebAssembly: calc(i32, i32) -> i32 adds, and has the embedder's `twice` double the sum.
constexpr char kModule[] =
    "0061736d01000000010c0260017f017f60027f7f017f020e0104686f7374057477696365000003020101"
    "07080104"
    "63616c6300010a0b010900200020016a10000b";

zvm::Status twice(zvm::runtime::Activation&, void*, uint64_t* slots) {
  slots[0] = static_cast<uint32_t>(slots[0] * 2);
  return zvm::Status::Success;
}

void run_a_module() {
  namespace wasm = zvm::engine::wasm;
  const zvm::gas::Schedule schedule =
      zvm::gas::make_wasm_schedule(zvm::gas::WasmSchedule::Wasm1, zvm::kLatestRevision);
  const auto costs = zvm::frontend::wasm::make_costs(schedule);
  const auto module = wasm::Module::load(*zvm::parse_hex(kModule), {.costs = &costs});
  if (!module) {
    std::cerr << module.error().message() << '\n';
    return;
  }
  wasm::Store store; // instances live in it; the module must outlive it
  const wasm::ValueType i32 = wasm::ValueType::I32;
  wasm::Linker linker;
  linker.define("host", "twice", store.add_function({&i32, 1}, {&i32, 1}, twice));
  const auto made = store.instantiate(**module, linker);
  if (!made || made->status != zvm::Status::Success)
    return; // an import is missing or of another type; or a trap in its beginning

  const wasm::Value arguments[] = {wasm::Value::i32(20), wasm::Value::i32(1)};
  wasm::Value result;
  const wasm::CallResult done = store.call(*made->instance->find_function("calc"), arguments,
                                           {&result, 1}, {.gas = schedule.to_counter(1000)});
  std::cout << zvm::name(done.status) << ", " << result.slots[0] << ", "
            << 1000 - schedule.to_gas(done.gas_left) << " gas\n";
  expect(done.status == zvm::Status::Success && result == wasm::Value::i32(42),
         "a module calls the embedder and is called by it");
}

// A WASM contract whose `main` returns 42, which is its output, little-endian.
constexpr char kAnswer[] = "0061736d010000000105016000017f03020100050301000107110204"
                           "6d61696e0000066d656d6f727902000a06010400412a0b";

void run_a_wasm_contract() {
  const std::unique_ptr<zvm::Machine> machine = make_machine();
  zvm::MemoryStore state;
  zvm::TransactionResult result;
  const std::vector<uint8_t> module = *zvm::parse_hex(kAnswer);
  zvm::Status status = machine->deploy(state, {.sender = kAlice, .init_code = module}, result);
  if (status == zvm::Status::Success)
    status = machine->call(state, {.sender = kAlice, .to = result.created}, result);
  expect(status == zvm::Status::Success && zvm::to_hex(result.output.view()) == "0x2a000000",
         "a module is deployed as it is, and called");

  zvm::VmConfig strict;
  strict.wasm.max_functions = 1024;
  strict.wasm.max_pages = 64; // 4 MiB
  strict.wasm_schedule = zvm::gas::WasmSchedule::WasmV03;
  expect(make_machine(strict) != nullptr, "what contracts may be is the chain's to choose");
}

} // namespace

int main() {
  deploy_and_call();
  send_transactions();
  blocks();
  what_if();
  suspended_reads();
  watch();
  decision();
  limits();
  extend();
  configure();
  defer_hashes();
  run_a_module();
  run_a_wasm_contract();
  return wrong == 0 ? 0 : 1;
}
