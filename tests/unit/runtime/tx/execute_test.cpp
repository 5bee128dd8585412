#include "runtime/tx/execute.hpp"

#include <array>
#include <vector>

#include "runtime/trie/rlp.hpp"
#include "runtime/tx/authorization.hpp"
#include "runtime/tx/blob_fee.hpp"
#include "runtime/tx/intrinsic.hpp"
#include "tests/unit/runtime/state/fixture.hpp"
#include "tests/unit/runtime/tx/signing.hpp"

namespace zvm::runtime {
namespace {

using namespace testing;
using gas::Cost;

constexpr uint64_t kEther = 1'000'000'000'000'000'000;
const Address kSender = address(0x50);
const Address kTarget = address(0x60);
const Address kCoinbase = address(0xcb);

/// What the stub in place of the driver does, and what it was given.
struct Script {
  int64_t gas_used = 0;
  int64_t refund = 0;
  Status status = Status::Success;
  Status host = Status::Success;
  Message seen;
  bool target_was_warm = false;
};
Script g_script;

Status run_script(Execution& x, const Message& message, MessageResult& result) {
  g_script.seen = message;
  if (g_script.host != Status::Success)
    return g_script.host;
  Account* from = nullptr;
  Account* to = nullptr;
  if (const Status s = x.journal.load(message.sender, from); s != Status::Success)
    return s;
  if (const Status s = x.journal.load(message.recipient, to); s != Status::Success)
    return s;
  g_script.target_was_warm = to->is_warm();
  const Journal::Checkpoint before = x.journal.checkpoint();
  if (const Status s = x.journal.transfer(*from, *to, message.value); s != Status::Success)
    return s;
  if (const Status s = x.journal.add_refund(g_script.refund); s != Status::Success)
    return s;
  result.status = g_script.status;
  result.gas_left = message.gas - g_script.gas_used;
  result.state_gas_left = message.state_gas;
  if (kind(g_script.status) != StatusKind::Ok)
    x.journal.revert_to(before);
  if (kind(g_script.status) == StatusKind::Failure)
    result.gas_left = 0;
  return Status::Success;
}

class TransactionTest : public ::testing::Test {
 protected:
  TransactionTest() {
    g_script = {};
    use(kLatestRevision);
    x_.store = &store_;
    x_.block.coinbase = kCoinbase;
    x_.block.gas_limit = 30'000'000;
    x_.block.base_fee = 7;
    x_.block.blob_base_fee = 1;
    EXPECT_TRUE(store_.put_account(kSender, account(4, kEther)));
    tx_.sender = kSender;
    tx_.to = kTarget;
    tx_.nonce = 4;
    tx_.gas_limit = 100'000;
    tx_.max_fee = tx_.max_priority_fee = 10;
    tx_.value = 1000;
  }
  void use(Revision revision) {
    schedule_ = gas::make_evm_schedule(revision);
    x_.evm = x_.zvm = &schedule_;
  }
  void make(TxType type) {
    tx_.type = type;
    tx_.has_chain_id = true;
    tx_.chain_id = 1;
    if (type == TxType::Blob) {
      blob_.bytes[0] = 1;
      tx_.blob_hashes = {&blob_, 1};
      tx_.max_blob_fee = 1;
    }
    if (type == TxType::SetCode)
      tx_.authorizations = {&authorization_, 1};
  }
  TxError execute() {
    EXPECT_OK(execute_transaction(x_, tx_, options_, run_script, result_));
    return result_.refusal;
  }
  uint64_t balance(const Address& where) { return read(store_, where).balance.low64(); }

  MemoryStore store_;
  Execution x_;
  gas::Schedule schedule_;
  Transaction tx_;
  TxOptions options_;
  TransactionResult result_;
  Bytes32 blob_;
  Authorization authorization_;
};

TEST_F(TransactionTest, ATransferPaysTheCoinbaseItsTipAndBurnsTheBaseFee) {
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(result_.gas_used, 21000);
  EXPECT_EQ(balance(kSender), kEther - 1000 - 21000 * 10);
  EXPECT_EQ(balance(kTarget), 1000u);
  EXPECT_EQ(balance(kCoinbase), 21000u * 3);
  EXPECT_EQ(read(store_, kSender).nonce, 5u);
  EXPECT_EQ(g_script.seen.gas, 79000);
  EXPECT_EQ(g_script.seen.kind, CallKind::Call);
  EXPECT_EQ(x_.tx.gas_price, U256{10});
  EXPECT_EQ(x_.tx.origin, kSender);
}

TEST_F(TransactionTest, BeforeLondonTheCoinbaseGetsAll) {
  use(Revision::Berlin);
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(balance(kCoinbase), 21000u * 10);
}

TEST_F(TransactionTest, TheEffectivePriceIsBaseFeePlusTip) {
  make(TxType::FeeMarket);
  tx_.max_fee = 100;
  tx_.max_priority_fee = 2;
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(x_.tx.gas_price, U256{9});
  EXPECT_EQ(balance(kSender), kEther - 1000 - 21000 * 9);
  EXPECT_EQ(balance(kCoinbase), 21000u * 2);
}

TEST_F(TransactionTest, RefundsAreCapped) {
  for (const auto& [revision, quotient] :
       {std::pair{Revision::Berlin, 2}, std::pair{kLatestRevision, 5}}) {
    use(revision);
    g_script.gas_used = 9000;
    g_script.refund = 1'000'000;
    ASSERT_EQ(execute(), TxError::None);
    EXPECT_EQ(result_.gas_refunded, 30000 / quotient);
    EXPECT_EQ(result_.gas_used, 30000 - 30000 / quotient);
    g_script.refund = 10;
    ++tx_.nonce;
    ASSERT_EQ(execute(), TxError::None);
    EXPECT_EQ(result_.gas_used, 29990);
    ++tx_.nonce;
  }
}

TEST_F(TransactionTest, FailuresKeepFeesAndLoseValueAndRefund) {
  g_script.gas_used = 5000;
  g_script.refund = 4000;
  g_script.status = Status::Revert;
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(result_.status, Status::Revert);
  EXPECT_EQ(result_.gas_used, 26000);
  EXPECT_EQ(result_.gas_refunded, 0);
  EXPECT_FALSE(exists(store_, kTarget));
  EXPECT_EQ(balance(kSender), kEther - 26000 * 10);
  g_script.status = Status::OutOfGas;
  tx_.nonce = 5;
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(result_.gas_used, 100'000);
  EXPECT_EQ(read(store_, kSender).nonce, 6u);
}

TEST_F(TransactionTest, CalldataHasAFloor) {
  const std::vector<uint8_t> data(100, 1);
  tx_.data = data;
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(result_.gas_used, 21000 + 100 * 40);
  EXPECT_EQ(g_script.seen.gas, 100'000 - 21000 - 1600);
  use(Revision::Cancun);
  tx_.nonce = 5;
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(result_.gas_used, 21000 + 1600);
}

TEST_F(TransactionTest, CreatesCarryTheirNewAddress) {
  const std::vector<uint8_t> code(33, 0);
  tx_.is_create = true;
  tx_.data = code;
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(g_script.seen.kind, CallKind::Create);
  std::vector<uint8_t> rlp;
  RlpWriter w{rlp};
  w.bytes(kSender.bytes);
  w.number(4);
  w.end_list(0);
  EXPECT_EQ(g_script.seen.recipient, to_address(to_word(keccak256(rlp))));
  EXPECT_TRUE(g_script.target_was_warm);
  EXPECT_EQ(g_script.seen.gas, 100'000 - 53000 - 33 * 4 - 2 * 2);
}

TEST_F(TransactionTest, BlobsArePaidAndNotGivenBack) {
  make(TxType::Blob);
  x_.block.blob_base_fee = 3;
  tx_.max_blob_fee = 5;
  g_script.status = Status::OutOfGas;
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(balance(kSender), kEther - 100'000 * 10 - 131072 * 3);
  EXPECT_EQ(x_.tx.blob_hashes.size(), 1u);
}

TEST_F(TransactionTest, AccessListsWarm) {
  make(TxType::AccessList);
  const std::array<U256, 2> slots{U256{1}, U256{2}};
  const std::array<AccessListEntry, 2> list{{{address(0x70), slots}, {address(0x71), {}}}};
  tx_.access_list = list;
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(result_.gas_used, 21000 + 2 * 2400 + 2 * 1900);
  Account* a = nullptr;
  ASSERT_OK(x_.journal.locate(address(0x70), a));
  EXPECT_TRUE(a->is_warm());
  Slot* slot = nullptr;
  ASSERT_OK(x_.journal.locate_slot(*a, 2, slot));
  EXPECT_TRUE(slot->warm);
  EXPECT_FALSE(a->loaded); // warmth needs no read
  for (const Address& warm : {kSender, kTarget, kCoinbase, address(0x71)}) {
    ASSERT_OK(x_.journal.locate(warm, a));
    EXPECT_TRUE(a->is_warm());
  }
}

/// Counts what it is told of in advance.
struct ReadAheadStore final : MemoryStore {
  size_t accounts = 0, slots = 0;
  void prefetch(std::span<const StateKey> keys) override {
    for (const StateKey& key : keys)
      ++(key.is_slot ? slots : accounts);
  }
};

TEST_F(TransactionTest, TheStoreIsToldAheadWhatTheTransactionNames) {
  ReadAheadStore store;
  ASSERT_TRUE(store.put_account(kSender, account(4, kEther)));
  x_.store = &store;
  make(TxType::AccessList);
  const std::vector<U256> slots(40);
  const AccessListEntry entry{address(0x70), slots};
  tx_.access_list = {&entry, 1};
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(store.accounts, 4u);
  EXPECT_EQ(store.slots, 40u);
}

// Refusals.

struct Refusal {
  TxError error;
  const char* what;
  void (*change)(Transaction&, Execution&);
  TxType type = TxType::FeeMarket;
};

const Refusal kRefusals[] = {
    {TxError::IntrinsicGasTooLow, "gas", [](auto& tx, auto&) { tx.gas_limit = 20999; }},
    {TxError::NonceIsMax, "nonce", [](auto& tx, auto&) { tx.nonce = UINT64_MAX; }},
    {TxError::GasLimitOverCap, "cap", [](auto& tx, auto&) { tx.gas_limit = 16777217; }},
    {TxError::GasLimitOverCap, "sign", [](auto& tx, auto&) { tx.gas_limit = UINT64_MAX; }},
    {TxError::GasLimitOverBlock, "block", [](auto&, auto& x) { x.block.gas_limit = 99999; }},
    {TxError::WrongChainId, "chain", [](auto& tx, auto&) { tx.chain_id = 2; }},
    {TxError::PriorityFeeOverMaxFee, "tip", [](auto& tx, auto&) { tx.max_priority_fee = 11; }},
    {TxError::MaxFeeBelowBaseFee, "fee", [](auto&, auto& x) { x.block.base_fee = 11; }},
    {TxError::NonceTooLow, "low", [](auto& tx, auto&) { tx.nonce = 3; }},
    {TxError::NonceTooHigh, "high", [](auto& tx, auto&) { tx.nonce = 5; }},
    {TxError::InsufficientBalance, "value", [](auto& tx, auto&) { tx.value = kEther; }},
    {TxError::InsufficientBalance, "wide",
     [](auto& tx, auto&) { tx.max_fee = ~U256{}, tx.max_priority_fee = 0; }},
    {TxError::InsufficientBalance, "sum", [](auto& tx, auto&) { tx.value = ~U256{}; }},
    {TxError::NoBlobs, "blobs", [](auto& tx, auto&) { tx.blob_hashes = {}; }, TxType::Blob},
    {TxError::TooManyBlobs, "seven",
     [](auto& tx, auto&) {
       static const std::array<Bytes32, 7> seven{};
       tx.blob_hashes = seven;
     },
     TxType::Blob},
    {TxError::BlobGasOverBlock, "ten",
     [](auto& tx, auto&) {
       static const std::array<Bytes32, 10> ten{};
       tx.blob_hashes = ten;
     },
     TxType::Blob},
    {TxError::BlobHashVersion, "version",
     [](auto& tx, auto&) {
       static const Bytes32 zero{};
       tx.blob_hashes = {&zero, 1};
     },
     TxType::Blob},
    {TxError::MaxBlobFeeBelowBase, "blob fee", [](auto&, auto& x) { x.block.blob_base_fee = 2; },
     TxType::Blob},
    {TxError::CreateNotAllowed, "create", [](auto& tx, auto&) { tx.is_create = true; },
     TxType::Blob},
    {TxError::CreateNotAllowed, "create 4", [](auto& tx, auto&) { tx.is_create = true; },
     TxType::SetCode},
    {TxError::NoAuthorizations, "none", [](auto& tx, auto&) { tx.authorizations = {}; },
     TxType::SetCode},
    {TxError::InitcodeTooLarge, "initcode",
     [](auto& tx, auto&) {
       static const std::vector<uint8_t> code(49153, 0);
       tx.is_create = true;
       tx.data = code;
       tx.gas_limit = 1'000'000;
     }},
    {TxError::GasBelowFloor, "floor",
     [](auto& tx, auto&) {
       static const std::vector<uint8_t> data(1000, 1);
       tx.data = data;
       tx.gas_limit = 21000 + 16000;
     }},
};

TEST_F(TransactionTest, IsRefusedForTheRightReason) {
  for (const Refusal& refusal : kRefusals) {
    const Transaction tx = tx_;
    const BlockContext block = x_.block;
    make(refusal.type);
    refusal.change(tx_, x_);
    EXPECT_EQ(info(execute()).name, info(refusal.error).name) << refusal.what;
    EXPECT_EQ(read(store_, kSender), account(4, kEther));
    tx_ = tx;
    x_.block = block;
  }
}

TEST_F(TransactionTest, TypesBeginWithTheirForks) {
  constexpr std::pair<TxType, Revision> kBefore[] = {{TxType::AccessList, Revision::Istanbul},
                                                     {TxType::FeeMarket, Revision::Berlin},
                                                     {TxType::Blob, Revision::Shanghai},
                                                     {TxType::SetCode, Revision::Cancun}};
  for (const auto& [type, revision] : kBefore) {
    use(revision);
    make(type);
    EXPECT_EQ(execute(), TxError::TypeNotSupported);
  }
}

TEST_F(TransactionTest, ContractsSendNothing) {
  ASSERT_TRUE(store_.put_account(kSender, account(4, kEther), std::array<uint8_t, 1>{0x00}));
  EXPECT_EQ(execute(), TxError::SenderHasCode);
  options_.checks.sender_code = false;
  EXPECT_EQ(execute(), TxError::None);
  options_ = {};
  std::array<uint8_t, 23> delegation{0xef, 0x01, 0x00};
  ASSERT_TRUE(store_.put_account(kSender, account(4, kEther), delegation));
  EXPECT_EQ(execute(), TxError::None);
}

TEST_F(TransactionTest, ChecksCanBeSwitchedOff) {
  options_.checks = {.nonce = false,
                     .balance = false,
                     .fees = false,
                     .chain_id = false,
                     .sender_code = false,
                     .block_gas = false};
  options_.commit = false;
  make(TxType::FeeMarket);
  tx_.nonce = 77;
  tx_.max_fee = tx_.max_priority_fee = 0;
  tx_.chain_id = 5;
  tx_.gas_limit = 1'000'000'000;
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(read(store_, kSender), account(4, kEther)); // not committed
  EXPECT_EQ(result_.diff.accounts.size(), 2u);
  tx_.value = U256{kEther} + U256{1};
  EXPECT_EQ(execute(), TxError::InsufficientBalance); // nobody sends what he has not
}

TEST_F(TransactionTest, HostFailuresCommitNothing) {
  for (const Status status : {Status::HostError, Status::Cancelled, Status::Suspended}) {
    g_script.host = status;
    EXPECT_EQ(execute_transaction(x_, tx_, {}, run_script, result_), status);
    EXPECT_EQ(read(store_, kSender), account(4, kEther));
  }
}

TEST_F(TransactionTest, AnyFailedAllocationCommitsNothing) {
  make(TxType::AccessList);
  const std::array<U256, 2> slots{U256{1}, U256{2}};
  const AccessListEntry entry{address(0x70), slots};
  tx_.access_list = {&entry, 1};
  g_script.refund = 5;
  for (size_t fails = 0;; ++fails) {
    Execution fresh;
    fresh.evm = fresh.zvm = &schedule_;
    fresh.store = &store_;
    fresh.block = x_.block;
    Status status = Status::Success;
    {
      const FailingAllocation gate{fails};
      status = execute_transaction(fresh, tx_, {}, run_script, result_);
    }
    if (status == Status::Success)
      break;
    EXPECT_EQ(status, Status::HostError);
    EXPECT_EQ(read(store_, kSender), account(4, kEther));
    EXPECT_FALSE(exists(store_, kTarget));
    EXPECT_FALSE(exists(store_, kCoinbase));
  }
  EXPECT_EQ(balance(kTarget), 1000u);
}

// EIP-7702.

class AuthorizationTest : public TransactionTest {
 protected:
  AuthorizationTest() { make(TxType::SetCode); }

  void sign(Authorization& a) const {
    std::vector<uint8_t> message{0x05};
    RlpWriter w{message};
    const size_t list = w.begin_list();
    w.number(a.chain_id);
    w.bytes(a.address.bytes);
    w.number(a.nonce);
    w.end_list(list);
    const EcdsaSignature s = key_.sign(keccak256(message));
    a.y_parity = s.y_parity ? 1u : 0u;
    a.r = s.r;
    a.s = s.s;
  }
  /// Executes with one authorisation, made by the key.
  void delegate(uint64_t nonce, const U256& chain_id, const Address& to) {
    authorization_ = {chain_id, to, nonce, {}, {}, {}};
    sign(authorization_);
    ASSERT_EQ(execute(), TxError::None);
    ++tx_.nonce;
  }
  bool delegated_to(const Address& to) {
    const AccountRecord record = read(store_, key_.address());
    ByteView code;
    EXPECT_EQ(store_.read_code(key_.address(), record.code_hash, code), ReadStatus::Ok);
    Address target;
    return Journal::delegation(code, target) && target == to;
  }

  TestKey key_{0x11};
};

TEST_F(AuthorizationTest, DelegatesAndTakesBack) {
  delegate(0, 1, address(0x99));
  EXPECT_TRUE(delegated_to(address(0x99)));
  EXPECT_EQ(read(store_, key_.address()).nonce, 1u);
  EXPECT_EQ(result_.gas_used, 46000); // the account was new
  delegate(1, 0, address(0x98));      // on any chain; refunded, as the account is there
  EXPECT_TRUE(delegated_to(address(0x98)));
  EXPECT_EQ(result_.gas_used, 46000 - 46000 / 5);
  delegate(2, 1, Address{});
  EXPECT_EQ(read(store_, key_.address()).code_hash, kEmptyCodeHash);
  EXPECT_EQ(read(store_, key_.address()).nonce, 3u);
}

TEST_F(AuthorizationTest, StaysWhenTheMessageFails) {
  g_script.status = Status::OutOfGas;
  delegate(0, 1, address(0x99));
  EXPECT_TRUE(delegated_to(address(0x99)));
}

TEST_F(AuthorizationTest, InvalidOnesAreSkipped) {
  delegate(0, 2, address(0x99)); // another chain
  EXPECT_FALSE(exists(store_, key_.address()));
  delegate(1, 1, address(0x99)); // another nonce
  EXPECT_FALSE(exists(store_, key_.address()));
  delegate(UINT64_MAX, 1, address(0x99));
  EXPECT_FALSE(exists(store_, key_.address()));
  ASSERT_TRUE(store_.put_account(key_.address(), account(0, 1), std::array<uint8_t, 1>{0x00}));
  delegate(0, 1, address(0x99)); // a contract
  EXPECT_FALSE(delegated_to(address(0x99)));
}

TEST_F(AuthorizationTest, SignaturesAreChecked) {
  Authorization good{1, address(0x99), 0, {}, {}, {}};
  sign(good);
  Address authority;
  ASSERT_TRUE(recover_authority(good, authority));
  EXPECT_EQ(authority, key_.address());
  const auto refused = [&](auto change) {
    Authorization bad = good;
    change(bad);
    return !recover_authority(bad, authority);
  };
  EXPECT_TRUE(refused([](Authorization& a) { a.y_parity = 2; }));
  EXPECT_TRUE(refused([](Authorization& a) { a.y_parity = ~U256{}; }));
  EXPECT_TRUE(refused([](Authorization& a) { a.r = 0; }));
  EXPECT_TRUE(refused([](Authorization& a) { a.s = 0; }));
  EXPECT_TRUE(refused([](Authorization& a) { a.r = kGroupOrder; }));
  EXPECT_TRUE(refused([](Authorization& a) {
    a.s = kGroupOrder - a.s;
    a.y_parity = U256{1} - a.y_parity;
  }));
  good.chain_id = ~U256{}; // the longest encodings
  good.nonce = UINT64_MAX - 1;
  sign(good);
  ASSERT_TRUE(recover_authority(good, authority));
  EXPECT_EQ(authority, key_.address());
}

TEST_F(AuthorizationTest, TheTargetsDelegateIsWarmAndRuns) {
  std::array<uint8_t, 23> code{0xef, 0x01, 0x00};
  code[22] = 0x77;
  ASSERT_TRUE(store_.put_account(kTarget, {}, code));
  delegate(0, 2, address(0x99));
  EXPECT_EQ(g_script.seen.code_address, address(0x77));
  EXPECT_EQ(g_script.seen.recipient, kTarget);
  EXPECT_TRUE(g_script.seen.is_delegated);
  Account* a = nullptr;
  ASSERT_OK(x_.journal.locate(address(0x77), a));
  EXPECT_TRUE(a->is_warm());
}

// Prices.

/// With what `.case` files are too small for: access lists of thousands of entries, which cost more
/// than their floor, so that little execution gas is left below the cap.
class AmsterdamTransaction : public TransactionTest {
 protected:
  static constexpr uint64_t kBase = 21'000, kEntry = 2900 + 1280;
  static constexpr uint64_t kMost = 16'777'216; ///< execution gas

  AmsterdamTransaction() {
    use(Revision::Amsterdam);
    x_.block.gas_limit = 60'000'000;
    EXPECT_TRUE(store_.put_account(kTarget, account(1, 0)));
    make(TxType::AccessList);
    list(kMost / kEntry);
  }
  void list(uint64_t count) {
    entries_.resize(count);
    for (uint64_t i = 0; i < count; ++i)
      entries_[i].address = to_address(U256{0x100000 + i});
    tx_.access_list = entries_;
  }

  std::vector<AccessListEntry> entries_;
};

TEST_F(AmsterdamTransaction, IntrinsicGasHasACap) {
  const uint64_t most = (kMost - kBase) / kEntry;
  tx_.gas_limit = 20'000'000;
  list(most);
  EXPECT_EQ(execute(), TxError::None);
  EXPECT_EQ(result_.gas_used, static_cast<int64_t>(kBase + most * kEntry));
  ++tx_.nonce;
  list(most + 1);
  EXPECT_EQ(execute(), TxError::GasLimitOverCap);
}

TEST_F(AmsterdamTransaction, TheReservoirComesBackWhereTheBeginningFails) {
  constexpr uint64_t kEntries = (kMost - kBase) / kEntry;
  constexpr uint64_t kLeft = kMost - kBase - kEntries * kEntry;
  static_assert(kLeft < 10'000);
  list(kEntries);
  tx_.to = address(0x61); // nobody
  tx_.gas_limit = kMost + 183'600 - kLeft - 1;
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(result_.status, Status::OutOfGas);
  EXPECT_EQ(result_.gas_used, static_cast<int64_t>(kMost));
  EXPECT_EQ(result_.state_gas_used, 0);
  EXPECT_EQ(result_.regular_gas_used, static_cast<int64_t>(kMost));
  EXPECT_EQ(read(store_, kSender).nonce, 5u);
  EXPECT_EQ(balance(kSender), kEther - 10 * kMost);
  EXPECT_EQ(balance(tx_.to), 0u);
  ++tx_.nonce;
  ++tx_.gas_limit; // reservoir and gas are just enough together
  ASSERT_EQ(execute(), TxError::None);
  EXPECT_EQ(result_.status, Status::Success);
  EXPECT_EQ(result_.state_gas_used, 183'600);
  EXPECT_EQ(g_script.seen.gas, 0);
  EXPECT_EQ(g_script.seen.state_gas, 0);
}

TEST(IntrinsicGas, ByFork) {
  const std::vector<uint8_t> data{0, 0, 1};
  Transaction tx;
  tx.data = data;
  const auto charged = [&tx](Revision r) {
    return intrinsic_gas(gas::make_evm_schedule(r), tx).charged;
  };
  EXPECT_EQ(charged(Revision::Frontier), 21000 + 8 + 68);
  EXPECT_EQ(charged(Revision::Istanbul), 21000 + 8 + 16);
  tx.is_create = true;
  EXPECT_EQ(charged(Revision::Frontier), 21000 + 8 + 68);
  EXPECT_EQ(charged(Revision::Homestead), 53000 + 8 + 68);
  EXPECT_EQ(charged(Revision::Shanghai), 53000 + 8 + 16 + 2);
  EXPECT_EQ(intrinsic_gas(gas::make_evm_schedule(Revision::Prague), tx).floor, 21000 + 20 + 40);
  EXPECT_EQ(intrinsic_gas(gas::make_evm_schedule(Revision::Cancun), tx).floor, 0);
}

TEST(IntrinsicGas, SaturatesWherePricesAreOverridden) {
  Transaction tx;
  const std::vector<uint8_t> data(3, 1);
  tx.data = data;
  const gas::Override dear{Cost::TxNonZeroByte, {INT64_MAX / 2, 0}};
  EXPECT_EQ(intrinsic_gas(gas::make_evm_schedule(kLatestRevision, {&dear, 1}), tx).charged,
            INT64_MAX);
}

TEST(BlobFee, IsTheExponentialOfEip4844) {
  constexpr uint64_t kFraction = 3338477;
  EXPECT_EQ(blob_base_fee(0, kFraction), U256{1});
  EXPECT_EQ(blob_base_fee(2314057, kFraction), U256{1});
  EXPECT_EQ(blob_base_fee(2314058, kFraction), U256{2});
  EXPECT_EQ(blob_base_fee(10 * 1024 * 1024, kFraction), U256{23});
  EXPECT_EQ(blob_base_fee(UINT64_MAX, kFraction), U256{1} << 200);
  EXPECT_EQ(blob_base_fee(5, 0), U256{1} << 200);
  EXPECT_TRUE(blob_base_fee(kFraction * 138, kFraction) < U256{1} << 200);
}

} // namespace
} // namespace zvm::runtime
