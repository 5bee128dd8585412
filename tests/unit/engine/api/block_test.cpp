// Whole blocks: what comes of them, and why they are refused.
#include "tests/unit/engine/api/programs.hpp"
#include "tests/unit/runtime/tx/signing.hpp"

namespace zvm::engine {
namespace {

using runtime::testing::signed_legacy;
using runtime::testing::TestKey;

constexpr U256 kEther = U256{1'000'000'000'000'000'000};
/// Returns the word 5 (of length 32) whoever calls.
const std::vector<uint8_t> kReturnsFive = code_of("60055f5260205ff3");
/// Stores the calldata's first word in slot 0.
const std::vector<uint8_t> kKeepsInput = code_of("5f355f5500");

std::vector<uint8_t> payment(const TestKey& key, uint64_t nonce, const Address& to,
                             const U256& price, const U256& value, uint64_t gas = 21'000) {
  return signed_legacy(key, nonce, price, gas, to.bytes, value, {});
}

class ApiBlock : public testing::Test {
 protected:
  void use(Revision revision) {
    VmConfig config;
    config.revision = revision;
    config.vms.zvm = config.vms.wasm = false;
    machine_ = make_machine(config);
    const gas::Schedule& rules = machine_->engine().schedule(Vm::Evm);
    ASSERT_TRUE(store_.put_account(key_.address(), {.balance = kEther}));
    if (rules.has(gas::Rule::Requests)) {
      ASSERT_TRUE(store_.put_account(runtime::kWithdrawalRequestsAddress, {.nonce = 1}, kStops));
      ASSERT_TRUE(store_.put_account(runtime::kConsolidationRequestsAddress, {.nonce = 1}, kStops));
    }
    runtime::BlockHeader& parent = parent_.header;
    parent.ommers_hash = runtime::kNoOmmersHash;
    parent.gas_limit = 1'000'000;
    parent.gas_used = 500'000;
    parent.number = 9;
    parent.timestamp = 1000;
    if (rules.has(gas::Rule::FeeMarket))
      parent.base_fee = U256{1000};
    if (rules.has(gas::Rule::Blobs))
      parent.excess_blob_gas = parent.blob_gas_used = 0;
    if (!rules.has(gas::Rule::PrevRandao))
      parent.difficulty = U256{131072};
    runtime::BlockHeader& header = block_.header;
    header.ommers_hash = runtime::kNoOmmersHash;
    header.parent_hash = runtime::header_hash(parent);
    header.coinbase = kBob;
    header.gas_limit = 1'000'000;
    header.number = 10;
    header.timestamp = 1012;
    header.base_fee = parent.base_fee;
    header.difficulty = parent.difficulty;
    if (rules.has(gas::Rule::Withdrawals)) {
      header.withdrawals_root = Bytes32{};
      block_.withdrawals.emplace();
    }
    if (rules.has(gas::Rule::Blobs)) {
      header.excess_blob_gas = header.blob_gas_used = 0;
      header.parent_beacon_root = Bytes32{{0xbe}};
    }
    if (rules.has(gas::Rule::Requests))
      header.requests_hash = Bytes32{};
  }
  /// Fills the header with what comes of the block.
  void seal() {
    runtime::BlockResult result;
    ASSERT_EQ(execute(result, {.commit = false, .check_results = false}), Status::Success);
    ASSERT_EQ(result.refusal, runtime::BlockError::None) << info(result.refusal).name;
    runtime::BlockHeader& header = block_.header;
    header.gas_used = result.progress.gas_used;
    header.logs_bloom = result.logs_bloom;
    header.transactions_root = result.transactions_root;
    header.receipts_root = result.receipts_root;
    header.state_root = result.state_root;
    if (header.withdrawals_root)
      header.withdrawals_root = result.withdrawals_root;
    if (header.requests_hash)
      header.requests_hash = result.requests_hash;
  }
  Status execute(runtime::BlockResult& result, const runtime::BlockOptions& options = {}) {
    return machine_->execute_block(store_, {block_, {&parent_, 1}}, options, result);
  }
  runtime::BlockError refusal(const runtime::BlockOptions& options = {}) {
    runtime::BlockResult result;
    EXPECT_EQ(execute(result, options), Status::Success);
    return result.refusal;
  }

  static inline const std::vector<uint8_t> kStops = code_of("00");
  TestKey key_{0x11};
  std::unique_ptr<Machine> machine_;
  MemoryStore store_;
  runtime::Ancestor parent_;
  runtime::Block block_;
};

TEST_F(ApiBlock, RunsAndCommits) {
  use(Revision::Osaka);
  const auto one = payment(key_, 0, kAlice, 1001, 5), two = payment(key_, 1, kAlice, 1000, 7);
  block_.transactions = {one, two};
  block_.withdrawals = {{{0, 0, kContract, 3}}};
  ASSERT_TRUE(store_.put_account(runtime::kBeaconRootsAddress, {.nonce = 1}, kKeepsInput));
  ASSERT_TRUE(store_.put_account(runtime::kHistoryAddress, {.nonce = 1}, kKeepsInput));
  seal();
  EXPECT_EQ(account_of(store_, kAlice).balance, U256{}) << "nothing was committed";

  runtime::BlockResult result;
  ASSERT_EQ(execute(result), Status::Success);
  ASSERT_EQ(result.refusal, runtime::BlockError::None) << info(result.refusal).name;
  ASSERT_EQ(result.progress.receipts.size(), 2u);
  EXPECT_EQ(result.progress.receipts[1].cumulative_gas, 42'000u);
  EXPECT_EQ(result.progress.receipts[1].index, 1u);
  EXPECT_TRUE(result.progress.receipts[1].succeeded);
  EXPECT_EQ(account_of(store_, kAlice).balance, U256{12});
  EXPECT_EQ(account_of(store_, kBob).balance, U256{21'000}) << "one wei a gas of the first";
  EXPECT_EQ(account_of(store_, kContract).balance, U256{3'000'000'000});
  EXPECT_EQ(slot_of(store_, runtime::kBeaconRootsAddress, 0), to_word(Bytes32{{0xbe}}));
  EXPECT_EQ(slot_of(store_, runtime::kHistoryAddress, 0), to_word(block_.header.parent_hash));
  // The machine's own block context is as it was.
  EXPECT_EQ(machine_->block().number, 0u);
}

TEST_F(ApiBlock, ARefusedOneChangesNothing) {
  use(Revision::Osaka);
  const auto one = payment(key_, 0, kAlice, 1000, 5), two = payment(key_, 2, kAlice, 1000, 7);
  block_.transactions = {one, two};
  runtime::BlockResult result;
  ASSERT_EQ(execute(result), Status::Success);
  EXPECT_EQ(result.refusal, runtime::BlockError::TransactionRefused);
  EXPECT_EQ(result.transaction_refusal, runtime::TxError::NonceTooHigh);
  EXPECT_EQ(result.transaction, 1u);
  EXPECT_EQ(account_of(store_, kAlice).balance, U256{});
  EXPECT_EQ(account_of(store_, key_.address()).nonce, 0u);
}

TEST_F(ApiBlock, ViewsThatNobodyCanLookIntoAreRefused) {
  for (const Revision revision : {Revision::Shanghai, Revision::Osaka}) { // Osaka looks at the size
    SCOPED_TRACE(name(revision));
    block_ = {};
    use(revision);
    const auto good = payment(key_, 0, kAlice, 1001, 5);
    block_.transactions = {good};
    seal();
    const auto expect_refusal = [&](std::span<const runtime::Ancestor> ancestors,
                                    const runtime::BlockOptions& options) {
      runtime::BlockResult result;
      ASSERT_EQ(execute(result, {.commit = false}), Status::Success);
      ASSERT_EQ(machine_->execute_block(store_, {block_, ancestors}, options, result),
                Status::Success);
      EXPECT_EQ(result.refusal, runtime::BlockError::MissingBytes);
      EXPECT_TRUE(result.progress.receipts.empty()) << "an earlier block's";
      EXPECT_EQ(account_of(store_, kAlice).balance, U256{});
    };
    const std::span<const runtime::Ancestor> nowhere{static_cast<runtime::Ancestor*>(nullptr), 5};
    expect_refusal(nowhere, {});
    expect_refusal(nowhere, {.check_parent = false});
    for (const size_t size : {size_t{1}, size_t{5}, SIZE_MAX}) {
      block_.transactions.emplace_back(static_cast<const uint8_t*>(nullptr), size);
      EXPECT_EQ(refusal(), runtime::BlockError::MissingBytes);
      block_.transactions.pop_back();
    }
    // None at all are an empty list, and no bytes are no transaction.
    runtime::BlockResult result;
    ASSERT_EQ(machine_->execute_block(store_, {block_, {}}, {}, result), Status::Success);
    EXPECT_EQ(result.refusal, runtime::BlockError::UnknownParent);
    block_.transactions.emplace_back();
    EXPECT_EQ(refusal(), runtime::BlockError::TransactionRefused);
  }
}

TEST_F(ApiBlock, EveryClaimOfTheHeaderIsCompared) {
  use(Revision::Osaka);
  const auto one = payment(key_, 0, kAlice, 1000, 5);
  block_.transactions = {one};
  seal();
  using runtime::BlockError;
  const auto with = [this](auto change) {
    const runtime::BlockHeader kept = block_.header;
    change(block_.header);
    const BlockError error = refusal({.commit = false});
    block_.header = kept;
    return error;
  };
  EXPECT_EQ(with([](auto&) {}), BlockError::None);
  EXPECT_EQ(with([](auto& h) { ++h.gas_used; }), BlockError::GasUsed);
  EXPECT_EQ(with([](auto& h) { h.blob_gas_used = 131072; }), BlockError::BlobGasUsed);
  EXPECT_EQ(with([](auto& h) { h.transactions_root = {}; }), BlockError::TransactionsRoot);
  EXPECT_EQ(with([](auto& h) { h.receipts_root = {}; }), BlockError::ReceiptsRoot);
  EXPECT_EQ(with([](auto& h) { h.logs_bloom[0] = 1; }), BlockError::LogsBloom);
  EXPECT_EQ(with([](auto& h) { h.withdrawals_root = Bytes32{}; }), BlockError::WithdrawalsRoot);
  EXPECT_EQ(with([](auto& h) { h.requests_hash = Bytes32{}; }), BlockError::RequestsHash);
  EXPECT_EQ(with([](auto& h) { h.state_root = {}; }), BlockError::StateRoot);
  EXPECT_EQ(with([](auto& h) { h.timestamp = 1; }), BlockError::Timestamp);
  EXPECT_EQ(with([](auto& h) { h.requests_hash.reset(); }), BlockError::HeaderFields);
}

TEST_F(ApiBlock, TransactionsShareTheBlocksGas) {
  use(Revision::Osaka);
  const auto one = payment(key_, 0, kAlice, 1000, 5, 979'001),
             two = payment(key_, 1, kAlice, 1000, 5, 979'001);
  block_.transactions = {one, two};
  runtime::BlockResult result;
  ASSERT_EQ(execute(result, {.check_results = false}), Status::Success);
  EXPECT_EQ(result.transaction_refusal, runtime::TxError::GasLimitOverBlock);
  EXPECT_EQ(result.transaction, 1u);
}

TEST_F(ApiBlock, SystemContractsReturnRequests) {
  use(Revision::Prague);
  ASSERT_TRUE(store_.put_account(runtime::kWithdrawalRequestsAddress, {.nonce = 1}, kReturnsFive));
  runtime::BlockResult result;
  ASSERT_EQ(execute(result, {.check_results = false}), Status::Success);
  ASSERT_EQ(result.requests.size(), 1u) << "an empty answer is no request";
  EXPECT_EQ(result.requests[0].size(), 33u);
  EXPECT_EQ(result.requests[0][0], 1);
  EXPECT_EQ(result.requests[0][32], 5);

  ASSERT_TRUE(store_.put_account(runtime::kConsolidationRequestsAddress, {.nonce = 1}, kReverts));
  EXPECT_EQ(refusal({.check_results = false}), runtime::BlockError::SystemCallFailed);
  ASSERT_TRUE(store_.put_account(runtime::kConsolidationRequestsAddress, {.nonce = 1}));
  EXPECT_EQ(refusal({.check_results = false}), runtime::BlockError::SystemContractEmpty);
}

TEST_F(ApiBlock, ARefusalSaysOfWhat) {
  use(Revision::Prague);
  runtime::BlockResult result;
  ASSERT_TRUE(store_.put_account(runtime::kWithdrawalRequestsAddress, {.nonce = 1}, kReturnsFive));
  ASSERT_TRUE(store_.put_account(runtime::kConsolidationRequestsAddress, {.nonce = 1}));
  ASSERT_EQ(execute(result, {.check_results = false}), Status::Success);
  EXPECT_EQ(result.subject, "ConsolidationRequests");
  // What Amsterdam's headers have, and Prague's have not.
  use(Revision::Amsterdam);
  ASSERT_EQ(execute(result, {.check_results = false}), Status::Success);
  EXPECT_EQ(result.refusal, runtime::BlockError::HeaderFields);
  EXPECT_EQ(result.subject, "access_list_hash");
  block_.header.access_list_hash = Bytes32{};
  ASSERT_EQ(execute(result, {.check_results = false}), Status::Success);
  EXPECT_EQ(result.subject, "slot_number");
  block_.withdrawals.reset();
  ASSERT_EQ(execute(result, {.check_results = false}), Status::Success);
  EXPECT_EQ(result.subject, "withdrawals");
}

TEST_F(ApiBlock, MissingContractsAtTheStartArePassedOver) {
  use(Revision::Cancun);
  seal();
  EXPECT_EQ(refusal(), runtime::BlockError::None);
}

TEST_F(ApiBlock, RewardsBeforeParis) {
  use(Revision::Berlin);
  runtime::BlockHeader ommer;
  ommer.coinbase = kAlice;
  ommer.number = 7;
  block_.ommers = {ommer};
  ASSERT_EQ(refusal({.check_parent = false, .check_results = false}), runtime::BlockError::None);
  // Two ether and a 32nd of them; five eighths of two ether.
  EXPECT_EQ(account_of(store_, kBob).balance, U256{2'062'500'000'000'000'000});
  EXPECT_EQ(account_of(store_, kAlice).balance, U256{1'250'000'000'000'000'000});
}

TEST_F(ApiBlock, OldReceiptsCarryTheStateRoot) {
  use(Revision::SpuriousDragon); // the last without a status
  const auto one = payment(key_, 0, kAlice, 1, 5);
  block_.transactions = {one};
  block_.header.difficulty = U256{131072};
  runtime::BlockResult result;
  ASSERT_EQ(execute(result, {.check_parent = false, .check_results = false}), Status::Success);
  ASSERT_EQ(result.refusal, runtime::BlockError::None);
  const runtime::Receipt& receipt = result.progress.receipts[0];
  EXPECT_FALSE(receipt.has_status);
  EXPECT_NE(receipt.state_root, Bytes32{});
  EXPECT_NE(receipt.state_root, result.state_root) << "the reward comes after it";
}

TEST_F(ApiBlock, BlocksThatAreTooLongAreRefused) {
  constexpr size_t kMost = 8'388'608; // bytes (EIP-7934)
  use(Revision::Osaka);
  // A transaction that is none, but is looked at only where the block is not too long.
  std::vector<uint8_t> junk(kMost, 1), bytes;
  block_.transactions = {junk};
  runtime::RlpWriter writer{bytes};
  runtime::encode_block(block_, writer);
  junk.resize(kMost - (bytes.size() - kMost));
  block_.transactions = {junk};
  EXPECT_EQ(refusal(), runtime::BlockError::TransactionRefused);
  junk.push_back(1);
  block_.transactions = {junk};
  EXPECT_EQ(refusal(), runtime::BlockError::BlockSize);
  use(Revision::Prague);
  EXPECT_EQ(refusal(), runtime::BlockError::TransactionRefused);
}

TEST_F(ApiBlock, ForksOfTheBlobScheduleArePrices) {
  use(Revision::Osaka);
  block_.header.blob_gas_used = 10 * 131072;
  EXPECT_EQ(refusal(), runtime::BlockError::BlobGasOverLimit);
  VmConfig config;
  const auto prices = gas::overrides(gas::kBlobForks[0].blobs);
  config.evm_prices.assign(prices.begin(), prices.end());
  machine_ = make_machine(config);
  EXPECT_EQ(refusal(), runtime::BlockError::BlobGasUsed) << "no transaction has blobs";
}

} // namespace
} // namespace zvm::engine
