#include "runtime/resource/capability.hpp"

#include "tests/unit/runtime/resource/fixture.hpp"

namespace zvm::runtime {
namespace {

using namespace testing;
using Code = ResourceCode;
using State = RegisterStatus;

using CapabilityTest = ResourceTest;

constexpr Right kEach[] = {Right::Read, Right::Write, Right::Execute, Right::Delegate,
                           Right::Admin};

/// Each right is good for what it says, and for nothing else.
TEST_F(CapabilityTest, Rights) {
  const Bytes32 id = create();
  for (const Right right : kEach) {
    run_as(kAlice);
    const uint32_t capability = delegate(id, 0, bits({right}), kBob);
    run_as(kBob);
    const auto expected = [&](Right needed) {
      return right == needed ? Code::Ok : Code::AccessDenied;
    };
    const Journal::Checkpoint before = x_.journal.checkpoint();
    const auto undo = [&] { x_.journal.revert_to(before); };
    EXPECT_EQ(read(id, capability), expected(Right::Read));
    EXPECT_EQ(update(id, capability), expected(Right::Write));
    undo();
    EXPECT_EQ(consume(id, capability), expected(Right::Execute));
    undo();
    EXPECT_EQ(set(id, State::Locked, capability), expected(Right::Execute));
    undo();
    EXPECT_EQ(try_delegate(id, capability, kAllRights, kCarol), expected(Right::Delegate));
    undo();
    EXPECT_EQ(transfer(id, kBob, capability), expected(Right::Admin));
    undo();
    EXPECT_EQ(set(id, State::Frozen, capability), expected(Right::Admin));
    undo();
    // It is for its holder only.
    run_as(kCarol);
    EXPECT_EQ(read(id, capability), Code::AccessDenied);
    EXPECT_EQ(update(id, capability), Code::AccessDenied);
    EXPECT_EQ(consume(id, capability), Code::AccessDenied);
    EXPECT_EQ(transfer(id, kCarol, capability), Code::AccessDenied);
    EXPECT_EQ(try_delegate(id, capability, kAllRights, kCarol), Code::AccessDenied);
  }
}

TEST_F(CapabilityTest, UnlockingAndThawing) {
  const Bytes32 id = create();
  const uint32_t execute = delegate(id, 0, bits({Right::Execute}), kBob);
  const uint32_t admin = delegate(id, 0, bits({Right::Admin}), kCarol);
  EXPECT_EQ(set(id, State::Locked), Code::Ok);
  run_as(kCarol);
  EXPECT_EQ(set(id, State::Active, admin), Code::AccessDenied);
  run_as(kBob);
  EXPECT_EQ(set(id, State::Active, execute), Code::Ok);
  run_as(kAlice);
  EXPECT_EQ(set(id, State::Frozen), Code::Ok);
  run_as(kBob);
  EXPECT_EQ(set(id, State::Active, execute), Code::AccessDenied);
  run_as(kCarol);
  EXPECT_EQ(set(id, State::Active, admin), Code::Ok);
}

TEST_F(CapabilityTest, NumbersOfARegister) {
  const Bytes32 id = create(), other = create();
  EXPECT_EQ(delegate(id, 0, 1, kBob), 1u);
  EXPECT_EQ(delegate(id, 0, 1, kBob), 2u);
  EXPECT_EQ(delegate(other, 0, 1, kBob), 1u);
  EXPECT_EQ(revoke(id, 2), Code::Ok);
  EXPECT_EQ(delegate(id, 0, 1, kBob), 3u); // none comes again
  run_as(kBob);
  EXPECT_EQ(read(id, 2), Code::AccessDenied);
  EXPECT_EQ(read(id, 3), Code::Ok);
  EXPECT_EQ(read(id, 4), Code::AccessDenied);
  EXPECT_EQ(read(id, 0), Code::AccessDenied);
  EXPECT_EQ(read(id, UINT32_MAX), Code::AccessDenied);
}

TEST_F(CapabilityTest, DelegationGivesNoMoreThanThereIs) {
  const Bytes32 id = create();
  const uint32_t bobs =
      delegate(id, 0, bits({Right::Read, Right::Write, Right::Delegate}), kBob, kNow + 100);
  run_as(kBob);
  const uint32_t carols = delegate(id, bobs, 0xff, kCarol);
  const uint32_t shorter =
      delegate(id, bobs, bits({Right::Read, Right::Execute}), kCarol, kNow + 1);
  run_as(kCarol);
  EXPECT_EQ(read(id, carols), Code::Ok);
  EXPECT_EQ(consume(id, carols), Code::AccessDenied);
  EXPECT_EQ(transfer(id, kCarol, carols), Code::AccessDenied);
  EXPECT_EQ(read(id, shorter), Code::Ok);
  EXPECT_EQ(consume(id, shorter), Code::AccessDenied);
  EXPECT_EQ(try_delegate(id, shorter, 1, kCarol), Code::AccessDenied);
  x_.block.timestamp = kNow + 1;
  EXPECT_EQ(read(id, shorter), Code::AccessDenied);
  EXPECT_EQ(read(id, carols), Code::Ok);
  x_.block.timestamp = kNow + 99;
  EXPECT_EQ(read(id, carols), Code::Ok);
  // It ends with the one that it comes from, though a later end was asked for.
  x_.block.timestamp = kNow + 100;
  EXPECT_EQ(read(id, carols), Code::AccessDenied);
  x_.block.timestamp = UINT64_MAX - 1;
  run_as(kAlice);
  const uint32_t forever = delegate(id, 0, 1, kBob);
  run_as(kBob);
  EXPECT_EQ(read(id, forever), Code::Ok);
  EXPECT_EQ(read(id, bobs), Code::AccessDenied);
}

TEST_F(CapabilityTest, RevocationGoesDownTheLine) {
  const Bytes32 id = create();
  const uint32_t bobs = delegate(id, 0, kAllRights, kBob);
  const uint32_t beside = delegate(id, 0, kAllRights, kCarol);
  run_as(kBob);
  const uint32_t carols = delegate(id, bobs, kAllRights, kCarol);
  run_as(kCarol);
  const uint32_t own = delegate(id, carols, kAllRights, kCarol);
  EXPECT_EQ(read(id, own), Code::Ok);
  run_as(kAlice);
  EXPECT_EQ(revoke(id, bobs), Code::Ok);
  run_as(kCarol);
  EXPECT_EQ(read(id, carols), Code::AccessDenied);
  EXPECT_EQ(read(id, own), Code::AccessDenied);
  EXPECT_EQ(try_delegate(id, own, 1, kCarol), Code::AccessDenied);
  EXPECT_EQ(revoke(id, own), Code::NotFound);
  EXPECT_EQ(read(id, beside), Code::Ok);
  run_as(kBob);
  EXPECT_EQ(read(id, bobs), Code::AccessDenied);
  EXPECT_EQ(revoke(id, bobs), Code::NotFound);
}

TEST_F(CapabilityTest, WhoMayRevoke) {
  const Bytes32 id = create();
  const uint32_t bobs = delegate(id, 0, bits({Right::Delegate, Right::Read}), kBob, kNow + 10);
  const uint32_t carols = delegate(id, 0, kAllRights, kCarol);
  run_as(kCarol);
  EXPECT_EQ(revoke(id, bobs), Code::AccessDenied); // it is not from there
  EXPECT_EQ(revoke(id, 0), Code::NotFound);
  run_as(kBob);
  const uint32_t first = delegate(id, bobs, 1, kCarol), second = delegate(id, bobs, 1, kCarol);
  EXPECT_EQ(revoke(id, carols), Code::AccessDenied);
  EXPECT_EQ(revoke(id, first), Code::Ok);
  run_as(kCarol);
  EXPECT_EQ(revoke(id, second), Code::Ok); // one's own
  run_as(kAlice);
  EXPECT_EQ(revoke(id, 0), Code::NotFound);
  EXPECT_EQ(set(id, State::Frozen), Code::Ok);
  x_.block.timestamp = kNow + 10;
  run_as(kBob);
  EXPECT_EQ(revoke(id, bobs), Code::Ok); // expired, of a frozen register
}

TEST_F(CapabilityTest, EndsWithItsRegister) {
  const Bytes32 id = create();
  const uint32_t bobs = delegate(id, 0, kAllRights, kBob);
  run_as(kBob);
  EXPECT_EQ(update(id, bobs), Code::Ok);
  const Bytes32 successor = made_;
  EXPECT_EQ(update(successor, bobs), Code::AccessDenied);
  run_as(kAlice);
  EXPECT_EQ(read(successor), Code::Ok); // the owner is who it was
  EXPECT_EQ(delegate(successor, 0, 1, kBob), 1u);
}

TEST_F(CapabilityTest, UndoneWithTheMessage) {
  const Bytes32 id = create();
  const uint32_t bobs = delegate(id, 0, kAllRights, kBob);
  const Journal::Checkpoint before = x_.journal.checkpoint();
  EXPECT_EQ(delegate(id, 0, kAllRights, kCarol), 2u);
  EXPECT_EQ(revoke(id, bobs), Code::Ok);
  x_.journal.revert_to(before);
  run_as(kBob);
  EXPECT_EQ(read(id, bobs), Code::Ok);
  run_as(kCarol);
  EXPECT_EQ(read(id, 2), Code::AccessDenied);
}

TEST_F(CapabilityTest, LastsOverTransactions) {
  const Bytes32 id = create();
  const uint32_t bobs = delegate(id, 0, kAllRights, kBob);
  commit();
  run_as(kBob);
  const uint32_t carols = delegate(id, bobs, 1, kCarol);
  commit();
  run_as(kCarol);
  EXPECT_EQ(read(id, carols), Code::Ok);
}

} // namespace
} // namespace zvm::runtime
