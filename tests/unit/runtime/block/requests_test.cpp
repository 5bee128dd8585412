#include "runtime/block/requests.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace zvm::runtime {
namespace {

const U256 kDepositTopic = to_word(
    parse_bytes32("649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5").value());

/// The event's data, with field i filled with byte i + 1.
std::vector<uint8_t> deposit_event() {
  constexpr struct {
    size_t offset, size;
  } kFields[] = {{160, 48}, {256, 32}, {320, 8}, {384, 96}, {512, 8}};
  std::vector<uint8_t> data(576);
  uint8_t index = 0;
  for (const auto& field : kFields) {
    U256{field.offset}.store_be(&data[32 * size_t{index}]);
    U256{field.size}.store_be(&data[field.offset]);
    std::fill_n(data.begin() + static_cast<long>(field.offset) + 32, field.size, ++index);
  }
  return data;
}

class Deposits : public testing::Test {
 protected:
  void log(const Address& address, const U256& topic, ByteView data) {
    Journal journal;
    ASSERT_EQ(journal.add_log(address, {&topic, 1}, data), Status::Success);
    Receipt receipt;
    ASSERT_TRUE(receipt.logs.try_copy(journal));
    receipts_.push_back(std::move(receipt));
  }
  void collect() {
    ASSERT_TRUE(collect_deposits(receipts_, kDepositContract, requests_, refusal_));
  }
  std::vector<Receipt> receipts_;
  Requests requests_;
  BlockError refusal_ = BlockError::None;
};

TEST_F(Deposits, StandInTheOrderOfTheirLogs) {
  const std::vector<uint8_t> event = deposit_event();
  log(kDepositContract, kDepositTopic, event);
  log(kDepositContract, U256{1}, {});   // another event
  log(Address{{1}}, kDepositTopic, {}); // of another contract
  log(kDepositContract, kDepositTopic, event);
  collect();
  EXPECT_EQ(refusal_, BlockError::None);
  ASSERT_EQ(requests_.size(), 1u);
  std::vector<uint8_t> expected{0};
  for (int i = 0; i < 2; ++i) {
    expected.insert(expected.end(), 48, 1);
    expected.insert(expected.end(), 32, 2);
    expected.insert(expected.end(), 8, 3);
    expected.insert(expected.end(), 96, 4);
    expected.insert(expected.end(), 8, 5);
  }
  EXPECT_EQ(to_hex(requests_[0].view()), to_hex(ByteView{expected}));
}

TEST_F(Deposits, NoneIsNoRequest) {
  collect();
  EXPECT_TRUE(requests_.empty());
}

TEST_F(Deposits, AnotherLayoutIsRefused) {
  // Each offset and each length wrong by one, and the whole too short and too long.
  for (const size_t place : {31, 63, 95, 127, 159, 191, 287, 351, 415, 543}) {
    receipts_.clear();
    refusal_ = BlockError::None;
    std::vector<uint8_t> event = deposit_event();
    ++event[place];
    log(kDepositContract, kDepositTopic, event);
    collect();
    EXPECT_EQ(refusal_, BlockError::DepositLayout) << place;
  }
  for (const size_t size : {0, 575, 577}) {
    receipts_.clear();
    refusal_ = BlockError::None;
    std::vector<uint8_t> event = deposit_event();
    event.resize(size);
    log(kDepositContract, kDepositTopic, event);
    collect();
    EXPECT_EQ(refusal_, BlockError::DepositLayout) << size;
  }
}

TEST(RequestsHash, OfNoneIsThatOfNoBytes) {
  EXPECT_EQ(to_hex(requests_hash({})),
            "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

} // namespace
} // namespace zvm::runtime
