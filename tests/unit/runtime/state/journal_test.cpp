#include "runtime/state/journal.hpp"

#include <array>
#include <vector>

#include "tests/unit/runtime/state/fixture.hpp"

namespace zvm::runtime {
namespace {

using namespace testing;

class JournalTest : public ::testing::Test {
 protected:
  void begin(Revision revision = kLatestRevision) {
    schedule_ = gas::make_evm_schedule(revision);
    journal_.begin(store_, schedule_, {}, recorder_);
  }
  Account& load(uint8_t last) {
    Account* account = nullptr;
    EXPECT_OK(journal_.load(address(last), account));
    return *account;
  }
  U256 slot(Account& account, const U256& key) {
    Slot* slot = nullptr;
    EXPECT_OK(journal_.load_slot(account, key, slot));
    return slot->current;
  }
  void set_slot(Account& account, const U256& key, const U256& value) {
    Slot* slot = nullptr;
    ASSERT_OK(journal_.load_slot(account, key, slot));
    ASSERT_OK(journal_.set_storage(account, *slot, value));
  }
  void commit() {
    StateDiff diff;
    ASSERT_OK(journal_.finish(diff));
    ASSERT_TRUE(store_.apply(diff));
  }

  MemoryStore store_;
  Journal journal_;
  gas::Schedule schedule_;
  StateRecorder* recorder_ = nullptr;
};

TEST_F(JournalTest, ChangesReachTheStoreOnlyWithCommit) {
  ASSERT_TRUE(store_.put_account(address(1), account(3, 100)));
  ASSERT_TRUE(store_.put_slot(address(1), 7, 70));
  begin();
  Account& a = load(1);
  EXPECT_EQ(a.now.nonce, 3u);
  EXPECT_EQ(slot(a, 7), U256{70});
  set_slot(a, 7, 71);
  set_slot(a, 8, 80);
  ASSERT_OK(journal_.transfer(a, load(2), 40));
  ASSERT_OK(journal_.set_nonce(a, 4));
  EXPECT_EQ(read(store_, address(1)).nonce, 3u);
  commit();
  EXPECT_EQ(read(store_, address(1)), account(4, 60));
  EXPECT_EQ(read(store_, address(2)), account(0, 40));
  EXPECT_EQ(read_slot(store_, address(1), 7), U256{71});
  EXPECT_EQ(read_slot(store_, address(1), 8), U256{80});
}

TEST_F(JournalTest, NestedCheckpointsRevertEverything) {
  ASSERT_TRUE(store_.put_account(address(1), account(0, 100)));
  begin();
  Account& a = load(1);
  set_slot(a, 1, 11);
  const Journal::Checkpoint outer = journal_.checkpoint();
  set_slot(a, 1, 12);
  ASSERT_OK(journal_.set_transient(a, 5, 50));
  ASSERT_OK(journal_.add_refund(100));
  const Journal::Checkpoint inner = journal_.checkpoint();
  set_slot(a, 1, 13);
  ASSERT_OK(journal_.set_transient(a, 5, 51));
  ASSERT_OK(journal_.add_refund(-300));
  ASSERT_OK(journal_.set_code(a, std::array<uint8_t, 2>{0x60, 0x01}));
  ASSERT_OK(journal_.warm(a));
  Slot* warmed = nullptr;
  ASSERT_OK(journal_.locate_slot(a, 9, warmed));
  ASSERT_OK(journal_.warm_slot(a, *warmed));
  const std::array<U256, 2> topics{U256{1}, U256{2}};
  ASSERT_OK(journal_.add_log(address(1), topics, std::array<uint8_t, 3>{1, 2, 3}));
  EXPECT_EQ(journal_.refund(), -200);
  EXPECT_EQ(a.code.size(), 2u);
  EXPECT_EQ(a.code.data()[2], 0); // padded

  journal_.revert_to(inner);
  U256 value;
  ASSERT_OK(journal_.get_transient(a, 5, value));
  EXPECT_EQ(value, U256{50});
  EXPECT_EQ(slot(a, 1), U256{12});
  EXPECT_EQ(journal_.refund(), 100);
  EXPECT_EQ(journal_.log_count(), 0u);
  EXPECT_FALSE(a.has_code());
  EXPECT_FALSE(a.is_warm());
  ASSERT_OK(journal_.locate_slot(a, 9, warmed));
  EXPECT_FALSE(warmed->warm);

  journal_.revert_to(outer);
  ASSERT_OK(journal_.get_transient(a, 5, value));
  EXPECT_TRUE(value.is_zero());
  EXPECT_EQ(slot(a, 1), U256{11});
  EXPECT_EQ(journal_.refund(), 0);
}

TEST_F(JournalTest, LogsKeepTheirOrderAndData) {
  begin();
  const std::array<U256, 1> topic{U256{9}};
  ASSERT_OK(journal_.add_log(address(1), {}, std::array<uint8_t, 2>{1, 2}));
  ASSERT_OK(journal_.add_log(address(2), topic, {}));
  ASSERT_EQ(journal_.log_count(), 2u);
  EXPECT_EQ(journal_.log(0).address, address(1));
  EXPECT_EQ(journal_.log(0).data.size(), 2u);
  EXPECT_EQ(journal_.log(1).topics[0], U256{9});
  EXPECT_TRUE(journal_.log(1).data.empty());
}

TEST_F(JournalTest, PrecompilesAreWarmFromTheStart) {
  const std::array<Address, 1> warm{address(1)};
  schedule_ = gas::make_evm_schedule(Revision::Berlin);
  journal_.begin(store_, schedule_, warm);
  EXPECT_TRUE(load(1).is_warm());
  EXPECT_FALSE(load(2).is_warm());
}

TEST_F(JournalTest, TouchedEmptyAccountsGoFromSpuriousDragonOn) {
  for (const Revision revision : {Revision::Homestead, Revision::SpuriousDragon}) {
    ASSERT_TRUE(store_.put_account(address(1), {}));
    begin(revision);
    ASSERT_OK(journal_.touch(load(1)));
    ASSERT_OK(journal_.touch(load(2)));
    EXPECT_EQ(journal_.is_dead(load(1)), revision != Revision::Homestead);
    commit();
    const bool stays = revision == Revision::Homestead;
    EXPECT_EQ(exists(store_, address(1)), stays);
    EXPECT_EQ(exists(store_, address(2)), stays);
  }
}

TEST_F(JournalTest, UntouchedEmptyAccountsStay) {
  ASSERT_TRUE(store_.put_account(address(1), {}));
  begin();
  load(1);
  const Journal::Checkpoint before = journal_.checkpoint();
  ASSERT_OK(journal_.touch(load(1)));
  journal_.revert_to(before);
  commit();
  EXPECT_TRUE(exists(store_, address(1)));
}

TEST_F(JournalTest, TheTouchOfRipemdDoesNotRevert) {
  ASSERT_TRUE(store_.put_account(address(3), {}));
  ASSERT_TRUE(store_.put_account(address(4), {}));
  begin(Revision::SpuriousDragon);
  const Journal::Checkpoint before = journal_.checkpoint();
  ASSERT_OK(journal_.touch(load(3)));
  ASSERT_OK(journal_.touch(load(4)));
  journal_.revert_to(before);
  commit();
  EXPECT_FALSE(exists(store_, address(3)));
  EXPECT_TRUE(exists(store_, address(4)));
}

TEST_F(JournalTest, DestructedAccountsGoWithTheirSlots) {
  ASSERT_TRUE(store_.put_account(address(1), account(1, 5)));
  ASSERT_TRUE(store_.put_slot(address(1), 1, 2));
  begin();
  Account& a = load(1);
  set_slot(a, 3, 4);
  ASSERT_OK(journal_.destruct(a));
  commit();
  EXPECT_FALSE(exists(store_, address(1)));
  EXPECT_TRUE(read_slot(store_, address(1), 1).is_zero());
  EXPECT_TRUE(read_slot(store_, address(1), 3).is_zero());
  ASSERT_TRUE(store_.put_account(address(1), account(1, 5)));
  EXPECT_TRUE(read_slot(store_, address(1), 1).is_zero());
}

TEST_F(JournalTest, CollisionsAreNonceCodeOrStorage) {
  ASSERT_TRUE(store_.put_account(address(1), account(0, 5)));
  ASSERT_TRUE(store_.put_account(address(2), account(1, 0)));
  ASSERT_TRUE(store_.put_account(address(3), {}, std::array<uint8_t, 1>{0}));
  ASSERT_TRUE(store_.put_slot(address(4), 1, 2));
  ASSERT_TRUE(store_.put_slot(address(5), 1, 2));
  begin();
  set_slot(load(5), 1, 0);
  const auto collides = [this](uint8_t last) {
    bool result = false;
    EXPECT_OK(journal_.has_collision(load(last), result));
    return result;
  };
  EXPECT_FALSE(collides(1)); // balance alone
  EXPECT_TRUE(collides(2));
  EXPECT_TRUE(collides(3));
  EXPECT_TRUE(collides(4));
  EXPECT_FALSE(collides(5)); // cleared in this transaction
  EXPECT_FALSE(collides(6)); // absent
}

TEST_F(JournalTest, CreateHidesOldSlotsAndRevertsThem) {
  ASSERT_TRUE(store_.put_account(address(1), account(0, 5)));
  ASSERT_TRUE(store_.put_slot(address(1), 1, 10));
  ASSERT_TRUE(store_.put_slot(address(1), 2, 20));
  begin();
  Account& a = load(1);
  EXPECT_EQ(slot(a, 1), U256{10});
  const Journal::Checkpoint before = journal_.checkpoint();
  ASSERT_OK(journal_.create(a));
  EXPECT_EQ(a.now.nonce, 1u);
  EXPECT_EQ(a.now.balance, U256{5});
  EXPECT_TRUE(slot(a, 1).is_zero());
  EXPECT_TRUE(slot(a, 2).is_zero()); // first seen now
  Slot* place = nullptr;
  ASSERT_OK(journal_.load_slot(a, 1, place));
  EXPECT_TRUE(Journal::original(a, *place).is_zero());

  journal_.revert_to(before);
  EXPECT_EQ(slot(a, 1), U256{10});
  EXPECT_EQ(slot(a, 2), U256{20});
  ASSERT_OK(journal_.create(a));
  set_slot(a, 2, 22);
  commit();
  EXPECT_TRUE(read_slot(store_, address(1), 1).is_zero());
  EXPECT_EQ(read_slot(store_, address(1), 2), U256{22});
}

TEST_F(JournalTest, ContractsBeginWithNonceZeroBeforeSpuriousDragon) {
  begin(Revision::Homestead);
  ASSERT_OK(journal_.create(load(1)));
  EXPECT_EQ(load(1).now.nonce, 0u);
  commit();
  EXPECT_TRUE(exists(store_, address(1)));
}

TEST_F(JournalTest, NothingIsWrittenWhereNothingChanged) {
  ASSERT_TRUE(store_.put_account(address(1), account(1, 1)));
  ASSERT_TRUE(store_.put_slot(address(1), 1, 1));
  begin();
  set_slot(load(1), 1, 2);
  set_slot(load(1), 1, 1);
  ASSERT_OK(journal_.touch(load(1)));
  load(2);
  StateDiff diff;
  ASSERT_OK(journal_.finish(diff));
  EXPECT_TRUE(diff.accounts.empty());
  EXPECT_TRUE(diff.slots.empty());
}

TEST_F(JournalTest, TransfersToOneselfKeepTheBalance) {
  ASSERT_TRUE(store_.put_account(address(1), account(1, 9)));
  begin();
  ASSERT_OK(journal_.transfer(load(1), load(1), 9));
  EXPECT_EQ(load(1).now.balance, U256{9});
}

TEST_F(JournalTest, DelegationsAreReadFromTheirDesignator) {
  std::vector<uint8_t> code(23, 0xaa);
  code[0] = 0xef;
  code[1] = 0x01;
  code[2] = 0x00;
  Address target;
  EXPECT_TRUE(Journal::delegation(code, target));
  EXPECT_EQ(target.bytes[0], 0xaa);
  code[2] = 0x01;
  EXPECT_FALSE(Journal::delegation(code, target));
  code[2] = 0x00;
  code.push_back(0);
  EXPECT_FALSE(Journal::delegation(code, target));
}

struct CountingRecorder final : StateRecorder {
  int account_reads = 0, account_writes = 0, slot_reads = 0, slot_writes = 0;
  void on_account_read(const Address&) override { ++account_reads; }
  void on_account_write(const Address&) override { ++account_writes; }
  void on_slot_read(const Address&, const U256&, const U256&) override { ++slot_reads; }
  void on_slot_write(const Address&, const U256&, const U256&) override { ++slot_writes; }
  void on_kv_read(const Address&, ByteView, bool, ByteView) override {}
  void on_kv_write(const Address&, ByteView, bool, ByteView) override {}
};

TEST_F(JournalTest, TheRecorderSeesRevertedFramesToo) {
  CountingRecorder recorder;
  recorder_ = &recorder;
  begin();
  const Journal::Checkpoint before = journal_.checkpoint();
  set_slot(load(1), 1, 2);
  ASSERT_OK(journal_.set_balance(load(1), 3));
  journal_.revert_to(before);
  EXPECT_EQ(slot(load(1), 1), U256{});
  EXPECT_EQ(recorder.slot_reads, 2);
  EXPECT_EQ(recorder.slot_writes, 1);
  EXPECT_EQ(recorder.account_reads, 3);
  EXPECT_EQ(recorder.account_writes, 1);
}

/// Answers Pending to the first question about each thing.
class SlowStore final : public MemoryStore {
 public:
  ReadStatus read_account(const Address& a, AccountRecord& record, bool& there) override {
    return asked_++ % 2 == 0 ? ReadStatus::Pending : MemoryStore::read_account(a, record, there);
  }
  ReadStatus read_slot(const Address& a, const U256& key, U256& value) override {
    return asked_++ % 2 == 0 ? ReadStatus::Pending : MemoryStore::read_slot(a, key, value);
  }
  ReadStatus read_code(const Address& a, const Bytes32& hash, ByteView& code) override {
    return asked_++ % 2 == 0 ? ReadStatus::Pending : MemoryStore::read_code(a, hash, code);
  }

 private:
  int asked_ = 0;
};

TEST(JournalPending, ReadsCanBeAskedAgain) {
  SlowStore store;
  ASSERT_TRUE(store.MemoryStore::put_account(address(1), account(1, 2)));
  Journal journal;
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  journal.begin(store, schedule);
  Account* a = nullptr;
  EXPECT_EQ(journal.load(address(1), a), Status::Suspended);
  ASSERT_OK(journal.load(address(1), a));
  Slot* slot = nullptr;
  EXPECT_EQ(journal.load_slot(*a, 1, slot), Status::Suspended);
  ASSERT_OK(journal.load_slot(*a, 1, slot));
  EXPECT_EQ(journal.checkpoint(), 0u);
}

TEST(JournalPending, AReadIsRecordedWhenItIsThere) {
  SlowStore store;
  const std::vector<uint8_t> bytes{0x5b};
  ASSERT_TRUE(store.MemoryStore::put_account(address(1), account(1, 2), bytes));
  Journal journal;
  CountingRecorder recorder;
  journal.begin(store, gas::make_evm_schedule(kLatestRevision), {}, &recorder);
  Account* a = nullptr;
  ASSERT_OK(journal.locate(address(1), a));
  EXPECT_EQ(journal.load_code(*a), Status::Suspended); // the account
  EXPECT_EQ(journal.load_code(*a), Status::Suspended); // its code
  EXPECT_EQ(recorder.account_reads, 0);
  ASSERT_OK(journal.load_code(*a));
  EXPECT_EQ(recorder.account_reads, 1);
}

/// A transaction of many parts; stops where the host fails.
Status scenario(Journal& journal, MemoryStore& store, const gas::Schedule& schedule) {
  journal.begin(store, schedule);
#define STEP(...)                                                                                  \
  if (const Status s = (__VA_ARGS__); s != Status::Success)                                        \
  return s
  Account* a = nullptr;
  Account* b = nullptr;
  STEP(journal.load(address(1), a));
  for (uint8_t i = 2; i < 60; ++i)
    STEP(journal.load(address(i), b));
  STEP(journal.transfer(*a, *b, 10));
  STEP(journal.create(*b));
  const std::vector<uint8_t> code(1000, 0x5b);
  STEP(journal.set_code(*b, code));
  for (uint64_t key = 0; key < 100; ++key) {
    Slot* slot = nullptr;
    STEP(journal.load_slot(*b, key, slot));
    STEP(journal.warm_slot(*b, *slot));
    STEP(journal.set_storage(*b, *slot, key + 1));
    STEP(journal.set_transient(*b, key, key));
    STEP(journal.add_log(address(1), {}, code));
    STEP(journal.add_refund(1));
  }
  StateDiff diff;
  STEP(journal.finish(diff));
  return store.apply(diff) ? Status::Success : Status::HostError;
#undef STEP
}

TEST(JournalAllocation, AnyFailureIsAHostErrorAndCommitsNothing) {
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  for (size_t fails = 0;; ++fails) {
    MemoryStore store;
    Journal journal;
    ASSERT_TRUE(store.put_account(address(1), account(1, 100)));
    Status status = Status::Success;
    bool failed = false;
    {
      const FailingAllocation gate{fails};
      status = scenario(journal, store, schedule);
      failed = FailingAllocation::left() == 0;
    }
    if (status == Status::Success) {
      EXPECT_EQ(read(store, address(1)).balance, U256{90});
      if (!failed)
        break;
      continue;
    }
    EXPECT_EQ(status, Status::HostError);
    EXPECT_EQ(read(store, address(1)), account(1, 100));
    EXPECT_FALSE(exists(store, address(59)));
    // And it goes on as if nothing had been.
    ASSERT_OK(scenario(journal, store, schedule));
    EXPECT_EQ(read_slot(store, address(59), 99), U256{100});
  }
}

TEST(JournalAllocation, AWarmJournalAllocatesNothing) {
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  MemoryStore store;
  Journal journal;
  const auto transaction = [&] {
    journal.begin(store, schedule);
    Account* a = nullptr;
    EXPECT_OK(journal.load(address(1), a));
    for (uint64_t key = 0; key < 50; ++key) {
      Slot* slot = nullptr;
      EXPECT_OK(journal.load_slot(*a, key, slot));
      EXPECT_OK(journal.set_storage(*a, *slot, key));
    }
    EXPECT_OK(journal.add_log(address(1), {}, std::array<uint8_t, 32>{}));
  };
  transaction();
  const FailingAllocation gate{0};
  transaction();
}

} // namespace
} // namespace zvm::runtime
