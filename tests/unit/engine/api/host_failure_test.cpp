// Why a status is the host's: the cause, the numbers, and what a store says of itself reach the
// caller.
#include "tests/support/fault_gate.hpp"
#include "tests/unit/engine/api/programs.hpp"

namespace zvm::engine {
namespace {

/// Fails at one thing, and says so.
class FailingStore final : public StateStore {
 public:
  explicit FailingStore(MemoryStore& base) : base_(base) {}
  HostCause fails_at = HostCause::None;
  bool says_why = true;

  ReadStatus read_account(const Address& a, AccountRecord& r, bool& e) override {
    return fails_at == HostCause::ReadAccount ? ReadStatus::Error : base_.read_account(a, r, e);
  }
  ReadStatus read_slot(const Address& a, const U256& k, U256& v) override {
    return fails_at == HostCause::ReadSlot ? ReadStatus::Error : base_.read_slot(a, k, v);
  }
  ReadStatus read_kv(const Address& a, ByteView k, Buffer& v, bool& e) override {
    return base_.read_kv(a, k, v, e);
  }
  ReadStatus read_code(const Address& a, const Bytes32& h, ByteView& c) override {
    if (fails_at == HostCause::ReadCode)
      return static_cast<ReadStatus>(17); // which is an error, too
    return base_.read_code(a, h, c);
  }
  ReadStatus count_slots(const Address& a, uint64_t& n) override {
    return fails_at == HostCause::CountSlots ? ReadStatus::Error : base_.count_slots(a, n);
  }
  bool apply(const StateDiff& diff) override {
    return fails_at != HostCause::Apply && base_.apply(diff);
  }
  StoreError last_error() const override {
    return says_why ? StoreError{-5, "the disk is gone"} : StoreError{};
  }

 private:
  MemoryStore& base_;
};

class ApiHostFailure : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.put_account(kContract, {}, kCounter));
    // The creator's account is there, and has been looked at; that of the new contract is asked for
    // its slots.
    ASSERT_TRUE(store_.put_account(create_address(kAlice, 0), {.balance = 1}));
  }
  Status call(StateStore& store, const Address& to, ByteView input = {}) {
    return machine_->call(store, {.sender = kAlice, .to = to, .input = input, .commit = true},
                          result_);
  }
  void expect_failure(HostCause cause) {
    EXPECT_EQ(result_.status, Status::HostError);
    EXPECT_EQ(host_failure().status, Status::HostError);
    EXPECT_EQ(host_failure().cause, cause) << host_failure().message();
    EXPECT_TRUE(result_.output.empty());
    EXPECT_TRUE(result_.diff.accounts.empty());
  }
  std::unique_ptr<Machine> machine_ = make_machine();
  MemoryStore store_;
  TransactionResult result_;
};

TEST_F(ApiHostFailure, OfTheStore) {
  for (const HostCause cause :
       {HostCause::ReadAccount, HostCause::ReadSlot, HostCause::ReadCode, HostCause::Apply}) {
    FailingStore failing{store_};
    failing.fails_at = cause;
    OverlayStore over{&failing}; // which passes on what its base says
    for (StateStore* store :
         {static_cast<StateStore*>(&failing), static_cast<StateStore*>(&over)}) {
      if (store == &over && cause == HostCause::Apply)
        continue;                                          // it keeps the changes itself
      ASSERT_EQ(call(store_, kContract), Status::Success); // and its result must not stay
      ASSERT_EQ(call(*store, kContract), Status::HostError);
      expect_failure(cause);
      EXPECT_EQ(host_failure().store_code, -5);
      EXPECT_EQ(host_failure().store_text(), "the disk is gone");
      const std::string message = host_failure().message();
      EXPECT_NE(message.find("the disk is gone"), std::string::npos) << message;
      EXPECT_NE(message.find("-5"), std::string::npos) << message;
      EXPECT_EQ(host_failure().has_account, cause != HostCause::Apply);
    }
  }
  FailingStore failing{store_};
  failing.fails_at = HostCause::ReadSlot;
  failing.says_why = false;
  ASSERT_EQ(call(failing, kContract), Status::HostError);
  EXPECT_EQ(host_failure().account, kContract);
  EXPECT_EQ(host_failure().message(),
            "ReadSlot: The state store could not read a slot. Account: " + to_hex(kContract) + ".");
  failing.fails_at = HostCause::CountSlots;
  ASSERT_EQ(machine_->deploy(failing, {.sender = kAlice, .init_code = kCounterInit}, result_),
            Status::Success);
  ASSERT_TRUE(store_.put_account(create_address(kBob, 0), {.balance = 1}));
  ASSERT_EQ(machine_->deploy(failing, {.sender = kBob, .init_code = kCounterInit}, result_),
            Status::HostError);
  expect_failure(HostCause::CountSlots);
}

TEST_F(ApiHostFailure, OfAMessageThatCommits) {
  FailingStore failing{store_};
  failing.fails_at = HostCause::Apply;
  Message message;
  message.gas = 100'000;
  message.recipient = message.code_address = kContract;
  MessageResult result;
  ASSERT_EQ(machine_->execute(failing, message, true, result), Status::HostError);
  EXPECT_EQ(result.status, Status::HostError);
  EXPECT_EQ(result.gas_left, 0);
  EXPECT_TRUE(result.output.empty());
  EXPECT_EQ(host_failure().cause, HostCause::Apply);
}

TEST_F(ApiHostFailure, OfABatch) {
  FailingStore failing{store_};
  failing.fails_at = HostCause::Apply;
  Transaction tx;
  tx.to = kContract;
  tx.gas_limit = 100'000;
  const std::vector<Transaction> transactions(2, tx);
  std::vector<BatchResult> results(2);
  for (BatchResult& result : results)
    result.transaction.status = Status::Success;
  machine_->block().gas_limit = 1'000'000;
  const BatchOutcome outcome = machine_->execute_batch(failing, transactions, {}, results);
  EXPECT_EQ(outcome.status, Status::HostError);
  EXPECT_EQ(outcome.done, 0u);
  EXPECT_EQ(host_failure().cause, HostCause::Apply);
  EXPECT_EQ(results[0].transaction.status, Status::HostError);
  EXPECT_EQ(results[1].transaction.status, Status::NotRun);
}

TEST_F(ApiHostFailure, OfLimits) {
  // MSTORE at 1 MiB, which needs a word more.
  ASSERT_TRUE(store_.put_account(kBob, {}, code_of("6001621000005200")));
  machine_->limits().memory = 1 << 20;
  ASSERT_EQ(call(store_, kBob), Status::HostError);
  expect_failure(HostCause::MemoryLimit);
  EXPECT_EQ(host_failure().asked, (1u << 20) + 32);
  EXPECT_EQ(host_failure().limit, 1u << 20);
  EXPECT_EQ(host_failure().message(),
            "MemoryLimit: The guest memory of all frames together would exceed Limits::memory. "
            "Asked for: 1048608 bytes. Limit: 1048576 bytes.");

  machine_->limits().memory = uint64_t{1} << 60;
  ASSERT_EQ(call(store_, kBob), Status::HostError);
  expect_failure(HostCause::AddressSpace);
  EXPECT_EQ(host_failure().asked, uint64_t{1} << 60);

  machine_->limits().memory = uint64_t{1} << 32;
  machine_->limits().steps = 3;
  ASSERT_EQ(call(store_, kContract), Status::StepLimit);
  EXPECT_EQ(result_.status, Status::StepLimit);
  EXPECT_EQ(host_failure().status, Status::StepLimit);
  EXPECT_EQ(host_failure().cause, HostCause::None); // an earlier one is no cause of this
  EXPECT_TRUE(host_failure().message().starts_with("StepLimit: "));
}

TEST_F(ApiHostFailure, OfLinearMemory) {
  // A module whose `main` answers 42 and whose memory begins with a page.
  const std::vector<uint8_t> module =
      code_of("0061736d010000000105016000017f030201000503010001071102046d61696e0000066d656d6f72"
              "7902000a06010400412a0b");
  ASSERT_TRUE(store_.put_account(kBob, {}, module));
  ASSERT_EQ(call(store_, kBob), Status::Success);
  machine_->limits().memory = 65'535;
  ASSERT_EQ(call(store_, kBob), Status::HostError);
  expect_failure(HostCause::LinearMemoryLimit);
  EXPECT_EQ(host_failure().asked, 65'536u);
  EXPECT_EQ(host_failure().limit, 65'535u);
}

TEST_F(ApiHostFailure, OfTheHeap) {
  uint64_t failures = 0;
  for (uint64_t n = 0; n < 60; ++n) {
    const auto machine = make_machine();
    const test::AllocationFault fault{n};
    const Status status = machine->call(store_, {.sender = kAlice, .to = kContract}, result_);
    if (status == Status::Success)
      continue;
    ++failures;
    ASSERT_EQ(status, Status::HostError);
    ASSERT_EQ(host_failure().status, Status::HostError);
    ASSERT_NE(host_failure().cause, HostCause::None);
    ASSERT_NE(host_failure().asked, 0u) << host_failure().message();
  }
  EXPECT_GT(failures, 10u);
}

Status failing_block_hash(void*, uint64_t, Bytes32&) { return Status::HostError; }
uint64_t free_of_charge(const Precompile&, ByteView) { return 0; }
Status failing_precompile(const Precompile&, ByteView, Buffer&, PrecompileContext&) {
  return Status::HostError;
}
class FailingExtension final : public HostExtension {
  Status run(Frame&, uint32_t, std::span<const U256>, U256&) override { return Status::HostError; }
};

TEST_F(ApiHostFailure, OfHooks) {
  FailingExtension extension;
  const Address own = to_address(U256{0x500}), blockhash = to_address(U256{0xb1}),
                zvm = to_address(U256{0xb2});
  machine_ = make_machine(
      {.precompiles = {
           {own, Precompile{.name = "own", .gas = free_of_charge, .run = failing_precompile}}}});
  machine_->set_extension(&extension);
  machine_->block().number = 100;
  machine_->block().block_hash = failing_block_hash;
  ASSERT_TRUE(store_.put_account(blockhash, {}, code_of("60014000")));
  ASSERT_TRUE(store_.put_account(zvm, {},
                                 machine_->engine().stored_form(Vm::Zvm, code_of("eb00")).value()));
  ASSERT_EQ(call(store_, own), Status::HostError);
  expect_failure(HostCause::Precompile);
  ASSERT_EQ(call(store_, blockhash), Status::HostError);
  expect_failure(HostCause::BlockHash);
  ASSERT_EQ(call(store_, zvm), Status::HostError);
  expect_failure(HostCause::Extension);
}

TEST_F(ApiHostFailure, OfTheLongestModulus) {
  machine_ = make_machine({.revision = Revision::Prague});
  std::vector<uint8_t> input(96);
  input[95 - 4] = 1; // a modulus of 2^32 bytes
  const CallRequest request{
      .sender = kAlice, .to = to_address(U256{5}), .input = input, .gas = INT64_MAX};
  ASSERT_EQ(machine_->call(store_, request, result_), Status::HostError);
  expect_failure(HostCause::LongModulus);
  EXPECT_EQ(host_failure().asked, uint64_t{1} << 32);
  EXPECT_EQ(host_failure().limit, uint64_t{1} << 24);
}

TEST_F(ApiHostFailure, OfWarmingUp) {
  Engine engine = machine_->engine();
  const test::AllocationFault fault{0, UINT64_MAX};
  EXPECT_EQ(engine.warm_up(kLogger), Status::HostError);
  EXPECT_EQ(host_failure().cause, HostCause::Allocation);
}

TEST(HostFailure, ATextThatIsNowhereIsNone) {
  HostFailure failure;
  failure.set_store_text({static_cast<const char*>(nullptr), 10});
  EXPECT_EQ(failure.store_text(), "");
}

TEST(HostFailure, LongTextsOfStoresAreCutOff) {
  HostFailure failure;
  failure.set_store_text(std::string(1000, 'x'));
  EXPECT_EQ(failure.store_text(), std::string(HostFailure::kMostText, 'x'));
  failure.set_store_text({});
  EXPECT_TRUE(failure.store_text().empty());
}

} // namespace
} // namespace zvm::engine
