// The engine's handle: what it refuses, formats of code, its cache, many threads.
#include <thread>

#include "tests/unit/engine/api/programs.hpp"

namespace zvm::engine {
namespace {

TEST(ApiEngine, Refusals) {
  EXPECT_TRUE(Engine::create({.revision = Revision::Amsterdam}));
  EXPECT_EQ(Engine::create({.vms = {false, false, Vm::Evm}}).error().code, ErrorCode::Unsupported);
  EXPECT_EQ(parse_tier("fast").error().code, ErrorCode::UnknownName);
  EXPECT_EQ(parse_tier("step"), Tier::Step);
}

TEST(ApiEngine, Detect) {
  const Engine both = Engine::create().value();
  EXPECT_EQ(both.detect(kCounter).vm, Vm::Evm);
  EXPECT_EQ(both.detect(kZvmStore).vm, Vm::Evm); // bare bytes are the default VM's, never guessed
  const std::vector<uint8_t> contained = both.stored_form(Vm::Zvm, kZvmStore).value();
  EXPECT_EQ(both.detect(contained).vm, Vm::Zvm);
  EXPECT_EQ(both.detect(contained).code.size(), kZvmStore.size());
  EXPECT_EQ(both.detect(code_of("5a564d43")).status, Status::InvalidCode);

  // With the EVM alone nothing is looked at.
  const Engine evm = Engine::create({.vms = {true, false, Vm::Evm}}).value();
  EXPECT_EQ(evm.detect(contained).vm, Vm::Evm);
  EXPECT_EQ(evm.detect(contained).code.size(), contained.size());
  EXPECT_EQ(evm.detect(code_of("5a564d43")).status, Status::Success);

  const Engine zvm_first = Engine::create({.vms = {true, true, Vm::Zvm}}).value();
  EXPECT_EQ(zvm_first.detect(kZvmStore).vm, Vm::Zvm);
}

TEST(ApiEngine, StoredForm) {
  const Engine both = Engine::create().value();
  EXPECT_EQ(both.stored_form(Vm::Evm, kCounter).value(), kCounter);
  // EVM code that looks like a container must be wrapped.
  const std::vector<uint8_t> odd = code_of("5a564d4300");
  const std::vector<uint8_t> wrapped = both.stored_form(Vm::Evm, odd).value();
  EXPECT_NE(wrapped, odd);
  EXPECT_EQ(both.detect(wrapped).vm, Vm::Evm);
  EXPECT_EQ(both.detect(wrapped).code.size(), odd.size());
  const Engine evm = Engine::create({.vms = {true, false, Vm::Evm}}).value();
  EXPECT_EQ(evm.stored_form(Vm::Evm, odd).value(), odd);
  EXPECT_EQ(evm.stored_form(Vm::Zvm, kZvmStore).error().code, ErrorCode::Unsupported);
  EXPECT_FALSE(both.stored_form(Vm::Zvm, std::vector<uint8_t>((1 << 20) + 1)));
}

TEST(ApiEngine, WarmsUpManyCodes) {
  Engine engine = Engine::create({}, {.tier = Tier::Interp}).value();
  std::vector<std::vector<uint8_t>> codes;
  for (uint8_t i = 0; i < 100; ++i)
    codes.push_back({0x60, i, 0x5f, 0x55});
  std::vector<ByteView> views(codes.begin(), codes.end());
  ASSERT_EQ(engine.warm_up_many(views), Status::Success);
  EXPECT_EQ(engine.stats().cache.modules, 100u);
  for (const ByteView code : views) // all of them are there under the hash of their own
    ASSERT_EQ(engine.warm_up(code), Status::Success);
  EXPECT_EQ(engine.stats().cache.modules, 100u);
  const std::vector<uint8_t> broken = code_of("5a564d43");
  views[70] = broken;
  EXPECT_EQ(engine.warm_up_many(views), Status::InvalidCode);
}

TEST(ApiEngine, CacheAndWarmUp) {
  Engine engine = Engine::create({}, {.tier = Tier::Interp}).value();
  EXPECT_EQ(engine.stats().cache.modules, 0u);
  ASSERT_EQ(engine.warm_up(kCounter), Status::Success);
  EXPECT_EQ(engine.stats().cache.modules, 1u);
  const uint64_t bytes = engine.stats().cache.bytes;
  EXPECT_GT(bytes, 0u);
  EXPECT_EQ(engine.warm_up(code_of("5a564d43")), Status::InvalidCode);

  MemoryStore store;
  ASSERT_TRUE(store.put_account(kContract, {}, kCounter));
  const auto machine = Machine::create(engine);
  TransactionResult result;
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
  EXPECT_EQ(result.gas_used, 43'126);
  EXPECT_EQ(engine.stats().cache.modules, 1u); // it was found
  EXPECT_GE(engine.stats().cache.hits, 1u);

  engine.set_code_cache_limit(0);
  EXPECT_EQ(engine.stats().cache.modules, 0u);
  EXPECT_EQ(engine.stats().cache.bytes, 0u);
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
  EXPECT_EQ(result.gas_used, 43'126);
}

TEST(ApiEngine, WarmUpOfAnyBytes) {
  Engine engine = Engine::create({}, {.tier = Tier::Interp}).value();
  EXPECT_EQ(engine.warm_up({}), Status::Success);
  std::vector<uint8_t> code(3000);
  uint32_t seed = 1;
  for (int round = 0; round < 20; ++round) {
    for (uint8_t& byte : code)
      byte = static_cast<uint8_t>((seed = seed * 1664525 + 1013904223) >> 24);
    EXPECT_EQ(engine.warm_up(code), Status::Success);
  }
  // Every byte begins a trace of its own.
  EXPECT_EQ(engine.warm_up(std::vector<uint8_t>(24576, 0x5b)), Status::Success);
  EXPECT_EQ(Engine::create({}, {.tier = Tier::Step}).value().warm_up(kCounter), Status::Success);
}

TEST(ApiEngine, ManyThreads) {
  const Engine engine = Engine::create({}, {.tier = Tier::Interp, .promote_gas = 100}).value();
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([engine, &right, t] { // a handle of its own, the same engine
      const auto machine = Machine::create(engine);
      MemoryStore store;
      if (!store.put_account(kContract, {}, kCounter) || !store.put_account(kBob, {}, kLogger))
        return;
      TransactionResult result;
      for (int i = 0; i < 200; ++i) {
        const CallRequest request{.sender = kAlice, .to = (i + t) % 2 == 0 ? kContract : kBob};
        if (machine->call(store, request, result) == Status::Success &&
            result.status == Status::Success)
          ++right;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(right, 800);
  EXPECT_EQ(engine.stats().cache.modules, 2u);
}

TEST(ApiEngine, PrecompilesMoveAndGo) {
  VmConfig config;
  const Precompile* identity = runtime::find_precompile(to_address(U256{4}), Revision::Osaka);
  ASSERT_NE(identity, nullptr);
  config.precompiles = {{to_address(U256{0x400}), *identity}, {to_address(U256{4}), std::nullopt}};
  const auto machine = make_machine(config);
  MemoryStore store;
  TransactionResult result;
  const std::vector<uint8_t> input{1, 2, 3};
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = to_address(U256{0x400}), .input = input},
                          result),
            Status::Success);
  EXPECT_EQ(result.output.size(), 3u);
  ASSERT_EQ(
      machine->call(store, {.sender = kAlice, .to = to_address(U256{4}), .input = input}, result),
      Status::Success);
  EXPECT_EQ(result.output.size(), 0u);
}

TEST(ApiEngine, PricesCanBeReplaced) {
  const auto machine = make_machine({.evm_prices = {{Cost::VeryLow, {.execution = 1000}}}});
  MemoryStore store;
  ASSERT_TRUE(store.put_account(kContract, {}, code_of("600100")));
  TransactionResult result;
  ASSERT_EQ(machine->call(store, {.sender = kAlice, .to = kContract}, result), Status::Success);
  EXPECT_EQ(result.gas_used, 22'000);
}

} // namespace
} // namespace zvm::engine
