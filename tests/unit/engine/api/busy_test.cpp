// A machine that is called while it runs, by a hook of its own or by another thread, answers Busy,
// and what it runs does not notice.
#include <atomic>
#include <thread>

#include "tests/unit/engine/api/programs.hpp"

namespace zvm::engine {
namespace {

/// All that a hook could do to a machine.
class Intruder {
 public:
  void aim(Machine& machine, bool from_a_thread = false) {
    machine_ = &machine;
    from_a_thread_ = from_a_thread;
  }
  [[nodiscard]] int attempts() const { return attempts_; }

  void intrude() {
    if (machine_ == nullptr)
      return;
    ++attempts_;
    if (from_a_thread_)
      std::thread{[this] { try_everything(); }}.join();
    else
      try_everything();
  }

 private:
  void try_everything() {
    TransactionResult result;
    MessageResult message_result;
    Message message;
    message.gas = 100'000;
    message.recipient = message.code_address = kContract;
    std::vector<BatchResult> results(1);
    const Transaction transaction;
    const runtime::Block block;
    DeferredCommitments deferred;
    expect_busy(machine_->call(store_, {.to = kContract, .commit = true}, result));
    EXPECT_EQ(result.status, Status::Busy);
    expect_busy(machine_->deploy(store_, {.init_code = kCounterInit}, result));
    expect_busy(machine_->execute_transaction(store_, transaction, {}, result));
    expect_busy(machine_->execute(store_, message, true, message_result));
    EXPECT_EQ(message_result.status, Status::Busy);
    expect_busy(machine_->execute_batch(store_, {&transaction, 1}, {}, results).status);
    runtime::BlockResult block_result;
    block_result.refusal = runtime::BlockError::StateRoot; // of an earlier block
    expect_busy(machine_->execute_block(store_, {block, {}}, {}, block_result));
    EXPECT_EQ(block_result.refusal, runtime::BlockError::None);
    expect_busy(machine_->use(machine_->engine()));
    EXPECT_FALSE(machine_->commit_deferred(deferred));
    EXPECT_EQ(host_failure().cause, HostCause::MachineBusy);
    // A machine of its own is what a hook can use.
    EXPECT_EQ(other_->execute(store_, message, true, message_result), Status::Success);
    EXPECT_EQ(message_result.status, Status::Success);
  }
  static void expect_busy(Status status) {
    EXPECT_EQ(status, Status::Busy);
    EXPECT_EQ(host_failure().status, Status::Busy);
    EXPECT_EQ(host_failure().cause, HostCause::MachineBusy);
  }
  Machine* machine_ = nullptr;
  std::unique_ptr<Machine> other_ = make_machine();
  MemoryStore store_;
  int attempts_ = 0;
  bool from_a_thread_ = false;
};

Intruder* g_intruder = nullptr; // precompiles are functions

class IntrudingTracer final : public Tracer {
 public:
  explicit IntrudingTracer(Intruder& i) : i_(i) {}
  void step(const Frame&, int64_t) override { i_.intrude(); }
  void enter(const Message&) override { i_.intrude(); }
  void exit(const Message&, const MessageEnd&) override { i_.intrude(); }

 private:
  Intruder& i_;
};

class IntrudingRecorder final : public StateRecorder {
 public:
  explicit IntrudingRecorder(Intruder& i) : i_(i) {}
  void on_account_read(const Address&) override { i_.intrude(); }
  void on_account_write(const Address&) override { i_.intrude(); }
  void on_slot_read(const Address&, const U256&, const U256&) override { i_.intrude(); }
  void on_slot_write(const Address&, const U256&, const U256&) override { i_.intrude(); }
  void on_kv_read(const Address&, ByteView, bool, ByteView) override { i_.intrude(); }
  void on_kv_write(const Address&, ByteView, bool, ByteView) override { i_.intrude(); }

 private:
  Intruder& i_;
};

class IntrudingExtension final : public HostExtension {
 public:
  explicit IntrudingExtension(Intruder& i) : i_(i) {}
  Status run(Frame&, uint32_t, std::span<const U256>, U256& result) override {
    i_.intrude();
    result = 5;
    return Status::Success;
  }

 private:
  Intruder& i_;
};

class IntrudingStore final : public StateStore {
 public:
  IntrudingStore(Intruder& i, MemoryStore& base) : i_(i), base_(base) {}
  ReadStatus read_account(const Address& a, AccountRecord& r, bool& e) override {
    i_.intrude();
    return base_.read_account(a, r, e);
  }
  ReadStatus read_slot(const Address& a, const U256& k, U256& v) override {
    i_.intrude();
    return base_.read_slot(a, k, v);
  }
  ReadStatus read_kv(const Address& a, ByteView k, Buffer& v, bool& e) override {
    i_.intrude();
    return base_.read_kv(a, k, v, e);
  }
  ReadStatus read_code(const Address& a, const Bytes32& h, ByteView& c) override {
    i_.intrude();
    return base_.read_code(a, h, c);
  }
  ReadStatus count_slots(const Address& a, uint64_t& n) override {
    i_.intrude();
    return base_.count_slots(a, n);
  }
  bool apply(const StateDiff& diff) override {
    i_.intrude();
    return base_.apply(diff);
  }
  void prefetch(std::span<const StateKey>) override { i_.intrude(); }
  ReadStatus visit(StateVisitor& visitor) override {
    i_.intrude();
    return base_.visit(visitor);
  }

 private:
  Intruder& i_;
  MemoryStore& base_;
};

uint64_t free_of_charge(const Precompile&, ByteView) { return 0; }
Status intruding_precompile(const Precompile&, ByteView, Buffer&, PrecompileContext&) {
  g_intruder->intrude();
  return Status::Success;
}
Status intruding_block_hash(void* intruder, uint64_t, Bytes32& hash) {
  static_cast<Intruder*>(intruder)->intrude();
  hash.bytes[31] = 9;
  return Status::Success;
}

const Address kPrecompile = to_address(U256{0x500});
const Address kZvm = to_address(U256{0x501});

/// 1 to slot 1, BLOCKHASH of block 1 to slot 2, a call of the precompile and of the ZVM's contract,
/// and 3 to slot 3.
const std::vector<uint8_t> kBusy = code_of("6001600155" // SSTORE
                                           "600140600255"
                                           "5f5f5f5f5f6105005af150"
                                           "5f5f5f5f5f6105015af150"
                                           "600360035500");

class ApiBusy : public testing::TestWithParam<Tier> {
 protected:
  void SetUp() override {
    g_intruder = &intruder_;
    machine_ =
        make_machine({.precompiles = {{kPrecompile, Precompile{.name = "intruder",
                                                               .gas = free_of_charge,
                                                               .run = intruding_precompile}}}},
                     {.tier = GetParam(), .promote_gas = 0});
    machine_->set_extension(&extension_);
    machine_->block().number = 100;
    machine_->block().block_hash = intruding_block_hash;
    machine_->block().block_hash_user = &intruder_;
    ASSERT_TRUE(store_.put_account(kContract, {}, kBusy));
    // HEDERA_ACCOUNT_ID PUSH1 0 SSTORE HALT
    ASSERT_TRUE(store_.put_account(
        kZvm, {}, machine_->engine().stored_form(Vm::Zvm, code_of("eb1100910000")).value()));
  }
  /// Runs the contract over the base or, where the store is to be a hook, over that one, and looks
  /// at what it has stored.
  void run(StateStore& store) {
    TransactionResult result;
    ASSERT_EQ(machine_->call(store, {.sender = kAlice, .to = kContract, .commit = true}, result),
              Status::Success);
    EXPECT_EQ(result.status, Status::Success);
    EXPECT_EQ(slot_of(store_, kContract, 1), U256{1});
    EXPECT_EQ(slot_of(store_, kContract, 2), U256{9});
    EXPECT_EQ(slot_of(store_, kContract, 3), U256{3});
    EXPECT_EQ(slot_of(store_, kZvm, 0), U256{5});
    gas_used_ = result.gas_used;
  }
  Intruder intruder_;
  IntrudingExtension extension_{intruder_};
  std::unique_ptr<Machine> machine_;
  MemoryStore store_;
  int64_t gas_used_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Tiers, ApiBusy,
                         testing::Values(Tier::Step, Tier::Interp, Tier::Asmjit, Tier::Auto),
                         [](const auto& tier) { return std::string{name(tier.param)}; });

TEST_P(ApiBusy, EveryHook) {
  run(store_);
  const int64_t undisturbed = gas_used_;
  store_.clear();
  SetUp();
  intruder_.aim(*machine_);
  IntrudingTracer tracer{intruder_};
  IntrudingRecorder recorder{intruder_};
  IntrudingStore intruding{intruder_, store_};
  machine_->set_tracer(&tracer);
  machine_->set_recorder(&recorder);
  run(intruding);
  EXPECT_EQ(gas_used_, undisturbed);
  EXPECT_GT(intruder_.attempts(), 50);
}

TEST_P(ApiBusy, EachHookAlone) {
  intruder_.aim(*machine_);
  run(store_); // block_hash, the precompile, the extension
  EXPECT_EQ(intruder_.attempts(), 3);
}

/// A block whose call of the beacon roots' contract reaches every hook.
class ApiBusyBlock : public ApiBusy {
 protected:
  /// Runs it and gives the state's root.
  Bytes32 run_block(StateStore& store) {
    VmConfig config = machine_->engine().config();
    config.revision = Revision::Cancun;
    const EngineOptions options = machine_->engine().options();
    EXPECT_EQ(machine_->use(Engine::create(config, options).value()), Status::Success);
    EXPECT_TRUE(store_.put_account(runtime::kBeaconRootsAddress, {}, kBusy));
    runtime::Block block;
    block.header.number = 10;
    block.header.base_fee = U256{7};
    block.header.withdrawals_root = Bytes32{};
    block.header.excess_blob_gas = block.header.blob_gas_used = 0;
    block.header.parent_beacon_root = Bytes32{};
    block.withdrawals = {{{0, 0, kBob, 1}}};
    runtime::BlockResult result;
    EXPECT_EQ(machine_->execute_block(store, {block, {}},
                                      {.check_parent = false, .check_results = false}, result),
              Status::Success);
    EXPECT_EQ(result.refusal, runtime::BlockError::None) << info(result.refusal).name;
    EXPECT_EQ(slot_of(store_, runtime::kBeaconRootsAddress, 2), U256{9});
    EXPECT_EQ(slot_of(store_, runtime::kBeaconRootsAddress, 3), U256{3});
    EXPECT_EQ(slot_of(store_, kZvm, 0), U256{5});
    return result.state_root;
  }
};

INSTANTIATE_TEST_SUITE_P(Tiers, ApiBusyBlock,
                         testing::Values(Tier::Step, Tier::Interp, Tier::Asmjit, Tier::Auto),
                         [](const auto& tier) { return std::string{name(tier.param)}; });

TEST_P(ApiBusyBlock, EveryHook) {
  const Bytes32 undisturbed = run_block(store_);
  for (const bool from_a_thread : {false, true}) {
    store_.clear();
    SetUp();
    intruder_.aim(*machine_, from_a_thread);
    const int before = intruder_.attempts();
    IntrudingTracer tracer{intruder_};
    IntrudingRecorder recorder{intruder_};
    IntrudingStore intruding{intruder_, store_};
    machine_->set_tracer(&tracer);
    machine_->set_recorder(&recorder);
    EXPECT_EQ(run_block(intruding), undisturbed);
    EXPECT_GT(intruder_.attempts() - before, 50);
  }
}

/// Says that it runs.
class Announcer final : public Tracer {
 public:
  void step(const Frame&, int64_t) override {}
  void enter(const Message&) override { runs_.store(true); }
  void exit(const Message&, const MessageEnd&) override {}
  void wait() const {
    while (!runs_.load())
      std::this_thread::yield();
  }

 private:
  std::atomic<bool> runs_{false};
};

TEST_P(ApiBusy, TwoThreads) {
  ASSERT_TRUE(store_.put_account(kBob, {}, kEndless));
  Announcer announcer;
  machine_->set_tracer(&announcer);
  Status status = Status::Success;
  std::thread first{[&] {
    TransactionResult outcome;
    status = machine_->call(store_, {.sender = kAlice, .to = kBob, .gas = INT64_MAX}, outcome);
  }};
  announcer.wait();
  MemoryStore empty;
  for (int i = 0; i < 1000; ++i) {
    TransactionResult outcome;
    ASSERT_EQ(machine_->call(empty, {.sender = kAlice, .to = kContract}, outcome), Status::Busy);
    ASSERT_EQ(outcome.status, Status::Busy);
    ASSERT_EQ(host_failure().cause, HostCause::MachineBusy);
  }
  machine_->cancel();
  first.join();
  EXPECT_EQ(status, Status::Cancelled);
  machine_->clear_cancel();
  machine_->set_tracer(nullptr);
  run(store_);
}

// Whichever comes first runs; no call is lost or half done.
TEST_P(ApiBusy, ThreadsThatFightForOneMachine) {
  ASSERT_TRUE(store_.put_account(kBob, {}, kCounter));
  std::atomic<uint64_t> done{0}, refused{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      TransactionResult outcome;
      for (int i = 0; i < 500; ++i) {
        const Status status =
            machine_->call(store_, {.sender = kAlice, .to = kBob, .commit = true}, outcome);
        (status == Status::Success ? done : refused).fetch_add(1);
        if (status != Status::Success) {
          EXPECT_EQ(status, Status::Busy);
        }
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(done + refused, 2000u);
  EXPECT_GT(done, 0u);
  EXPECT_EQ(slot_of(store_, kBob, 0), U256{done.load()});
}

} // namespace
} // namespace zvm::engine
