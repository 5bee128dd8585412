// What ends an execution from outside, and what watches it.
#include <atomic>
#include <chrono>
#include <thread>

#include "tests/support/signing.hpp"
#include "tests/unit/engine/api/programs.hpp"

namespace zvm::engine {
namespace {

using namespace std::chrono_literals;

class ApiControl : public testing::TestWithParam<Tier> {
 protected:
  void SetUp() override {
    machine_ = make_machine({}, {.tier = GetParam(), .promote_gas = 0});
    ASSERT_TRUE(store_.put_account(kContract, {}, kEndless));
    ASSERT_TRUE(store_.put_account(kBob, {}, kCounter));
  }
  Status run_endless() {
    return machine_->call(
        store_, {.sender = kAlice, .to = kContract, .gas = INT64_MAX, .commit = true}, result_);
  }
  /// The machine is as good as before.
  void expect_usable() {
    ASSERT_EQ(machine_->call(store_, {.sender = kAlice, .to = kBob}, result_), Status::Success);
    EXPECT_EQ(result_.status, Status::Success);
    EXPECT_EQ(account_of(store_, kAlice).nonce, 0u); // nothing was committed
  }
  std::unique_ptr<Machine> machine_;
  MemoryStore store_;
  TransactionResult result_;
};

INSTANTIATE_TEST_SUITE_P(Tiers, ApiControl,
                         testing::Values(Tier::Step, Tier::Interp, Tier::Asmjit, Tier::Auto),
                         [](const auto& tier) { return std::string{name(tier.param)}; });

TEST_P(ApiControl, Cancel) {
  std::thread other{[this] {
    std::this_thread::sleep_for(10ms);
    machine_->cancel();
  }};
  EXPECT_EQ(run_endless(), Status::Cancelled);
  other.join();
  EXPECT_EQ(run_endless(), Status::Cancelled); // until it is taken back
  machine_->clear_cancel();
  expect_usable();
}

TEST_P(ApiControl, Deadline) {
  machine_->set_deadline(std::chrono::steady_clock::now() + 10ms);
  EXPECT_EQ(run_endless(), Status::DeadlineExceeded);
  machine_->set_deadline(std::chrono::steady_clock::time_point{});
  EXPECT_EQ(run_endless(), Status::DeadlineExceeded);
  machine_->set_deadline(std::nullopt);
  expect_usable();
}

TEST_P(ApiControl, StepLimit) {
  machine_->limits().steps = 12; // as many as the counter takes
  expect_usable();
  machine_->limits().steps = 11;
  ASSERT_EQ(machine_->call(store_, {.sender = kAlice, .to = kBob}, result_), Status::StepLimit);
  EXPECT_EQ(run_endless(), Status::StepLimit);
  machine_->limits().steps = UINT64_MAX;
  expect_usable();
}

TEST_P(ApiControl, MemoryLimit) {
  // MSTORE at 1 MiB.
  ASSERT_TRUE(store_.put_account(kContract, {}, code_of("6001621000005200")));
  const CallRequest request{.sender = kAlice, .to = kContract};
  ASSERT_EQ(machine_->call(store_, request, result_), Status::Success);
  machine_->limits().memory = 1 << 20;
  EXPECT_EQ(machine_->call(store_, request, result_), Status::HostError);
  machine_->limits().memory = uint64_t{1} << 32;
  expect_usable();
}

class Watcher final : public Tracer {
 public:
  void step(const Frame& frame, int64_t gas) override {
    pcs.push_back(frame.pc);
    EXPECT_GT(gas, 0);
  }
  void enter(const Message& message) override { entered.push_back(message.recipient); }
  void exit(const Message&, const MessageEnd& end) override { statuses.push_back(end.status); }
  std::vector<uint64_t> pcs;
  std::vector<Address> entered;
  std::vector<Status> statuses;
};

TEST_P(ApiControl, TracerAndRecorder) {
  Watcher watcher;
  machine_->set_tracer(&watcher);
  expect_usable();
  EXPECT_EQ(watcher.pcs, (std::vector<uint64_t>{0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 12, 13}));
  EXPECT_EQ(watcher.entered, std::vector<Address>{kBob});
  EXPECT_EQ(watcher.statuses, std::vector<Status>{Status::Success});
  machine_->set_tracer(nullptr);
  expect_usable();
  EXPECT_EQ(watcher.pcs.size(), 12u);
}

TEST(ApiTracer, SeesStateGasAndWhatEndsAsItBegins) {
  class Ends final : public Tracer {
   public:
    void step(const Frame&, int64_t) override {}
    void enter(const Message& message) override { given.push_back(message.gas); }
    void exit(const Message&, const MessageEnd& end) override { ends.push_back(end); }
    std::vector<int64_t> given;
    std::vector<MessageEnd> ends;
  };
  const auto machine = make_machine({.revision = Revision::Amsterdam});
  MemoryStore store;
  ASSERT_TRUE(store.put_account(kAlice, {.balance = 10}));
  ASSERT_TRUE(store.put_account(kContract, {}, code_of("60015f55")));
  Ends watcher;
  machine->set_tracer(&watcher);
  TransactionResult result;
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
  // The account that the value makes is not to be paid for: no message runs, and one ends.
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kBob, .value = 1, .gas = 25'000}, result),
            Status::Success);
  EXPECT_EQ(result.status, Status::OutOfGas);
  EXPECT_EQ(result.gas_used, 25'000);
  ASSERT_EQ(watcher.ends.size(), 2u);
  EXPECT_EQ(watcher.ends[0].status, Status::Success);
  EXPECT_EQ(watcher.ends[0].state_gas.spent, 97'920);
  EXPECT_EQ(watcher.ends[0].state_gas.left, 30'000'000 - 16'777'216 - 97'920);
  EXPECT_EQ(watcher.ends[1].status, Status::OutOfGas);
  EXPECT_EQ(watcher.given[1], 4'000);
  EXPECT_EQ(watcher.ends[1].gas_left, 0);
  EXPECT_EQ(watcher.ends[1].state_gas.spent, 0);

  // The second of two authorizations is not to be paid for: the message had what the first has
  // taken, too.
  Transaction tx;
  tx.type = TxType::SetCode;
  tx.sender = kAlice;
  tx.to = kContract;
  std::vector<Authorization> authorizations(2);
  for (uint8_t i = 0; i < 2; ++i) {
    authorizations[i].address = kContract;
    test::sign(authorizations[i], Bytes32{{static_cast<uint8_t>(i + 1)}});
  }
  tx.authorizations = authorizations;
  constexpr int64_t kGas = 9'000 + 183'600 + 35'190 + 9'000;
  tx.gas_limit = 15'000 + 2 * 7'816 + kGas;
  const TxChecks asks{.nonce = false, .balance = false, .fees = false, .block_gas = false};
  ASSERT_EQ(machine->execute_transaction(store, tx, {asks}, result), Status::Success);
  EXPECT_EQ(result.status, Status::OutOfGas);
  ASSERT_EQ(watcher.ends.size(), 3u);
  EXPECT_EQ(watcher.given[2], kGas);
  EXPECT_EQ(watcher.ends[2].gas_left, 0);
  EXPECT_EQ(watcher.ends[2].state_gas.spent, 0);
}

/// Answers Pending for the first reads.
class SlowStore final : public StateStore {
 public:
  SlowStore(StateStore& base, int pending) : base_(base), pending_(pending) {}
  ReadStatus read_account(const Address& a, AccountRecord& r, bool& e) override {
    return late() ? ReadStatus::Pending : base_.read_account(a, r, e);
  }
  ReadStatus read_slot(const Address& a, const U256& k, U256& v) override {
    return late() ? ReadStatus::Pending : base_.read_slot(a, k, v);
  }
  ReadStatus read_kv(const Address& a, ByteView k, Buffer& v, bool& e) override {
    return late() ? ReadStatus::Pending : base_.read_kv(a, k, v, e);
  }
  ReadStatus read_code(const Address& a, const Bytes32& h, ByteView& c) override {
    return late() ? ReadStatus::Pending : base_.read_code(a, h, c);
  }
  ReadStatus count_slots(const Address& a, uint64_t& n) override { return base_.count_slots(a, n); }
  bool apply(const StateDiff& diff) override { return base_.apply(diff); }
  /// The next reads are answered, up to this many.
  void answer(int reads) { answers_ = reads; }

 private:
  bool late() {
    if (answers_ > 0) {
      --answers_;
      return false;
    }
    return pending_-- > 0;
  }
  StateStore& base_;
  int pending_;
  int answers_ = 0;
};

// Wherever a read is late, the same call made again ends as if it had not been.
TEST_P(ApiControl, PendingReads) {
  for (int reads = 0; reads < 12; ++reads) {
    OverlayStore layer{&store_};
    SlowStore slow{layer, 1};
    slow.answer(reads);
    const CallRequest request{.sender = kAlice, .to = kBob, .commit = true};
    Status status = machine_->call(slow, request, result_);
    if (status == Status::Suspended) {
      EXPECT_EQ(slot_of(layer, kBob, 0), U256{0});
      status = machine_->call(slow, request, result_);
    }
    EXPECT_EQ(status, Status::Success) << reads;
    EXPECT_EQ(result_.gas_used, 43'126) << reads;
    EXPECT_EQ(slot_of(layer, kBob, 0), U256{1}) << reads;
  }
}

} // namespace
} // namespace zvm::engine
