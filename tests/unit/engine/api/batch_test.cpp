// Sequences of transactions.
#include "tests/unit/engine/api/programs.hpp"

namespace zvm::engine {
namespace {

Transaction payment(uint64_t nonce, const Address& to) {
  Transaction tx;
  tx.sender = kAlice;
  tx.nonce = nonce;
  tx.to = to;
  tx.value = 10;
  tx.gas_limit = 100'000;
  tx.max_fee = tx.max_priority_fee = 1;
  return tx;
}

class ApiBatch : public testing::Test {
 protected:
  void SetUp() override {
    machine_ = make_machine();
    machine_->block().gas_limit = 1'000'000;
    ASSERT_TRUE(store_.put_account(kAlice, {.balance = 10'000'000}));
    ASSERT_TRUE(store_.put_account(kContract, {}, kLogger));
  }
  std::unique_ptr<Machine> machine_;
  MemoryStore store_;
};

TEST_F(ApiBatch, EachSeesWhatThoseBeforeItDid) {
  const std::vector<Transaction> transactions{payment(0, kBob), payment(1, kContract),
                                              payment(2, kBob)};
  std::vector<BatchResult> results(3);
  const BatchOutcome outcome = machine_->execute_batch(store_, transactions, {}, results);
  EXPECT_EQ(outcome.status, Status::Success);
  EXPECT_EQ(outcome.done, 3u);
  int64_t gas = 0;
  for (const BatchResult& result : results) {
    EXPECT_EQ(result.transaction.refusal, TxError::None);
    EXPECT_EQ(result.transaction.status, Status::Success);
    gas += result.transaction.gas_used;
  }
  EXPECT_EQ(outcome.gas_used, static_cast<uint64_t>(gas));
  EXPECT_EQ(account_of(store_, kBob).balance, U256{20});
  EXPECT_EQ(account_of(store_, kAlice).nonce, 3u);
  // Logs stay with their transaction.
  EXPECT_EQ(results[0].logs.size(), 0u);
  ASSERT_EQ(results[1].logs.size(), 1u);
  EXPECT_EQ(results[1].logs[0].topics[0], U256{5});
  EXPECT_EQ(results[2].logs.size(), 0u);
}

// The second pays for an account that is there by then, the third logs.
TEST_F(ApiBatch, TellsBothDimensionsOfGas) {
  machine_ = make_machine({.revision = Revision::Amsterdam});
  machine_->block().gas_limit = 1'000'000;
  ASSERT_TRUE(store_.put_account(kAlice, {.balance = 10'000'000}));
  std::vector<Transaction> transactions{payment(0, kBob), payment(1, kBob), payment(2, kContract)};
  transactions[0].gas_limit = 300'000;
  std::vector<BatchResult> results(3);
  const BatchOutcome outcome = machine_->execute_batch(store_, transactions, {}, results);
  ASSERT_EQ(outcome.done, 3u);
  EXPECT_EQ(outcome.state_gas_used, 183'600u);
  EXPECT_EQ(outcome.regular_gas_used, 2 * 21'000u + results[2].transaction.regular_gas_used);
  EXPECT_EQ(outcome.gas_used, outcome.regular_gas_used + outcome.state_gas_used);
}

TEST_F(ApiBatch, RefusedOnesAreSkipped) {
  const std::vector<Transaction> transactions{payment(0, kBob), payment(0, kBob), payment(5, kBob),
                                              payment(1, kBob)};
  std::vector<BatchResult> results(4);
  const BatchOutcome outcome = machine_->execute_batch(store_, transactions, {}, results);
  EXPECT_EQ(outcome.status, Status::Success);
  EXPECT_EQ(outcome.done, 4u);
  EXPECT_EQ(outcome.gas_used, 42'000u);
  EXPECT_EQ(results[1].transaction.refusal, TxError::NonceTooLow);
  EXPECT_EQ(results[2].transaction.refusal, TxError::NonceTooHigh);
  EXPECT_EQ(results[3].transaction.refusal, TxError::None);
}

TEST_F(ApiBatch, TheBlocksGasIsTheirsTogether) {
  machine_->block().gas_limit = 130'000;
  const std::vector<Transaction> transactions{payment(0, kBob), payment(1, kBob), payment(2, kBob)};
  std::vector<BatchResult> results(3);
  // 21,000 of 130,000 are used by each: behind the second there is no room for a limit of 100,000.
  BatchOutcome outcome = machine_->execute_batch(store_, transactions, {}, results);
  EXPECT_EQ(outcome.gas_used, 42'000u);
  EXPECT_EQ(results[1].transaction.refusal, TxError::None);
  EXPECT_EQ(results[2].transaction.refusal, TxError::GasLimitOverBlock);
  // Unless nobody looks.
  const std::vector<Transaction> again{payment(2, kBob), payment(3, kBob), payment(4, kBob)};
  outcome = machine_->execute_batch(store_, again, {.checks = {.block_gas = false}}, results);
  EXPECT_EQ(outcome.gas_used, 63'000u);
}

TEST_F(ApiBatch, WhatTheBlockHasUsedBeforeIsGone) {
  machine_->block().gas_limit = 230'000;
  machine_->block().gas_used = 100'000;
  std::vector<Transaction> transactions{payment(0, kBob), payment(1, kBob), payment(2, kBob)};
  std::vector<BatchResult> results(3);
  BatchOutcome outcome = machine_->execute_batch(store_, transactions, {}, results);
  EXPECT_EQ(outcome.gas_used, 42'000u);
  EXPECT_EQ(results[2].transaction.refusal, TxError::GasLimitOverBlock);
  EXPECT_EQ(machine_->block().gas_used, 100'000u) << "is the embedder's to set";

  // Three blobs are left of nine.
  const Bytes32 hash{{1}};
  const std::vector<Bytes32> two{hash, hash};
  machine_->block().gas_used = 0;
  machine_->block().blob_gas_used = uint64_t{6} << 17;
  transactions = {payment(2, kBob), payment(3, kBob)};
  for (Transaction& tx : transactions) {
    tx.type = TxType::Blob;
    tx.blob_hashes = two;
    tx.max_blob_fee = 1;
  }
  outcome = machine_->execute_batch(store_, transactions, {}, results);
  EXPECT_EQ(results[0].transaction.refusal, TxError::None);
  EXPECT_EQ(results[1].transaction.refusal, TxError::BlobGasOverBlock);
  EXPECT_EQ(machine_->block().blob_gas_used, uint64_t{6} << 17);
}

// As one by one: the first rule that is broken, in the order of all.
TEST_F(ApiBatch, ReasonsAreThoseOfATransactionAlone) {
  Transaction tx = payment(0, kBob);
  tx.gas_limit = 2'000'000; // more than the block has
  tx.nonce = UINT64_MAX;
  TransactionResult alone;
  ASSERT_EQ(machine_->execute_transaction(store_, tx, {}, alone), Status::Success);
  BatchResult together;
  (void)machine_->execute_batch(store_, {&tx, 1}, {}, {&together, 1});
  EXPECT_EQ(together.transaction.refusal, alone.refusal);
}

TEST_F(ApiBatch, WithoutCommitAllSeeTheSame) {
  const std::vector<Transaction> transactions{payment(0, kBob), payment(0, kBob)};
  std::vector<BatchResult> results(2);
  const BatchOutcome outcome =
      machine_->execute_batch(store_, transactions, {.commit = false}, results);
  EXPECT_EQ(outcome.done, 2u);
  EXPECT_EQ(results[1].transaction.refusal, TxError::None);
  EXPECT_EQ(account_of(store_, kBob).balance, U256{0});
}

/// Takes a number of commits, then no more.
class FullStore final : public StateStore {
 public:
  explicit FullStore(StateStore& base, int commits) : base_(base), commits_(commits) {}
  ReadStatus read_account(const Address& a, AccountRecord& r, bool& e) override {
    return base_.read_account(a, r, e);
  }
  ReadStatus read_slot(const Address& a, const U256& k, U256& v) override {
    return base_.read_slot(a, k, v);
  }
  ReadStatus read_kv(const Address& a, ByteView k, Buffer& v, bool& e) override {
    return base_.read_kv(a, k, v, e);
  }
  ReadStatus read_code(const Address& a, const Bytes32& h, ByteView& c) override {
    return base_.read_code(a, h, c);
  }
  ReadStatus count_slots(const Address& a, uint64_t& n) override { return base_.count_slots(a, n); }
  bool apply(const StateDiff& diff) override { return commits_-- > 0 && base_.apply(diff); }

 private:
  StateStore& base_;
  int commits_;
};

TEST_F(ApiBatch, AFailingHostEndsIt) {
  FullStore full{store_, 1};
  const std::vector<Transaction> transactions{payment(0, kBob), payment(1, kBob), payment(2, kBob)};
  std::vector<BatchResult> results(3);
  const BatchOutcome outcome = machine_->execute_batch(full, transactions, {}, results);
  EXPECT_EQ(outcome.status, Status::HostError);
  EXPECT_EQ(outcome.done, 1u);
  EXPECT_EQ(outcome.gas_used, 21'000u);
  EXPECT_EQ(account_of(store_, kBob).balance, U256{10});
  EXPECT_EQ(account_of(store_, kAlice).nonce, 1u);
}

TEST_F(ApiBatch, ResultsNeedTheirPlaces) {
  const std::vector<Transaction> transactions{payment(0, kBob)};
  EXPECT_EQ(machine_->execute_batch(store_, transactions, {}, {}).status, Status::Misuse);
  EXPECT_EQ(machine_->execute_batch(store_, {}, {}, {}).status, Status::Success);
}

} // namespace
} // namespace zvm::engine
