// The access list of a block: what is a change of which step, what is only looked at, and its
// encoding (EIP-7928).
#include "runtime/block/access_list_builder.hpp"

#include <gtest/gtest.h>

#include "runtime/block/header.hpp"

namespace zvm::runtime {
namespace {

const Address kAlice = to_address(U256{0xa11ce}), kBob = to_address(U256{0xb0b});

class AccessLists : public testing::Test {
 protected:
  AccessLists() {
    EXPECT_TRUE(base_.put_account(kAlice, {.nonce = 1, .balance = 100}));
    EXPECT_TRUE(base_.put_slot(kAlice, 7, 70));
  }

  /// What a transaction leaves of Alice: a balance, and a value in slot 7.
  void leave(const U256& balance, const U256& value) {
    StateDiff diff;
    AccountChange change;
    change.address = kAlice;
    change.record = {.nonce = 1, .balance = balance};
    change.slot_count = 1;
    ASSERT_TRUE(diff.slots.try_push({7, value}));
    ASSERT_TRUE(diff.accounts.try_push(change));
    ASSERT_TRUE(layer_.apply(diff));
  }
  void look_at_slot(const Address& address, uint64_t slot) {
    builder_.on_account_read(address);
    builder_.on_slot_read(address, slot, 0);
  }

  MemoryStore base_;
  AccessListBuilder builder_{nullptr};
  WatchedLayer layer_{&base_, &builder_};
};

TEST_F(AccessLists, ChangesAreComparedWithTheStepBefore) {
  look_at_slot(kAlice, 7);
  leave(100, 71); // step 0
  builder_.next_step();
  leave(90, 71);
  leave(80, 72); // a step may be written in parts
  builder_.next_step();
  leave(80, 72); // nothing new
  builder_.next_step();
  leave(100, 70); // as it was before the block, which is a change all the same
  const AccessList list = builder_.take();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].address, kAlice);
  EXPECT_EQ(list[0].balances, (std::vector<AccessChange<U256>>{{1, 80}, {3, 100}}));
  ASSERT_EQ(list[0].written.size(), 1u);
  EXPECT_EQ(list[0].written[0].changes,
            (std::vector<AccessChange<U256>>{{0, 71}, {1, 72}, {3, 70}}));
  EXPECT_TRUE(list[0].read.empty()); // a slot is written or read, not both
  EXPECT_TRUE(list[0].nonces.empty());
}

TEST_F(AccessLists, WhatEndsAsItWasIsRead) {
  look_at_slot(kAlice, 7);
  leave(50, 71);
  leave(100, 70);
  const AccessList list = builder_.take();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_TRUE(list[0].written.empty());
  EXPECT_TRUE(list[0].balances.empty());
  EXPECT_EQ(list[0].read, std::vector<U256>{7});
}

TEST_F(AccessLists, AccountsAndSlotsAreInOrder) {
  look_at_slot(kBob, 9);
  look_at_slot(kBob, 3);
  look_at_slot(kAlice, 7);
  const AccessList list = builder_.take();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].address, kBob);
  EXPECT_EQ(list[0].read, (std::vector<U256>{3, 9}));
  EXPECT_EQ(list[1].address, kAlice);
  EXPECT_EQ(item_count(list), 5u);
}

TEST_F(AccessLists, ARefusedTransactionLeavesNothing) {
  look_at_slot(kAlice, 7);
  builder_.next_step();
  look_at_slot(kAlice, 8);
  look_at_slot(kBob, 1);
  builder_.drop_step();
  look_at_slot(kAlice, 9);
  const AccessList list = builder_.take();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].read, (std::vector<U256>{7, 9}));
}

TEST_F(AccessLists, AnAccountThatGoesHasNothingLeft) {
  StateDiff diff;
  AccountChange change;
  change.address = kAlice;
  change.deleted = true;
  ASSERT_TRUE(diff.accounts.try_push(change));
  look_at_slot(kAlice, 7);
  ASSERT_TRUE(layer_.apply(diff));
  const AccessList list = builder_.take();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].balances, (std::vector<AccessChange<U256>>{{0, 0}}));
  EXPECT_EQ(list[0].nonces, (std::vector<AccessChange<uint64_t>>{{0, 0}}));
  EXPECT_EQ(list[0].read, std::vector<U256>{7});
}

TEST(AccessListEncoding, OfNothingIsTheEmptyList) {
  EXPECT_EQ(access_list_hash({}), kNoOmmersHash); // the same list
}

TEST(AccessListEncoding, NamesEachPart) {
  AccountAccess account;
  account.address = kBob;
  account.written = {{1, {{0, 5}, {2, 0}}}};
  account.read = {256};
  account.balances = {{1, 128}};
  account.nonces = {{1, 2}};
  account.codes = {{1, {0xfe}}};
  std::vector<uint8_t> bytes;
  RlpWriter writer{bytes};
  encode_access_list({account}, writer);
  std::vector<uint8_t> expected{0xf2, 0xf1, 0x94};
  expected.insert(expected.end(), kBob.bytes.begin(), kBob.bytes.end());
  const uint8_t rest[] = {0xc9, 0xc8, 0x01, 0xc6, 0xc2, 0x80, 0x05, 0xc2, 0x02, 0x80, // written
                          0xc3, 0x82, 0x01, 0x00,                                     // read
                          0xc4, 0xc3, 0x01, 0x81, 0x80,                               // balances
                          0xc3, 0xc2, 0x01, 0x02,                                     // nonces
                          0xc4, 0xc3, 0x01, 0x81, 0xfe};                              // codes
  expected.insert(expected.end(), std::begin(rest), std::end(rest));
  expected[1] = static_cast<uint8_t>(0xc0 + expected.size() - 2);
  expected[0] = static_cast<uint8_t>(0xc0 + expected.size() - 1);
  EXPECT_EQ(bytes, expected);
}

} // namespace
} // namespace zvm::runtime
