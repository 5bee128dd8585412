// What the C++ API answers to arguments that cannot be: a status or a refusal that names them, and
// nothing has happened.
#include <functional>

#include "gas/cost_info.hpp"
#include "runtime/module/types.hpp"
#include "tests/unit/engine/api/programs.hpp"

namespace zvm::engine {
namespace {

/// A view that nobody can look into.
template <typename T>
std::span<const T> nowhere() {
  return {static_cast<const T*>(nullptr), 5};
}

// --- messages ---

struct BadMessage {
  HostCause cause;
  std::function<void(Message&)> spoil;
};

const BadMessage kBadMessages[] = {
    {HostCause::MessageKind, [](Message& m) { m.kind = static_cast<CallKind>(6); }},
    {HostCause::MessageKind, [](Message& m) { m.kind = static_cast<CallKind>(255); }},
    {HostCause::MessageDepth, [](Message& m) { m.depth = 1; }},
    {HostCause::MessageDepth, [](Message& m) { m.depth = 1023; }},
    {HostCause::MessageDepth, [](Message& m) { m.depth = 4'000'000'000; }},
    {HostCause::MessageGas, [](Message& m) { m.gas = -1; }},
    {HostCause::MessageGas, [](Message& m) { m.gas = INT64_MIN; }},
    {HostCause::MessageStateGas, [](Message& m) { m.state_gas = 1; }},
    {HostCause::MessageStateGas, [](Message& m) { m.state_gas = -1; }},
    {HostCause::MessageStatic, [](Message& m) { m.kind = CallKind::StaticCall; }},
    {HostCause::MessageStatic,
     [](Message& m) {
       m.is_static = true;
       m.value = 1;
     }},
    {HostCause::MessageStatic,
     [](Message& m) {
       m.is_static = true;
       m.kind = CallKind::Create;
     }},
    {HostCause::MessageInput, [](Message& m) { m.input = nowhere<uint8_t>(); }},
};

class ApiMisuse : public testing::TestWithParam<Tier> {
 protected:
  void SetUp() override {
    machine_ = make_machine({}, {.tier = GetParam(), .promote_gas = 0});
    ASSERT_TRUE(store_.put_account(kAlice, {.balance = 1}));
    ASSERT_TRUE(store_.put_account(kContract, {}, kCounter));
    message_.gas = 100'000;
    message_.sender = kAlice;
    message_.recipient = message_.code_address = kContract;
  }
  /// The machine is as good as before, and the state as it was.
  void expect_nothing_happened() {
    EXPECT_EQ(account_of(store_, kAlice), (AccountRecord{.balance = 1}));
    EXPECT_EQ(slot_of(store_, kContract, 0), U256{0});
    Message good;
    good.gas = 100'000;
    good.recipient = good.code_address = kContract;
    MessageResult result;
    ASSERT_EQ(machine_->execute(store_, good, false, result), Status::Success);
    EXPECT_EQ(result.status, Status::Success);
    EXPECT_EQ(result.gas_left, 100'000 - 22'126);
  }
  /// What a result says that nobody has filled.
  static void expect_empty(const MessageResult& result) {
    EXPECT_EQ(result.gas_left, 0);
    EXPECT_EQ(result.created, Address{});
    EXPECT_TRUE(result.output.empty());
  }
  std::unique_ptr<Machine> machine_;
  MemoryStore store_;
  Message message_;
  MessageResult result_;
};

INSTANTIATE_TEST_SUITE_P(Tiers, ApiMisuse,
                         testing::Values(Tier::Step, Tier::Interp, Tier::Asmjit, Tier::Auto),
                         [](const auto& tier) { return std::string{name(tier.param)}; });

TEST_P(ApiMisuse, Messages) {
  for (const BadMessage& bad : kBadMessages) {
    SCOPED_TRACE(name(bad.cause));
    ASSERT_EQ(machine_->execute(store_, message_, false, result_), Status::Success);
    ASSERT_FALSE(result_.output.empty()); // which must not be left
    Message message = message_;
    bad.spoil(message);
    EXPECT_EQ(machine_->execute(store_, message, true, result_), Status::Misuse);
    EXPECT_EQ(result_.status, Status::Misuse);
    EXPECT_EQ(host_failure().status, Status::Misuse);
    EXPECT_EQ(host_failure().cause, bad.cause);
    EXPECT_TRUE(host_failure().message().starts_with(name(bad.cause)));
    expect_empty(result_);
    expect_nothing_happened();
  }
}

TEST_P(ApiMisuse, ValueThatTheSenderHasNot) {
  for (const CallKind kind : {CallKind::Call, CallKind::CallCode, CallKind::Create}) {
    message_.kind = kind;
    message_.value = 2;
    if (kind == CallKind::Create)
      message_.recipient = kBob;
    EXPECT_EQ(machine_->execute(store_, message_, true, result_), Status::Success);
    EXPECT_EQ(result_.status, Status::InsufficientBalance);
    EXPECT_EQ(result_.gas_left, 100'000);
    EXPECT_EQ(result_.created, Address{});
    expect_nothing_happened();
  }
  message_ = {.kind = CallKind::Call, .gas = 100'000, .sender = kAlice, .recipient = kBob};
  message_.value = ~U256{};
  EXPECT_EQ(machine_->execute(store_, message_, true, result_), Status::Success);
  EXPECT_EQ(result_.status, Status::InsufficientBalance);
  expect_nothing_happened();
  // A delegated call carries a value and sends none.
  message_.kind = CallKind::DelegateCall;
  EXPECT_EQ(machine_->execute(store_, message_, false, result_), Status::Success);
  EXPECT_EQ(result_.status, Status::Success);
}

TEST_P(ApiMisuse, BlobHashesOfTheContext) {
  machine_->transaction_context().blob_hashes = nowhere<Bytes32>();
  EXPECT_EQ(machine_->execute(store_, message_, true, result_), Status::Misuse);
  EXPECT_EQ(host_failure().cause, HostCause::BlobHashes);
  machine_->transaction_context().blob_hashes = {};
  expect_nothing_happened();
}

// --- transactions ---

struct BadTransaction {
  TxError refusal;
  std::function<void(Transaction&)> spoil;
};

const Bytes32 kHash{{1}};
const AccessListEntry kEntry{};
const AccessListEntry kBadEntry{{}, nowhere<U256>()};
const Authorization kAuthorization{};

const BadTransaction kBadTransactions[] = {
    {TxError::TypeNotSupported, [](Transaction& t) { t.type = static_cast<TxType>(5); }},
    {TxError::TypeNotSupported, [](Transaction& t) { t.type = static_cast<TxType>(255); }},
    {TxError::MissingBytes, [](Transaction& t) { t.data = nowhere<uint8_t>(); }},
    {TxError::MissingBytes,
     [](Transaction& t) {
       t.type = TxType::AccessList;
       t.access_list = nowhere<AccessListEntry>();
     }},
    {TxError::MissingBytes,
     [](Transaction& t) {
       t.type = TxType::AccessList;
       t.access_list = {&kBadEntry, 1};
     }},
    {TxError::MissingBytes,
     [](Transaction& t) {
       t.type = TxType::Blob;
       t.blob_hashes = nowhere<Bytes32>();
     }},
    {TxError::MissingBytes,
     [](Transaction& t) {
       t.type = TxType::SetCode;
       t.authorizations = nowhere<Authorization>();
     }},
    {TxError::FieldOfOtherType, [](Transaction& t) { t.access_list = {&kEntry, 1}; }},
    {TxError::FieldOfOtherType,
     [](Transaction& t) {
       t.type = TxType::FeeMarket;
       t.blob_hashes = {&kHash, 1};
     }},
    {TxError::FieldOfOtherType,
     [](Transaction& t) {
       t.type = TxType::Blob;
       t.blob_hashes = {&kHash, 1};
       t.authorizations = {&kAuthorization, 1};
     }},
    {TxError::GasLimitOverCap, [](Transaction& t) { t.gas_limit = uint64_t{1} << 63; }},
    {TxError::GasLimitOverCap, [](Transaction& t) { t.gas_limit = UINT64_MAX; }},
    {TxError::IntrinsicGasTooLow, [](Transaction& t) { t.gas_limit = 0; }},
    {TxError::InsufficientBalance, [](Transaction& t) { t.value = ~U256{}; }},
    {TxError::InsufficientBalance,
     [](Transaction& t) { t.max_fee = ~U256{}; }}, // the product leaves 256 bits
    {TxError::NonceIsMax, [](Transaction& t) { t.nonce = UINT64_MAX; }},
};

void expect_refused(const TransactionResult& result, TxError refusal) {
  EXPECT_EQ(result.refusal, refusal) << info(result.refusal).name;
  EXPECT_EQ(result.status, Status::NotRun);
  EXPECT_EQ(result.gas_used, 0);
  EXPECT_EQ(result.gas_refunded, 0);
  EXPECT_EQ(result.created, Address{});
  EXPECT_TRUE(result.output.empty());
  EXPECT_TRUE(result.diff.accounts.empty());
  EXPECT_TRUE(result.deferred.entries.empty());
  EXPECT_TRUE(result.nullifiers.empty());
}

TEST_P(ApiMisuse, Transactions) {
  machine_->block().gas_limit = UINT64_MAX;
  for (const BadTransaction& bad : kBadTransactions) {
    SCOPED_TRACE(info(bad.refusal).name);
    // What an earlier transaction has left must not be taken for this one's.
    TransactionResult result;
    ASSERT_EQ(machine_->call(store_, {.sender = kBob, .to = kContract}, result), Status::Success);
    ASSERT_EQ(result.status, Status::Success);
    ASSERT_FALSE(result.output.empty());
    Transaction tx;
    tx.sender = kAlice;
    tx.to = kContract;
    tx.gas_limit = 100'000;
    bad.spoil(tx);
    EXPECT_EQ(machine_->execute_transaction(store_, tx, {}, result), Status::Success);
    expect_refused(result, bad.refusal);
    std::vector<BatchResult> results(1);
    const BatchOutcome outcome = machine_->execute_batch(store_, {&tx, 1}, {}, results);
    EXPECT_EQ(outcome.status, Status::Success);
    expect_refused(results[0].transaction, bad.refusal);
    EXPECT_EQ(slot_of(store_, kContract, 0), U256{0});
  }
}

TEST_P(ApiMisuse, CallsAndDeployments) {
  TransactionResult result;
  const auto call = [&](const CallRequest& request) {
    EXPECT_EQ(machine_->call(store_, request, result), Status::Success);
    return result.refusal;
  };
  const auto deploy = [&](const DeployRequest& request) {
    EXPECT_EQ(machine_->deploy(store_, request, result), Status::Success);
    return result.refusal;
  };
  EXPECT_EQ(call({.to = kContract, .gas = UINT64_MAX}), TxError::GasLimitOverCap);
  EXPECT_EQ(call({.to = kContract, .gas = 1}), TxError::IntrinsicGasTooLow);
  EXPECT_EQ(call({.sender = kAlice, .to = kContract, .value = 2}), TxError::InsufficientBalance);
  EXPECT_EQ(call({.to = kContract, .input = nowhere<uint8_t>()}), TxError::MissingBytes);
  EXPECT_EQ(deploy({.init_code = nowhere<uint8_t>()}), TxError::MissingBytes);
  EXPECT_EQ(deploy({.sender = kAlice, .value = 2, .init_code = kCounterInit}),
            TxError::InsufficientBalance);
  EXPECT_EQ(deploy({.init_code = std::vector<uint8_t>(50'000)}), TxError::InitcodeTooLarge);
  expect_refused(result, TxError::InitcodeTooLarge);
}

TEST_P(ApiMisuse, Batches) {
  const std::vector<Transaction> transactions(3);
  std::vector<BatchResult> results(2);
  results[1].transaction.status = Status::Success;
  EXPECT_EQ(machine_->execute_batch(store_, transactions, {}, results).status, Status::Misuse);
  EXPECT_EQ(host_failure().cause, HostCause::BatchResults);
  EXPECT_EQ(host_failure().asked, 3u);
  EXPECT_EQ(host_failure().limit, 2u);
  EXPECT_EQ(results[1].transaction.status, Status::NotRun);
  EXPECT_EQ(machine_->execute_batch(store_, nowhere<Transaction>(), {}, results).status,
            Status::Misuse);
  EXPECT_EQ(machine_
                ->execute_batch(store_, transactions, {},
                                std::span<BatchResult>{static_cast<BatchResult*>(nullptr), 3})
                .status,
            Status::Misuse);
}

TEST_P(ApiMisuse, Limits) {
  machine_->limits().memory = UINT64_MAX;
  EXPECT_EQ(machine_->execute(store_, message_, true, result_), Status::HostError);
  EXPECT_EQ(result_.status, Status::HostError);
  EXPECT_EQ(host_failure().cause, HostCause::AddressSpace);
  EXPECT_GT(host_failure().asked, uint64_t{1} << 63);
  machine_->limits().memory = 0; // a page there is always
  expect_nothing_happened();
  machine_->limits().memory = uint64_t{1} << 32;
  machine_->limits().steps = 0;
  EXPECT_EQ(machine_->execute(store_, message_, true, result_), Status::StepLimit);
  EXPECT_EQ(result_.status, Status::StepLimit);
  machine_->limits().steps = UINT64_MAX;
  expect_nothing_happened();
}

// --- what hooks answer ---

constexpr Status kNoStatus = static_cast<Status>(99);

Status bad_block_hash(void*, uint64_t, Bytes32&) { return kNoStatus; }
uint64_t free_of_charge(const Precompile&, ByteView) { return 0; }
Status bad_precompile(const Precompile&, ByteView, Buffer&, PrecompileContext&) {
  return kNoStatus;
}
class BadExtension final : public HostExtension {
  Status run(Frame&, uint32_t, std::span<const U256>, U256&) override { return kNoStatus; }
};

TEST_P(ApiMisuse, HooksThatAnswerNoStatus) {
  BadExtension extension;
  machine_ = make_machine(
      {.precompiles = {{kBob,
                        Precompile{.name = "bad", .gas = free_of_charge, .run = bad_precompile}}}},
      {.tier = GetParam(), .promote_gas = 0});
  machine_->set_extension(&extension);
  machine_->block().number = 100;
  machine_->block().block_hash = bad_block_hash;
  const Address blockhash = to_address(U256{0xb1}), zvm = to_address(U256{0xb2});
  ASSERT_TRUE(store_.put_account(blockhash, {}, code_of("60014000")));
  ASSERT_TRUE(store_.put_account(zvm, {},
                                 machine_->engine().stored_form(Vm::Zvm, code_of("eb00")).value()));
  for (const Address& address : {kBob, blockhash, zvm}) {
    TransactionResult result;
    EXPECT_EQ(machine_->call(store_, {.sender = kAlice, .to = address, .commit = true}, result),
              Status::Misuse);
    EXPECT_EQ(result.status, Status::Misuse);
    EXPECT_EQ(host_failure().cause, HostCause::UnknownStatus);
    EXPECT_EQ(host_failure().asked, 99u);
  }
  EXPECT_EQ(account_of(store_, kAlice).nonce, 0u);
}

// --- engines ---

struct BadConfig {
  ErrorCode code;
  std::string_view names; ///< what the sentence speaks of
  std::function<void(VmConfig&, EngineOptions&)> spoil;
};

constexpr auto kNoCost = static_cast<Cost>(250);

const BadConfig kBadConfigs[] = {
    {ErrorCode::UnknownName, "50",
     [](VmConfig& c, EngineOptions&) { c.revision = static_cast<Revision>(50); }},
    {ErrorCode::UnknownName, "255",
     [](VmConfig& c, EngineOptions&) { c.revision = static_cast<Revision>(255); }},
    {ErrorCode::UnknownName, "16",
     [](VmConfig& c, EngineOptions&) { c.revision = static_cast<Revision>(kRevisions); }},
    {ErrorCode::Unsupported, "VM", [](VmConfig& c, EngineOptions&) { c.vms = {false, false}; }},
    {ErrorCode::BadArgument, "default_vm",
     [](VmConfig& c, EngineOptions&) { c.vms.default_vm = Vm::Wasm; }},
    {ErrorCode::BadArgument, "default_vm",
     [](VmConfig& c, EngineOptions&) { c.vms.default_vm = static_cast<Vm>(77); }},
    {ErrorCode::UnknownName, "wasm_schedule",
     [](VmConfig& c, EngineOptions&) { c.wasm_schedule = static_cast<gas::WasmSchedule>(9); }},
    {ErrorCode::BadArgument, "max_pages",
     [](VmConfig& c, EngineOptions&) { c.wasm.max_pages = UINT64_MAX; }},
    {ErrorCode::BadArgument, "250",
     [](VmConfig& c, EngineOptions&) { c.evm_prices = {{kNoCost, {.execution = 1}}}; }},
    {ErrorCode::BadArgument, "250",
     [](VmConfig& c, EngineOptions&) { c.zvm_prices = {{kNoCost, {.execution = 1}}}; }},
    {ErrorCode::BadArgument, "250",
     [](VmConfig& c, EngineOptions&) { c.wasm_prices = {{kNoCost, {.execution = 1}}}; }},
    {ErrorCode::BadArgument, "VeryLow",
     [](VmConfig& c, EngineOptions&) { c.evm_prices = {{Cost::VeryLow, {.execution = -1}}}; }},
    {ErrorCode::BadArgument, "VeryLow",
     [](VmConfig& c, EngineOptions&) {
       c.evm_prices = {{Cost::VeryLow, {.execution = INT64_MAX}}};
     }},
    {ErrorCode::BadArgument, "VeryLow",
     [](VmConfig& c, EngineOptions&) {
       c.evm_prices = {{Cost::VeryLow, {.execution = 1, .state = 1}}};
     }},
    {ErrorCode::BadArgument, "osaka has no state gas",
     [](VmConfig& c, EngineOptions&) {
       c.evm_prices = {{Cost::SstoreSet, {.execution = 20'000, .state = 1}}};
     }},
    {ErrorCode::BadArgument, "StateByte",
     [](VmConfig& c, EngineOptions&) {
       c.revision = Revision::Amsterdam;
       c.evm_prices = {{Cost::StateByte, {.execution = 1}}};
     }},
    {ErrorCode::BadArgument, "StateByte is 2097152 of state gas",
     [](VmConfig& c, EngineOptions&) {
       c.revision = Revision::Amsterdam;
       c.wasm_prices = {{Cost::StateByte, {.state = 1 << 21}}};
     }},
    {ErrorCode::BadArgument, "Jumpdest",
     [](VmConfig& c, EngineOptions&) { c.evm_prices = {{Cost::Jumpdest, {}}}; }},
    {ErrorCode::BadArgument, "WasmBranch",
     [](VmConfig& c, EngineOptions&) { c.wasm_prices = {{Cost::WasmBranch, {}}}; }},
    {ErrorCode::BadArgument, "precompiles",
     [](VmConfig& c, EngineOptions&) { c.precompiles = {{kBob, Precompile{}}}; }},
    {ErrorCode::BadArgument, "precompiles",
     [](VmConfig& c, EngineOptions&) {
       c.precompiles = {{kBob, Precompile{.gas = free_of_charge}}};
     }},
    {ErrorCode::UnknownName, "tier",
     [](VmConfig&, EngineOptions& o) { o.tier = static_cast<Tier>(4); }},
    {ErrorCode::BadArgument, "promote_gas",
     [](VmConfig&, EngineOptions& o) { o.promote_gas = -1; }},
    {ErrorCode::UnknownName, "wasm_bounds",
     [](VmConfig&, EngineOptions& o) { o.wasm_bounds = static_cast<runtime::Bounds>(2); }},
};

TEST(ApiEngineMisuse, Fields) {
  for (const BadConfig& bad : kBadConfigs) {
    VmConfig config;
    EngineOptions options;
    bad.spoil(config, options);
    const Result<Engine> engine = Engine::create(config, options);
    ASSERT_FALSE(engine) << bad.names;
    EXPECT_EQ(engine.error().code, bad.code) << engine.error().message();
    EXPECT_NE(engine.error().message().find(bad.names), std::string::npos)
        << engine.error().message();
  }
  // Any limit of the cache will do, and a limit in gas may be any.
  EXPECT_TRUE(Engine::create({}, {.promote_gas = INT64_MAX, .code_cache_limit = 0}));
  EXPECT_TRUE(Engine::create({.evm_prices = {{Cost::TxMaxGas, {.execution = INT64_MAX}}}}));
}

TEST(ApiEngineMisuse, NumbersThatNoEnumHas) {
  Engine engine = Engine::create().value();
  constexpr auto kNoVm = static_cast<Vm>(200);
  EXPECT_EQ(engine.stored_form(kNoVm, kCounter).error().code, ErrorCode::UnknownName);
  EXPECT_EQ(engine.stored_form(Vm::Evm, nowhere<uint8_t>()).error().code, ErrorCode::BadArgument);
  EXPECT_EQ(engine.schedule(kNoVm).vm, Vm::Zvm);
  EXPECT_EQ(engine.schedule(Vm::Evm)[kNoCost], 0);
  EXPECT_EQ(engine.detect(nowhere<uint8_t>()).status, Status::InvalidCode);
  EXPECT_EQ(engine.warm_up(nowhere<uint8_t>()), Status::Misuse);
  EXPECT_EQ(host_failure().cause, HostCause::CodeBytes);
  EXPECT_EQ(engine.warm_up_many(nowhere<ByteView>()), Status::Misuse);

  EXPECT_EQ(name(static_cast<Status>(99)), "?");
  EXPECT_TRUE(is_host(static_cast<Status>(99)));
  EXPECT_EQ(name(static_cast<Revision>(99)), "?");
  EXPECT_EQ(name(static_cast<Tier>(99)), "?");
  EXPECT_EQ(name(static_cast<ErrorCode>(99)), "?");
  EXPECT_EQ(name(static_cast<gas::WasmSchedule>(99)), "?");
  EXPECT_EQ(name(static_cast<DeferredAlgorithm>(99)), "?");
  EXPECT_EQ(name(static_cast<runtime::ValueType>(99)), "?");
  EXPECT_EQ(name(static_cast<HostCause>(250)), "None");
  EXPECT_EQ(info(static_cast<TxError>(99)).name, "?");
  EXPECT_EQ(gas::info(kNoCost).name, "?");
}

TEST(ApiEngineMisuse, AnEngineThatWasMovedFromIsStillOne) {
  Engine engine = Engine::create().value();
  const Engine other = std::move(engine);
  EXPECT_EQ(engine.config().revision, kLatestRevision); // NOLINT(bugprone-use-after-move)
  EXPECT_NE(Machine::create(engine), nullptr);
}

// --- values ---

TEST(ApiValueMisuse, BlobFees) {
  EXPECT_EQ(blob_base_fee(0, 0), U256{1} << 200);
  EXPECT_EQ(blob_base_fee(UINT64_MAX, 1), U256{1} << 200);
  EXPECT_EQ(blob_base_fee(UINT64_MAX, UINT64_MAX), U256{2});
}

TEST(ApiValueMisuse, SpansOfDifferentSizes) {
  const U256 salts[3] = {1, 2, 3};
  Address out[2];
  create2_addresses(kAlice, kEmptyCodeHash, salts, out);
  EXPECT_EQ(out[1], create2_address(kAlice, U256{2}, {}));
}

TEST(ApiValueMisuse, DiffsWhoseRangesLeadNowhere) {
  const auto expect_refused = [](const std::function<void(StateDiff&)>& spoil) {
    StateDiff diff;
    ASSERT_TRUE(diff.slots.try_push({1, 2}));
    ASSERT_TRUE(diff.try_add_kv(kCounter, true, kCounter));
    ASSERT_TRUE(diff.accounts.try_push({.address = kAlice, .slot_count = 1, .kv_count = 1}));
    MemoryStore store;
    ASSERT_TRUE(store.apply(diff));
    ASSERT_TRUE(diff.is_consistent());
    spoil(diff);
    EXPECT_FALSE(diff.is_consistent());
    EXPECT_FALSE(store.apply(diff));
    EXPECT_TRUE(diff.slots_of(diff.accounts[0]).size() <= 1);
    Vec<Bytes32> nullifiers;
    EXPECT_TRUE(runtime::collect_nullifiers(diff, {}, nullifiers));
  };
  expect_refused([](StateDiff& d) { d.accounts[0].first_slot = 1; });
  expect_refused([](StateDiff& d) { d.accounts[0].slot_count = UINT64_MAX; });
  expect_refused([](StateDiff& d) { d.accounts[0].code_size = 1; });
  expect_refused([](StateDiff& d) { d.accounts[0].first_kv = UINT64_MAX; });
  expect_refused([](StateDiff& d) { d.kv[0].key_size = 1000; });
  expect_refused([](StateDiff& d) { d.kv[0].value_offset = UINT64_MAX; });
  MemoryStore store;
  EXPECT_FALSE(store.put_account(kAlice, {}, nowhere<uint8_t>()));
}

TEST(ApiValueMisuse, ViewsThatNobodyCanLookInto) {
  const ByteView nowhere_bytes = nowhere<uint8_t>();
  EXPECT_FALSE(runtime::decode_block(nowhere_bytes).has_value());
  MemoryStore store;
  EXPECT_FALSE(store.put_kv(kAlice, nowhere_bytes, {}));
  EXPECT_FALSE(store.put_kv(kAlice, {}, nowhere_bytes));
  EXPECT_EQ(account_of(store, kAlice), AccountRecord{});
  Buffer value;
  bool exists = true;
  EXPECT_EQ(store.read_kv(kAlice, nowhere_bytes, value, exists), ReadStatus::Error);
  EXPECT_FALSE(exists);
}

TEST(ApiValueMisuse, NumbersThatAreNoRefusal) {
  EXPECT_EQ(runtime::info(static_cast<runtime::BlockError>(255)).name, "?");
  EXPECT_EQ(runtime::info(static_cast<runtime::TxError>(255)).name, "?");
}

TEST(ApiValueMisuse, DeferredHashes) {
  DeferredHashes hashes;
  EXPECT_FALSE(hashes.request(static_cast<DeferredAlgorithm>(4), kCounter));
  EXPECT_FALSE(hashes.request(DeferredAlgorithm::Sha256, nowhere<uint8_t>()));
  EXPECT_EQ(hashes.size(), 0u);
}

TEST(ApiValueMisuse, DecodedTransactionsAreUsedAgain) {
  const gas::Schedule schedule = gas::make_evm_schedule(Revision::Osaka);
  DecodedTransaction decoded;
  decoded.slots.resize(3);
  decoded.blob_hashes.resize(2);
  decoded.tx.blob_hashes = decoded.blob_hashes;
  decoded.tx.nonce = 5;
  for (const std::vector<uint8_t>& bytes : {std::vector<uint8_t>{}, {0xc0}, {0x02, 0xc0}, {0x7f}}) {
    EXPECT_NE(decode_transaction(bytes, schedule, decoded), TxError::None);
    EXPECT_EQ(decoded.tx.nonce, 0u);
    EXPECT_TRUE(decoded.tx.blob_hashes.empty());
    EXPECT_TRUE(decoded.slots.empty());
  }
  EXPECT_EQ(decode_transaction(nowhere<uint8_t>(), schedule, decoded), TxError::Malformed);
}

} // namespace
} // namespace zvm::engine
