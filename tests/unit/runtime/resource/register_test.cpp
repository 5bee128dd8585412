#include "runtime/resource/register.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

#include "runtime/hash/keccak.hpp"
#include "tests/unit/runtime/resource/fixture.hpp"

namespace zvm::runtime {
namespace {

using namespace testing;
using Code = ResourceCode;
using State = RegisterStatus;

class RegisterTest : public ResourceTest {
 protected:
  /// Everything that changes registers, as whoever runs; `id` is a register of Alice's.
  std::vector<std::pair<const char*, std::function<Answer()>>> changes(const Bytes32& id) {
    static const Bytes kData(100, 5);
    return {
        {"create", [this] { return create_register(frame_, kType, kData, made_); }},
        {"update", [=, this] { return update_register(frame_, id, 0, kData, made_); }},
        {"consume", [=, this] { return consume_register(frame_, id, 0, made_); }},
        {"transfer", [=, this] { return transfer_register(frame_, id, 0, kBob, made_); }},
        {"lock", [=, this] { return set_register_status(frame_, id, 0, 2); }},
        {"delegate",
         [=, this] { return delegate_capability(frame_, id, 0, 31, kBob, 9999, number_); }},
        {"revoke", [=, this] { return revoke_capability(frame_, id, 1); }},
    };
  }
};

Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes all;
  for (const ByteView part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}
ByteView view(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

TEST_F(RegisterTest, LivesOnceAndIsSucceeded) {
  EXPECT_EQ(status(Bytes32{}), State::None);
  const Bytes32 first = create({1, 2, 3});
  EXPECT_EQ(status(first), State::Active);
  EXPECT_EQ(read(first), Code::Ok);
  EXPECT_EQ(read_, (Bytes{1, 2, 3}));

  EXPECT_EQ(update(first, 0, {4, 5}), Code::Ok);
  const Bytes32 second = made_;
  EXPECT_EQ(status(first), State::Consumed);
  EXPECT_EQ(status(second), State::Active);
  EXPECT_EQ(read(first), Code::InvalidState);
  EXPECT_EQ(read(second), Code::Ok);
  EXPECT_EQ(read_, (Bytes{4, 5}));

  EXPECT_EQ(transfer(second, kBob), Code::Ok);
  const Bytes32 third = made_;
  EXPECT_EQ(status(second), State::Consumed);
  EXPECT_EQ(read(third), Code::AccessDenied);
  run_as(kBob);
  EXPECT_EQ(read(third), Code::Ok);
  EXPECT_EQ(read_, (Bytes{4, 5}));
  EXPECT_EQ(consume(third), Code::Ok);
  EXPECT_EQ(made_, nullifier_of(third, x_.tx.hash));
  EXPECT_EQ(status(third), State::Consumed);
}

TEST_F(RegisterTest, ConsumedForGood) {
  const Bytes32 id = create();
  EXPECT_EQ(consume(id), Code::Ok);
  const auto expect_gone = [&] {
    EXPECT_EQ(consume(id), Code::InvalidState);
    EXPECT_EQ(update(id), Code::InvalidState);
    EXPECT_EQ(transfer(id, kBob), Code::InvalidState);
    EXPECT_EQ(read(id), Code::InvalidState);
    EXPECT_EQ(set(id, State::Active), Code::InvalidState);
    EXPECT_EQ(set(id, State::Locked), Code::InvalidState);
    EXPECT_EQ(try_delegate(id, 0, 31, kBob), Code::InvalidState);
    EXPECT_EQ(revoke(id, 1), Code::InvalidState);
    EXPECT_EQ(status(id), State::Consumed);
  };
  static_assert(static_cast<int>(Code::InvalidState) == 3);
  expect_gone();
  commit();
  expect_gone();
}

TEST_F(RegisterTest, Ids) {
  begin(9);
  constexpr uint8_t kTypeBytes[] = {0, 0, 0, 7}, kFirst[8] = {},
                    kSecond[] = {0, 0, 0, 0, 0, 0, 0, 1};
  const Bytes data = {1, 2, 3};
  const Bytes32 section = keccak256(joined({kTypeBytes, data}));
  const auto expected = [&](ByteView number) {
    return keccak256(
        joined({view("zvm.reg"), kAlice.bytes, x_.tx.hash.bytes, number, section.bytes}));
  };
  const Bytes32 first = create(data);
  EXPECT_EQ(first, expected(kFirst));
  EXPECT_EQ(create(data), expected(kSecond));
  EXPECT_EQ(consume(first), Code::Ok);
  EXPECT_EQ(made_, keccak256(joined({view("zvm.nf"), first.bytes, x_.tx.hash.bytes})));
}

/// A host that does not name its transactions still gets other ids in each.
TEST_F(RegisterTest, IdsOfTransactionsWithoutAHash) {
  const Bytes32 first = create();
  commit();
  EXPECT_NE(create(), first);
  run_as(kBob);
  EXPECT_NE(create(), first);
}

TEST_F(RegisterTest, OthersNeedACapability) {
  const Bytes32 id = create();
  run_as(kBob);
  EXPECT_EQ(read(id), Code::AccessDenied);
  EXPECT_EQ(update(id), Code::AccessDenied);
  EXPECT_EQ(consume(id), Code::AccessDenied);
  EXPECT_EQ(transfer(id, kBob), Code::AccessDenied);
  EXPECT_EQ(set(id, State::Locked), Code::AccessDenied);
  EXPECT_EQ(set(id, State::Frozen), Code::AccessDenied);
  EXPECT_EQ(try_delegate(id, 0, 31, kBob), Code::AccessDenied);
  EXPECT_EQ(read(id, 1), Code::AccessDenied);
  EXPECT_EQ(status(id), State::Active);
  run_as(kAlice);
  EXPECT_EQ(read(id), Code::Ok);
}

TEST_F(RegisterTest, OnesThatThereAreNot) {
  const Bytes32 id = keccak256(Bytes{});
  EXPECT_EQ(status(id), State::None);
  EXPECT_EQ(read(id), Code::NotFound);
  EXPECT_EQ(update(id), Code::NotFound);
  EXPECT_EQ(consume(id), Code::NotFound);
  EXPECT_EQ(transfer(id, kBob), Code::NotFound);
  EXPECT_EQ(set(id, State::Locked), Code::NotFound);
  EXPECT_EQ(try_delegate(id, 0, 31, kBob), Code::NotFound);
  EXPECT_EQ(revoke(id, 1), Code::NotFound);
}

TEST_F(RegisterTest, LockedAndFrozen) {
  const Bytes32 id = create();
  const auto expect_unchangeable = [&] {
    EXPECT_EQ(update(id), Code::InvalidState);
    EXPECT_EQ(consume(id), Code::InvalidState);
    EXPECT_EQ(transfer(id, kBob), Code::InvalidState);
    EXPECT_EQ(try_delegate(id, 0, 31, kBob), Code::InvalidState);
  };
  EXPECT_EQ(set(id, State::Locked), Code::Ok);
  EXPECT_EQ(status(id), State::Locked);
  expect_unchangeable();
  EXPECT_EQ(read(id), Code::Ok);
  EXPECT_EQ(read_, (Bytes{1, 2, 3}));
  EXPECT_EQ(set(id, State::Locked), Code::InvalidState);
  EXPECT_EQ(set(id, State::Frozen), Code::InvalidState);
  EXPECT_EQ(set(id, State::Active), Code::Ok);
  EXPECT_EQ(status(id), State::Active);

  EXPECT_EQ(set(id, State::Frozen), Code::Ok);
  expect_unchangeable();
  EXPECT_EQ(read(id), Code::InvalidState);
  EXPECT_EQ(set(id, State::Locked), Code::InvalidState);
  EXPECT_EQ(set(id, State::Active), Code::Ok);
  EXPECT_EQ(set(id, State::Active), Code::InvalidState);
  EXPECT_EQ(set(id, State::None), Code::InvalidState);
  EXPECT_EQ(set(id, State::Consumed), Code::InvalidState);
  EXPECT_EQ(code(set_register_status(frame_, id, 0, 258)), Code::InvalidState);
  EXPECT_EQ(update(id), Code::Ok);
}

TEST_F(RegisterTest, StaticMessages) {
  const Bytes32 id = create();
  delegate(id, 0, 31, kBob);
  frame_.message.is_static = true;
  EXPECT_EQ(read(id), Code::Ok);
  EXPECT_EQ(status(id), State::Active);
  for (const auto& [name, change] : changes(id)) {
    const Journal::Checkpoint before = x_.journal.checkpoint();
    EXPECT_EQ(change().status, Status::StaticViolation) << name;
    EXPECT_EQ(x_.journal.checkpoint(), before) << name;
  }
}

TEST_F(RegisterTest, UndoneWithTheMessage) {
  const Bytes32 old = create();
  const Journal::Checkpoint before = x_.journal.checkpoint();
  const Bytes32 made = create();
  EXPECT_EQ(update(old), Code::Ok);
  const Bytes32 successor = made_;
  x_.journal.revert_to(before);
  EXPECT_EQ(status(old), State::Active);
  EXPECT_EQ(status(made), State::None);
  EXPECT_EQ(status(successor), State::None);
  EXPECT_EQ(create(), made); // the number comes again
}

/// Whatever the gas, an operation is done whole, or not at all.
TEST_F(RegisterTest, WholeOrNothingWithoutGas) {
  const Bytes32 id = create();
  delegate(id, 0, 31, kBob);
  commit();
  for (const auto& [name, change] : changes(id)) {
    const Journal::Checkpoint before = x_.journal.checkpoint();
    frame_.gas = kGas;
    ASSERT_TRUE(change().is_ok()) << name;
    const int64_t price = kGas - frame_.gas;
    x_.journal.revert_to(before);
    for (int64_t gas = 0; gas < price; gas += 97) {
      frame_.gas = gas;
      ASSERT_EQ(change().status, Status::OutOfGas) << name << ' ' << gas;
      ASSERT_EQ(x_.journal.checkpoint(), before) << name << ' ' << gas;
      ASSERT_EQ(x_.journal.refund(), 0);
    }
    // SSTORE asks for more than it may take.
    frame_.gas = price + schedule_[gas::Cost::SstoreSentry];
    EXPECT_TRUE(change().is_ok()) << name;
    EXPECT_EQ(frame_.gas, schedule_[gas::Cost::SstoreSentry]) << name;
    x_.journal.revert_to(before);
  }
}

TEST_F(RegisterTest, WholeOrNothingWithoutMemory) {
  const Bytes32 id = create();
  delegate(id, 0, 31, kBob);
  commit();
  for (size_t i = 0; i < changes(id).size(); ++i) {
    for (size_t fails = 0;; ++fails) {
      begin(); // so that nothing has been allocated for it yet
      const auto change = changes(id)[i];
      const Journal::Checkpoint before = x_.journal.checkpoint();
      frame_.gas = kGas;
      Answer answer = Code::Ok;
      bool was_asked_for = false;
      {
        const FailingAllocation failing{fails};
        answer = change.second();
        was_asked_for = FailingAllocation::left() == 0;
      }
      if (answer.status == Status::Success) {
        EXPECT_TRUE(answer.is_ok()) << change.first;
        break;
      }
      ASSERT_EQ(answer.status, Status::HostError) << change.first;
      ASSERT_TRUE(was_asked_for);
      ASSERT_EQ(x_.journal.checkpoint(), before) << change.first;
    }
  }
}

TEST_F(RegisterTest, SizeOfData) {
  const Bytes32 id = create(Bytes(kMaxRegisterData, 1));
  EXPECT_EQ(read(id), Code::Ok);
  EXPECT_EQ(read_.size(), kMaxRegisterData);
  const Bytes more(kMaxRegisterData + 1, 1);
  EXPECT_EQ(create_register(frame_, kType, more, made_).status, Status::OutOfGas);
  EXPECT_EQ(update_register(frame_, id, 0, more, made_).status, Status::OutOfGas);
  const Bytes32 empty = create({});
  EXPECT_EQ(read(empty), Code::Ok);
  EXPECT_TRUE(read_.empty());
}

/// In a transaction, for each account that creates.
TEST_F(RegisterTest, HowManyMayLive) {
  std::vector<Bytes32> ids;
  for (int64_t i = 0; i < kMaxLiveRegisters; ++i) {
    frame_.gas = kGas;
    ids.push_back(create());
  }
  const auto is_full = [&] {
    frame_.gas = kGas;
    const Journal::Checkpoint before = x_.journal.checkpoint();
    const Code answer = code(create_register(frame_, kType, {}, made_));
    const bool full = answer == Code::LimitReached && x_.journal.checkpoint() == before;
    x_.journal.revert_to(before);
    return full;
  };
  EXPECT_TRUE(is_full());
  // What succeeds another takes its place.
  EXPECT_EQ(update(ids[0]), Code::Ok);
  EXPECT_EQ(transfer(made_, kBob), Code::Ok);
  EXPECT_TRUE(is_full());
  EXPECT_EQ(consume(ids[1]), Code::Ok);
  EXPECT_FALSE(is_full());
  create();
  EXPECT_TRUE(is_full());
  run_as(kBob);
  EXPECT_FALSE(is_full());
  commit();
  EXPECT_FALSE(is_full());
  EXPECT_EQ(status(ids[2]), State::Active);
}

TEST_F(RegisterTest, NullifiersOfATransaction) {
  const Bytes32 old = create();
  commit();
  begin(5);
  const Bytes32 made = create(), kept = create();
  EXPECT_EQ(consume(made), Code::Ok);
  EXPECT_EQ(set(kept, State::Locked), Code::Ok);
  EXPECT_EQ(update(old), Code::Ok);
  const Journal::Checkpoint before = x_.journal.checkpoint();
  EXPECT_EQ(consume(made_), Code::Ok);
  x_.journal.revert_to(before);
  StateDiff diff;
  ASSERT_OK(x_.journal.finish(diff));
  std::vector<Bytes32> expected = {nullifier_of(old, x_.tx.hash), nullifier_of(made, x_.tx.hash)};
  std::ranges::sort(expected);
  Vec<Bytes32> nullifiers;
  ASSERT_TRUE(collect_nullifiers(diff, x_.tx.hash, nullifiers));
  EXPECT_TRUE(std::ranges::equal(nullifiers, expected));
  // The next transaction has only its own.
  commit();
  create();
  ASSERT_OK(x_.journal.finish(diff));
  ASSERT_TRUE(collect_nullifiers(diff, x_.tx.hash, nullifiers));
  EXPECT_TRUE(nullifiers.empty());
}

/// Who sends it nothing touches the account of the records, and it is not empty.
TEST_F(RegisterTest, RecordsAreNotSweptAway) {
  const Bytes32 id = create();
  commit();
  EXPECT_EQ(testing::read(store_, kResourceAccount).nonce, 1u);
  Account* account = nullptr;
  ASSERT_OK(x_.journal.load(kResourceAccount, account));
  ASSERT_OK(x_.journal.touch(*account));
  commit();
  EXPECT_EQ(read(id), Code::Ok);
}

/// A byte column of the same account is the only place; that of another has nothing to do with it.
TEST_F(RegisterTest, RecordsCannotBeForged) {
  const Bytes32 id = create();
  KvEntry* entry = nullptr;
  ASSERT_OK(x_.journal.load_kv(*frame_.account, Bytes32{}.bytes, entry));
  ASSERT_OK(x_.journal.set_kv(*entry, Bytes(25, 1)));
  EXPECT_EQ(status(Bytes32{}), State::None);
  EXPECT_EQ(status(id), State::Active);
}

} // namespace
} // namespace zvm::runtime
