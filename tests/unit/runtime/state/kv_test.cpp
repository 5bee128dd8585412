#include "runtime/state/kv.hpp"

#include <array>
#include <map>
#include <random>
#include <string_view>

#include "tests/unit/runtime/state/fixture.hpp"

namespace zvm::runtime {
namespace {

using namespace testing;
using Column = std::map<Bytes, Bytes>;

ByteView view(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
Bytes bytes(std::string_view text) { return bytes_of(view(text)); }

class KvTest : public ::testing::Test {
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
  KvEntry& entry(Account& account, ByteView key) {
    KvEntry* found = nullptr;
    EXPECT_OK(journal_.load_kv(account, key, found));
    return *found;
  }
  std::optional<Bytes> get(Account& account, std::string_view key) {
    const KvValue& value = entry(account, view(key)).current;
    return value.exists ? std::optional{bytes_of(value.bytes)} : std::nullopt;
  }
  void set(Account& account, std::string_view key, std::string_view value) {
    ASSERT_OK(journal_.set_kv(entry(account, view(key)), view(value)));
  }
  void remove(Account& account, std::string_view key) {
    ASSERT_OK(journal_.remove_kv(entry(account, view(key))));
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

TEST_F(KvTest, ValuesAreCommittedAndReadAgain) {
  ASSERT_TRUE(store_.put_account(address(1), account(1, 0)));
  begin();
  set(load(1), "name", "zvm");
  set(load(1), "", "key of no bytes");
  set(load(1), "nothing", "");
  EXPECT_EQ(get(load(1), "name"), bytes("zvm"));
  EXPECT_EQ(read_kv(store_, address(1), view("name")), std::nullopt);
  commit();
  begin();
  EXPECT_EQ(get(load(1), "name"), bytes("zvm"));
  EXPECT_EQ(get(load(1), ""), bytes("key of no bytes"));
  EXPECT_EQ(get(load(1), "nothing"), Bytes{}); // is there, and is no bytes
  EXPECT_EQ(get(load(1), "nam"), std::nullopt);
  remove(load(1), "name");
  remove(load(1), "nam");
  EXPECT_EQ(get(load(1), "name"), std::nullopt);
  commit();
  EXPECT_EQ(read_kv(store_, address(1), view("name")), std::nullopt);
  EXPECT_EQ(read_kv(store_, address(1), view("nothing")), Bytes{});
}

TEST_F(KvTest, LargestKeysAndValues) {
  const Bytes key(kMaxKvKey, 7);
  Bytes value(kMaxKvValue, 8);
  value.back() = 9;
  ASSERT_TRUE(store_.put_account(address(1), account(1, 0)));
  begin();
  for (uint8_t i = 0; i < 20; ++i) {
    Bytes other = key;
    other[0] = i;
    ASSERT_OK(journal_.set_kv(entry(load(1), other), value));
  }
  ASSERT_OK(journal_.set_kv(entry(load(1), key), value));
  commit();
  EXPECT_EQ(read_kv(store_, address(1), key), value);
}

TEST_F(KvTest, AccountsAndSlotsAreApart) {
  ASSERT_TRUE(store_.put_account(address(1), account(1, 0)));
  ASSERT_TRUE(store_.put_account(address(2), account(1, 0)));
  begin();
  const U256 number = 5;
  const Bytes32 key = to_bytes32(number);
  ASSERT_OK(journal_.set_kv(entry(load(1), key.bytes), view("one")));
  ASSERT_OK(journal_.set_kv(entry(load(2), key.bytes), view("two")));
  Slot* slot = nullptr;
  ASSERT_OK(journal_.load_slot(load(1), number, slot));
  EXPECT_TRUE(slot->current.is_zero());
  ASSERT_OK(journal_.set_storage(load(1), *slot, 50));
  commit();
  EXPECT_EQ(read_kv(store_, address(1), key.bytes), bytes("one"));
  EXPECT_EQ(read_kv(store_, address(2), key.bytes), bytes("two"));
  EXPECT_EQ(read_slot(store_, address(1), 5), U256{50});
}

TEST_F(KvTest, EntriesSayWhatPricesDependOn) {
  ASSERT_TRUE(store_.put_account(address(1), account(1, 0)));
  ASSERT_TRUE(store_.put_kv(address(1), view("key"), view("value")));
  begin();
  KvEntry& e = entry(load(1), view("key"));
  EXPECT_FALSE(e.warm);
  const Journal::Checkpoint before = journal_.checkpoint();
  ASSERT_OK(journal_.warm_kv(e));
  set(load(1), "key", "a longer value");
  EXPECT_TRUE(e.warm);
  EXPECT_EQ(Journal::original(e), (KvValue{true, view("value")}));
  EXPECT_EQ(e.current.bytes.size(), 14u);
  journal_.revert_to(before);
  EXPECT_FALSE(e.warm);
  EXPECT_EQ(e.current, (KvValue{true, view("value")}));
}

TEST_F(KvTest, WhatComesBackToItsOldValueIsNoChange) {
  ASSERT_TRUE(store_.put_account(address(1), account(1, 0)));
  ASSERT_TRUE(store_.put_kv(address(1), view("a"), view("b")));
  begin();
  remove(load(1), "a");
  set(load(1), "a", "b");
  set(load(1), "new", "");
  remove(load(1), "new");
  StateDiff diff;
  ASSERT_OK(journal_.finish(diff));
  EXPECT_TRUE(diff.accounts.empty());
  EXPECT_TRUE(diff.kv.empty());
}

TEST_F(KvTest, DestructedAccountsLoseTheirColumn) {
  ASSERT_TRUE(store_.put_account(address(1), account(1, 0)));
  ASSERT_TRUE(store_.put_kv(address(1), view("old"), view("1")));
  OverlayStore layer{&store_};
  journal_.begin(layer, schedule_ = gas::make_evm_schedule(kLatestRevision));
  set(load(1), "new", "2");
  ASSERT_OK(journal_.destruct(load(1)));
  StateDiff diff;
  ASSERT_OK(journal_.finish(diff));
  for (MemoryStore* store : {static_cast<MemoryStore*>(&layer), &store_}) {
    ASSERT_TRUE(store->apply(diff));
    ASSERT_TRUE(store->put_account(address(1), account(1, 0)));
    EXPECT_EQ(read_kv(*store, address(1), view("old")), std::nullopt);
    EXPECT_EQ(read_kv(*store, address(1), view("new")), std::nullopt);
  }
}

TEST_F(KvTest, CreationHidesOldKeysAndRevertsThem) {
  ASSERT_TRUE(store_.put_account(address(1), account(0, 5)));
  ASSERT_TRUE(store_.put_kv(address(1), view("a"), view("1")));
  ASSERT_TRUE(store_.put_kv(address(1), view("b"), view("2")));
  ASSERT_TRUE(store_.put_kv(address(1), view("c"), view("3")));
  begin();
  Account& a = load(1);
  EXPECT_EQ(get(a, "a"), bytes("1"));
  const Journal::Checkpoint before = journal_.checkpoint();
  ASSERT_OK(journal_.create(a));
  EXPECT_EQ(get(a, "a"), std::nullopt);
  EXPECT_EQ(get(a, "b"), std::nullopt); // first seen now
  EXPECT_EQ(Journal::original(entry(a, view("a"))), KvValue{});
  set(a, "b", "20");
  journal_.revert_to(before);
  EXPECT_EQ(get(a, "a"), bytes("1"));
  EXPECT_EQ(get(a, "b"), bytes("2"));
  ASSERT_OK(journal_.create(a));
  set(a, "b", "2"); // as the store has it, which is cleared
  commit();
  EXPECT_EQ(read_kv(store_, address(1), view("a")), std::nullopt);
  EXPECT_EQ(read_kv(store_, address(1), view("b")), bytes("2"));
  EXPECT_EQ(read_kv(store_, address(1), view("c")), std::nullopt);
}

/// A state as the journal should have it, beside the journal's.
struct Model {
  std::map<uint8_t, Column> columns;
  Journal::Checkpoint checkpoint = 0;
};

TEST_F(KvTest, RandomOperationsAreThoseOfAMap) {
  std::mt19937 random{7};
  const auto some_bytes = [&](size_t limit) {
    Bytes out(random() % (limit + 1));
    for (uint8_t& b : out)
      b = static_cast<uint8_t>(random());
    return out;
  };
  std::vector<Bytes> keys;
  for (size_t i = 0; i < 24; ++i)
    keys.push_back(some_bytes(i % 3 == 0 ? kMaxKvKey : 3));
  Model now;
  for (uint8_t last = 1; last <= 3; ++last)
    ASSERT_TRUE(store_.put_account(address(last), account(1, 0)));
  for (int transaction = 0; transaction < 60; ++transaction) {
    const Model committed = now;
    begin();
    std::vector<Model> frames;
    for (int step = 0; step < 400; ++step) {
      const auto last = static_cast<uint8_t>(1 + random() % 3);
      const Bytes& key = keys[random() % keys.size()];
      Column& column = now.columns[last];
      switch (random() % 10) {
      case 0:
        now.checkpoint = journal_.checkpoint();
        frames.push_back(now);
        break;
      case 1: // the frame reverts
        if (!frames.empty()) {
          now = frames.back();
          frames.pop_back();
          journal_.revert_to(now.checkpoint);
        }
        break;
      case 2: // the frame succeeds
        if (!frames.empty())
          frames.pop_back();
        break;
      case 3:
      case 4:
        ASSERT_OK(journal_.remove_kv(entry(load(last), key)));
        column.erase(key);
        break;
      case 5:
      case 6:
      case 7: {
        const Bytes value = some_bytes(random() % 16 == 0 ? kMaxKvValue : 70);
        ASSERT_OK(journal_.set_kv(entry(load(last), key), value));
        column[key] = value;
        break;
      }
      default: {
        const KvEntry& e = entry(load(last), key);
        const auto found = column.find(key);
        ASSERT_EQ(e.current.exists, found != column.end());
        ASSERT_EQ(bytes_of(e.current.bytes), found != column.end() ? found->second : Bytes{});
        const auto was = committed.columns.find(last);
        ASSERT_EQ(Journal::original(e).exists,
                  was != committed.columns.end() && was->second.contains(key));
      }
      }
    }
    if (random() % 4 == 0) {
      journal_.revert_to(0);
      now = committed;
    }
    commit();
    for (const auto& [last, column] : now.columns) {
      for (const Bytes& key : keys) {
        const auto found = column.find(key);
        ASSERT_EQ(read_kv(store_, address(last), key),
                  found != column.end() ? std::optional{found->second} : std::nullopt);
      }
    }
  }
}

struct KvRecorder final : StateRecorder {
  std::vector<std::string> seen;
  void note(const char* what, ByteView key, bool exists, ByteView value) {
    const auto text = [](ByteView v) { return std::string{v.begin(), v.end()}; };
    seen.push_back(std::string{what} + " " + text(key) + (exists ? "=" + text(value) : ""));
  }
  void on_account_read(const Address&) override {}
  void on_account_write(const Address&) override {}
  void on_slot_read(const Address&, const U256&, const U256&) override {}
  void on_slot_write(const Address&, const U256&, const U256&) override {}
  void on_kv_read(const Address&, ByteView key, bool exists, ByteView value) override {
    note("read", key, exists, value);
  }
  void on_kv_write(const Address&, ByteView key, bool exists, ByteView value) override {
    note("write", key, exists, value);
  }
};

TEST_F(KvTest, TheRecorderSeesRevertedFramesToo) {
  ASSERT_TRUE(store_.put_account(address(1), account(1, 0)));
  ASSERT_TRUE(store_.put_kv(address(1), view("k"), view("old")));
  KvRecorder recorder;
  recorder_ = &recorder;
  begin();
  const Journal::Checkpoint before = journal_.checkpoint();
  set(load(1), "k", "new");
  remove(load(1), "k");
  journal_.revert_to(before);
  EXPECT_EQ(get(load(1), "k"), bytes("old"));
  EXPECT_EQ(recorder.seen, (std::vector<std::string>{"read k=old", "write k=new", "read k=new",
                                                     "write k", "read k=old"}));
}

/// Answers Pending, then Error, then what there is.
class SlowStore final : public MemoryStore {
 public:
  ReadStatus read_kv(const Address& a, ByteView key, Buffer& value, bool& there) override {
    switch (asked_++) {
    case 0:
      return ReadStatus::Pending;
    case 1:
      return ReadStatus::Error;
    default:
      return MemoryStore::read_kv(a, key, value, there);
    }
  }

 private:
  int asked_ = 0;
};

TEST(KvPending, ReadsCanBeAskedAgain) {
  SlowStore store;
  ASSERT_TRUE(store.put_kv(address(1), view("k"), view("v")));
  Journal journal;
  KvRecorder recorder;
  journal.begin(store, gas::make_evm_schedule(kLatestRevision), {}, &recorder);
  Account* a = nullptr;
  ASSERT_OK(journal.load(address(1), a));
  KvEntry* e = nullptr;
  EXPECT_EQ(journal.load_kv(*a, view("k"), e), Status::Suspended);
  EXPECT_EQ(journal.load_kv(*a, view("k"), e), Status::HostError);
  EXPECT_TRUE(recorder.seen.empty());
  ASSERT_OK(journal.load_kv(*a, view("k"), e));
  EXPECT_EQ(e->current, (KvValue{true, view("v")}));
  EXPECT_EQ(recorder.seen.size(), 1u);
  EXPECT_EQ(journal.checkpoint(), 0u);
}

/// A transaction that reads, writes, reverts and commits; stops where the host fails.
Status scenario(Journal& journal, MemoryStore& store, const gas::Schedule& schedule) {
  journal.begin(store, schedule);
#define STEP(...)                                                                                  \
  if (const Status s = (__VA_ARGS__); s != Status::Success)                                        \
  return s
  for (uint8_t last = 1; last <= 2; ++last) {
    Account* a = nullptr;
    STEP(journal.load(address(last), a));
    for (uint8_t i = 0; i < 16; ++i) {
      const std::array<uint8_t, 2> key{i, last};
      const Bytes value(size_t{i} * 3000, i);
      KvEntry* e = nullptr;
      STEP(journal.load_kv(*a, key, e));
      STEP(journal.warm_kv(*e));
      STEP(journal.set_kv(*e, value));
      const Journal::Checkpoint before = journal.checkpoint();
      STEP(journal.remove_kv(*e));
      STEP(journal.set_kv(*e, value));
      journal.revert_to(before);
    }
  }
  StateDiff diff;
  STEP(journal.finish(diff));
  return store.apply(diff) ? Status::Success : Status::HostError;
#undef STEP
}

TEST(KvAllocation, AnyFailureIsAHostErrorAndCommitsNothing) {
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  const std::array<uint8_t, 2> first{0, 1}, last{15, 2};
  for (size_t fails = 0;; ++fails) {
    MemoryStore store;
    Journal journal;
    ASSERT_TRUE(store.put_account(address(1), account(1, 100)));
    ASSERT_TRUE(store.put_account(address(2), account(1, 100)));
    ASSERT_TRUE(store.put_kv(address(1), first, view("before")));
    Status status = Status::Success;
    bool failed = false;
    {
      const FailingAllocation gate{fails};
      status = scenario(journal, store, schedule);
      failed = FailingAllocation::left() == 0;
    }
    if (status == Status::Success) {
      EXPECT_EQ(read_kv(store, address(2), last), Bytes(45000, 15));
      if (!failed)
        break;
      continue;
    }
    EXPECT_EQ(status, Status::HostError);
    EXPECT_EQ(read_kv(store, address(1), first), bytes("before"));
    EXPECT_EQ(read_kv(store, address(2), last), std::nullopt);
    // And it goes on as if nothing had been.
    ASSERT_OK(scenario(journal, store, schedule));
    EXPECT_EQ(read_kv(store, address(2), last), Bytes(45000, 15));
  }
}

TEST(KvAllocation, AWarmJournalAllocatesNothing) {
  const gas::Schedule schedule = gas::make_evm_schedule(kLatestRevision);
  MemoryStore store;
  ASSERT_TRUE(store.put_kv(address(1), view("7"), view("value")));
  Journal journal;
  const auto transaction = [&] {
    journal.begin(store, schedule);
    Account* a = nullptr;
    EXPECT_OK(journal.load(address(1), a));
    for (uint8_t i = 0; i < 50; ++i) {
      KvEntry* e = nullptr;
      EXPECT_OK(journal.load_kv(*a, std::array{i}, e));
      EXPECT_OK(journal.set_kv(*e, view("another value")));
    }
  };
  transaction();
  const FailingAllocation gate{0};
  transaction();
}

} // namespace
} // namespace zvm::runtime
