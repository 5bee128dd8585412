// Calls, deployments and messages through the C++ API.
#include "tests/unit/engine/api/programs.hpp"

namespace zvm::engine {
namespace {

TEST(ApiMachine, CallsLookUnlessTheyCommit) {
  const auto machine = make_machine();
  MemoryStore store;
  ASSERT_TRUE(store.put_account(kContract, {}, kCounter));
  TransactionResult result;
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
    EXPECT_EQ(result.status, Status::Success);
    EXPECT_EQ(U256::from_be_bytes(result.output.view()), U256{0});
  }
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract, .commit = true}, result),
            Status::Success);
  EXPECT_EQ(slot_of(store, kContract, 0), U256{1});
  EXPECT_EQ(account_of(store, kAlice).nonce, 1u);
  // 21,000, a cold slot set from zero, and 17 for the rest.
  EXPECT_EQ(result.gas_used, 21'000 + 2'100 + 20'000 + 26);
}

TEST(ApiMachine, CallsNeedTheValueTheySend) {
  const auto machine = make_machine();
  MemoryStore store;
  TransactionResult result;
  const CallRequest request{.sender = kAlice, .to = kBob, .value = 5, .commit = true};
  ASSERT_EQ(machine->call(store, request, result), Status::Success);
  EXPECT_EQ(result.refusal, TxError::InsufficientBalance);
  ASSERT_TRUE(store.put_account(kAlice, {.balance = 5}));
  ASSERT_EQ(machine->call(store, request, result), Status::Success);
  EXPECT_EQ(result.refusal, TxError::None);
  EXPECT_EQ(account_of(store, kBob).balance, U256{5});
  EXPECT_EQ(account_of(store, kAlice).balance, U256{0});
}

TEST(ApiMachine, Deploy) {
  const auto machine = make_machine();
  MemoryStore store;
  TransactionResult result;
  ASSERT_EQ(machine->deploy(store, {.sender = kAlice, .init_code = kCounterInit}, result),
            Status::Success);
  ASSERT_EQ(result.status, Status::Success);
  EXPECT_EQ(result.created, create_address(kAlice, 0));
  EXPECT_EQ(account_of(store, result.created).code_hash, keccak256(kCounter));
  // A second one lands elsewhere.
  ASSERT_EQ(machine->deploy(store, {.sender = kAlice, .init_code = kCounterInit}, result),
            Status::Success);
  EXPECT_EQ(result.created, create_address(kAlice, 1));
  // Init code that fails deploys nothing and leaves the sender's nonce raised.
  ASSERT_EQ(machine->deploy(store, {.sender = kAlice, .init_code = kReverts}, result),
            Status::Success);
  EXPECT_EQ(result.status, Status::Revert);
  EXPECT_EQ(account_of(store, kAlice).nonce, 3u);
  EXPECT_EQ(account_of(store, create_address(kAlice, 2)).code_hash, kEmptyCodeHash);
}

TEST(ApiMachine, ContainersAreDeployedAsTheyAre) {
  const auto machine = make_machine();
  MemoryStore store;
  // ZVM init code in a container: returns the five bytes behind it, which are ZVM code.
  // PUSH1 7 PUSH1 14 PUSH1 0 CODECOPY PUSH1 7 PUSH1 0 RETURN is 12 bytes.
  std::vector<uint8_t> init = code_of("1107110c1100b911071100a8");
  init.insert(init.end(), kZvmStore.begin(), kZvmStore.end());
  const auto contained = machine->engine().stored_form(Vm::Zvm, init);
  ASSERT_TRUE(contained);
  TransactionResult result;
  ASSERT_EQ(machine->deploy(store, {.sender = kAlice, .init_code = *contained}, result),
            Status::Success);
  ASSERT_EQ(result.status, Status::Success);
  // The bytes alone do not say ZVM, so they are stored in a container.
  const auto stored = machine->engine().stored_form(Vm::Zvm, kZvmStore);
  EXPECT_EQ(account_of(store, result.created).code_hash, keccak256(*stored));
  std::vector<uint8_t> word(32);
  word[31] = 9;
  ASSERT_EQ(machine->call(store,
                          {.sender = kAlice, .to = result.created, .input = word, .commit = true},
                          result),
            Status::Success);
  EXPECT_EQ(result.status, Status::Success);
  EXPECT_EQ(slot_of(store, create_address(kAlice, 0), 0), U256{9});
}

TEST(ApiMachine, Messages) {
  const auto machine = make_machine();
  MemoryStore store;
  ASSERT_TRUE(store.put_account(kContract, {}, kCounter));
  Message message;
  message.gas = 100'000;
  message.sender = kAlice;
  message.recipient = message.code_address = kContract;
  MessageResult result;
  ASSERT_EQ(machine->execute(store, message, true, result), Status::Success);
  EXPECT_EQ(result.status, Status::Success);
  EXPECT_EQ(100'000 - result.gas_left, 22'126); // no intrinsic gas
  EXPECT_EQ(slot_of(store, kContract, 0), U256{1});
  // Failures change nothing.
  ASSERT_TRUE(store.put_account(kBob, {}, kReverts));
  message.recipient = message.code_address = kBob;
  ASSERT_EQ(machine->execute(store, message, true, result), Status::Success);
  EXPECT_EQ(result.status, Status::Revert);
  EXPECT_EQ(result.output.size(), 32u);
  EXPECT_EQ(slot_of(store, kBob, 0), U256{0});
}

TEST(ApiMachine, GoesOverToAnotherEngine) {
  const auto machine = make_machine({.revision = Revision::London});
  const Engine shanghai = Engine::create({.revision = Revision::Shanghai}).value();
  MemoryStore store;
  ASSERT_TRUE(store.put_account(kContract, {}, kCounter)); // has PUSH0, of Shanghai
  TransactionResult result;
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
  EXPECT_EQ(result.status, Status::InvalidOpcode);
  ASSERT_EQ(machine->use(shanghai), Status::Success);
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
  EXPECT_EQ(result.status, Status::Success);
}

TEST(ApiMachine, LogsAreTheJournalsUntilTheNext) {
  const auto machine = make_machine();
  MemoryStore store;
  ASSERT_TRUE(store.put_account(kContract, {}, kLogger));
  TransactionResult result;
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
  ASSERT_EQ(machine->journal().log_count(), 1u);
  LogList kept;
  ASSERT_TRUE(kept.try_copy(machine->journal()));
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kBob}, result), Status::Success);
  EXPECT_EQ(machine->journal().log_count(), 0u);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].address, kContract);
  ASSERT_EQ(kept[0].topics.size(), 1u);
  EXPECT_EQ(kept[0].topics[0], U256{5});
  EXPECT_EQ(U256::from_be_bytes(kept[0].data), U256{7});
}

/// DEFERRED_HASH of 32 zero bytes by Keccak-256, HALT.
const std::vector<uint8_t> kDefers = code_of("112011001101"
                                             "7500");

TEST(ApiMachine, DeferredHashesComeWithTheResult) {
  const auto machine = make_machine({.vms = {.evm = false}, .zvm_1_1 = true});
  MemoryStore store;
  ASSERT_TRUE(store.put_account(kContract, {}, kDefers));
  const Bytes32 digest = keccak256(std::vector<uint8_t>(32));
  TransactionResult result;
  for (int i = 0; i < 2; ++i) { // each transaction begins with none
    ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
    ASSERT_EQ(result.status, Status::Success);
    ASSERT_EQ(result.deferred.entries.size(), 1u);
    EXPECT_EQ(result.deferred.entries[0].algorithm, DeferredAlgorithm::Keccak256);
    EXPECT_EQ(result.deferred.entries[0].length, 32u);
    EXPECT_EQ(result.deferred.entries[0].digest, digest);
    EXPECT_EQ(result.deferred.root, deferred_root(result.deferred.entries.view()));
  }
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kBob}, result), Status::Success);
  EXPECT_TRUE(result.deferred.entries.empty());

  Message message;
  message.gas = 1000;
  message.recipient = message.code_address = kContract;
  MessageResult outcome;
  DeferredCommitments deferred;
  ASSERT_EQ(machine->execute(store, message, false, outcome), Status::Success);
  ASSERT_TRUE(machine->commit_deferred(deferred));
  ASSERT_EQ(deferred.entries.size(), 1u);
  EXPECT_EQ(deferred.entries[0].digest, digest);
}

TEST(ApiMachine, TheOpcodesOfZvm11HaveToBeAskedFor) {
  const auto machine = make_machine({.vms = {.evm = false}});
  MemoryStore store;
  ASSERT_TRUE(store.put_account(kContract, {}, kDefers));
  TransactionResult result;
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
  EXPECT_EQ(result.status, Status::InvalidOpcode);
}

} // namespace
} // namespace zvm::engine
