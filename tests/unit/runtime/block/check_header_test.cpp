#include "runtime/block/check_header.hpp"

#include <gtest/gtest.h>

#include "runtime/block/ommers.hpp"

namespace zvm::runtime {
namespace {

/// A chain of two headers that keep all rules of a revision.
class HeaderRules : public testing::Test {
 protected:
  void use(Revision revision) {
    schedule_ = gas::make_evm_schedule(revision);
    parent_ = {};
    parent_.number = 100;
    parent_.timestamp = 1000;
    parent_.gas_limit = 30'000'000;
    parent_.gas_used = 15'000'000;
    parent_.ommers_hash = kNoOmmersHash;
    const auto fill = [this](BlockHeader& header) {
      if (schedule_.has(gas::Rule::FeeMarket))
        header.base_fee = U256{1'000'000'000};
      if (schedule_.has(gas::Rule::Withdrawals))
        header.withdrawals_root = Bytes32{};
      if (schedule_.has(gas::Rule::Blobs)) {
        header.blob_gas_used = header.excess_blob_gas = 0;
        header.parent_beacon_root = Bytes32{};
      }
      if (schedule_.has(gas::Rule::Requests))
        header.requests_hash = Bytes32{};
      if (!schedule_.has(gas::Rule::PrevRandao))
        header.difficulty = U256{1'000'000};
    };
    fill(parent_);
    header_ = parent_;
    header_.parent_hash = header_hash(parent_);
    header_.number = 101;
    header_.timestamp = 1012;
  }
  [[nodiscard]] BlockError check() const { return check_header(header_, parent_, schedule_); }
  /// What comes of one change.
  template <typename Change>
  BlockError with(const Change& change) {
    const BlockHeader kept = header_;
    change(header_);
    const BlockError error = check();
    header_ = kept;
    return error;
  }

  gas::Schedule schedule_;
  BlockHeader parent_;
  BlockHeader header_;
};

TEST_F(HeaderRules, EveryRuleHasItsName) {
  use(Revision::Osaka);
  ASSERT_EQ(check(), BlockError::None);
  EXPECT_EQ(with([](auto& h) { h.parent_hash.bytes[0] ^= 1; }), BlockError::UnknownParent);
  EXPECT_EQ(with([](auto& h) { ++h.number; }), BlockError::Number);
  EXPECT_EQ(with([](auto& h) { h.timestamp = 1000; }), BlockError::Timestamp);
  EXPECT_EQ(with([](auto& h) { h.timestamp = 1001; }), BlockError::None);
  // 30,000,000 / 1,024 = 29,296: the change stays below.
  EXPECT_EQ(with([](auto& h) { h.gas_limit += 29'295; }), BlockError::None);
  EXPECT_EQ(with([](auto& h) { h.gas_limit += 29'296; }), BlockError::GasLimit);
  EXPECT_EQ(with([](auto& h) { h.gas_limit -= 29'295; }), BlockError::None);
  EXPECT_EQ(with([](auto& h) { h.gas_limit -= 29'296; }), BlockError::GasLimit);
  EXPECT_EQ(with([](auto& h) { h.gas_used = h.gas_limit; }), BlockError::None);
  EXPECT_EQ(with([](auto& h) { h.gas_used = h.gas_limit + 1; }), BlockError::GasUsedOverLimit);
  EXPECT_EQ(with([](auto& h) { h.extra_data.resize(32); }), BlockError::None);
  EXPECT_EQ(with([](auto& h) { h.extra_data.resize(33); }), BlockError::ExtraData);
  EXPECT_EQ(with([](auto& h) { h.base_fee = U256{999'999'999}; }), BlockError::BaseFee);
  EXPECT_EQ(with([](auto& h) { h.excess_blob_gas = 1; }), BlockError::ExcessBlobGas);
  EXPECT_EQ(with([](auto& h) { h.blob_gas_used = 9 * 131072; }), BlockError::None);
  EXPECT_EQ(with([](auto& h) { h.blob_gas_used = 10 * 131072; }), BlockError::BlobGasOverLimit);
  EXPECT_EQ(with([](auto& h) { h.blob_gas_used = 1; }), BlockError::BlobGasOverLimit);
  EXPECT_EQ(with([](auto& h) { h.difficulty = 1; }), BlockError::Difficulty);
  EXPECT_EQ(with([](auto& h) { h.nonce[7] = 1; }), BlockError::Nonce);
  EXPECT_EQ(with([](auto& h) { h.ommers_hash = {}; }), BlockError::OmmersHash);
  EXPECT_EQ(with([](auto& h) { h.requests_hash.reset(); }), BlockError::HeaderFields);
}

TEST_F(HeaderRules, ProofOfWorkHasADifficulty) {
  use(Revision::Berlin);
  // Twelve seconds: one step of nine is used up, so nothing changes.
  EXPECT_EQ(check(), BlockError::None);
  EXPECT_EQ(with([](auto& h) { h.difficulty = 1'000'001; }), BlockError::Difficulty);
  EXPECT_EQ(with([](auto& h) { h.nonce[7] = 1; }), BlockError::None);
  EXPECT_EQ(with([](auto& h) { h.base_fee = U256{1}; }), BlockError::HeaderFields);
}

TEST_F(HeaderRules, TheFirstFeeMarketDoublesTheGasLimit) {
  use(Revision::London);
  parent_.base_fee.reset();
  header_.parent_hash = header_hash(parent_);
  EXPECT_EQ(check(), BlockError::GasLimit);
  header_.gas_limit = 60'000'000;
  EXPECT_EQ(check(), BlockError::None);
  EXPECT_EQ(with([](auto& h) { h.base_fee = U256{1}; }), BlockError::BaseFee);
}

TEST_F(HeaderRules, LeastGasLimit) {
  use(Revision::Paris);
  parent_.gas_limit = 5001;
  parent_.gas_used = 2500;
  header_.parent_hash = header_hash(parent_);
  EXPECT_EQ(with([](auto& h) { h.gas_used = 0, h.gas_limit = 5000; }), BlockError::None);
  EXPECT_EQ(with([](auto& h) { h.gas_used = 0, h.gas_limit = 4999; }), BlockError::GasLimit);
}

/// Eight blocks of Berlin, and a ninth that may name ommers.
class Ommers : public testing::Test {
 protected:
  void SetUp() override {
    BlockHeader header;
    header.ommers_hash = kNoOmmersHash;
    header.gas_limit = 10'000'000;
    header.difficulty = U256{1'000'000};
    for (uint64_t i = 0; i < 8; ++i) {
      header.number = i;
      header.timestamp = 1000 + 12 * i;
      ancestors_.insert(ancestors_.begin(), Ancestor{header, {}});
      header.parent_hash = header_hash(header);
    }
    block_.header = header;
    block_.header.number = 8;
    block_.header.timestamp = 1000 + 12 * 8;
  }
  /// A child of the ancestor that many blocks before the parent, other than the one in the chain.
  BlockHeader ommer(size_t before, uint8_t coinbase = 1) {
    const BlockHeader& parent = ancestors_[before].header;
    BlockHeader header = parent;
    header.parent_hash = header_hash(parent);
    header.number = parent.number + 1;
    header.timestamp = parent.timestamp + 12;
    header.coinbase.bytes[0] = coinbase;
    return header;
  }
  BlockError check(std::vector<BlockHeader> ommers) {
    block_.ommers = std::move(ommers);
    block_.header.ommers_hash = ommers_hash(block_.ommers);
    return check_ommers(block_, ancestors_, gas::make_evm_schedule(Revision::Berlin));
  }
  Block block_;
  std::vector<Ancestor> ancestors_;
};

TEST_F(Ommers, ChildrenOfRecentAncestorsMayBeNamed) {
  EXPECT_EQ(check({}), BlockError::None);
  EXPECT_EQ(check({ommer(1)}), BlockError::None);
  EXPECT_EQ(check({ommer(1), ommer(6)}), BlockError::None);
  const std::vector<OmmerShare> shares = ommer_shares(block_);
  ASSERT_EQ(shares.size(), 2u);
  EXPECT_EQ(shares[0].distance, 1u);
  EXPECT_EQ(shares[1].distance, 6u);
  EXPECT_EQ(shares[0].coinbase.bytes[0], 1);
}

TEST_F(Ommers, OthersAreRefused) {
  EXPECT_EQ(check({ommer(0)}), BlockError::OmmerKinship) << "a sibling";
  EXPECT_EQ(check({ommer(7)}), BlockError::OmmerKinship) << "too old";
  EXPECT_EQ(check({ancestors_[0].header}), BlockError::OmmerKinship) << "an ancestor";
  EXPECT_EQ(check({ommer(1), ommer(1)}), BlockError::OmmerKinship) << "named twice";
  EXPECT_EQ(check({ommer(1, 1), ommer(1, 2), ommer(1, 3)}), BlockError::TooManyOmmers);
  BlockHeader broken = ommer(1);
  broken.difficulty = U256{1};
  EXPECT_EQ(check({broken}), BlockError::OmmerHeader);
  ancestors_[1].ommers = {header_hash(ommer(2))};
  EXPECT_EQ(check({ommer(2)}), BlockError::OmmerKinship) << "named before";
  block_.ommers = {ommer(1)};
  block_.header.ommers_hash = kNoOmmersHash;
  EXPECT_EQ(check_ommers(block_, ancestors_, gas::make_evm_schedule(Revision::Berlin)),
            BlockError::OmmersHash);
}

// A block of London may name an ommer of Berlin, which has no base fee; not one that should have
// it.
TEST_F(Ommers, OfAnEarlierForkFollowItsRules) {
  const gas::Schedule berlin = gas::make_evm_schedule(Revision::Berlin);
  const gas::Schedule london = gas::make_evm_schedule(Revision::London);
  block_.ommers = {ommer(2)};
  block_.header.ommers_hash = ommers_hash(block_.ommers);
  EXPECT_EQ(check_ommers(block_, ancestors_, london), BlockError::OmmerHeader);
  ancestors_[2].rules = &berlin; // which is the ommer's parent
  EXPECT_EQ(check_ommers(block_, ancestors_, london), BlockError::OmmerHeader);
  ancestors_[1].rules = &berlin; // of its height
  EXPECT_EQ(check_ommers(block_, ancestors_, london), BlockError::None);
  ancestors_[1].rules = &london;
  EXPECT_EQ(check_ommers(block_, ancestors_, berlin), BlockError::OmmerHeader);
}

} // namespace
} // namespace zvm::runtime
