#include "backend/asmjit/code.hpp"
#include "backend/asmjit/code_memory.hpp"

#include <gtest/gtest.h>

#include "engine/engine.hpp"
#include "runtime/state/memory_store.hpp"

namespace zvm::backend::asmjit {
namespace {

/// Some 100 KB of machine code, or more.
std::vector<uint8_t> long_code(uint8_t number) {
  std::vector<uint8_t> code{0x60, number, 0x35, 0x5f,
                            0x35}; // PUSH1 n CALLDATALOAD PUSH0 CALLDATALOAD
  for (int i = 0; i < 4000; ++i)
    code.insert(code.end(), {0x5b, 0x81, 0x02, 0x90}); // JUMPDEST DUP2 MUL SWAP1
  // Both are returned.
  code.insert(code.end(), {0x5f, 0x52, 0x60, 0x20, 0x52, 0x60, 0x40, 0x5f, 0xf3});
  return code;
}

void run(const engine::Engine& engine, const std::vector<uint8_t>& code) {
  const auto machine = engine::Machine::create(engine);
  ASSERT_NE(machine, nullptr);
  runtime::MemoryStore store;
  runtime::Message message;
  message.recipient = message.code_address = Address{{1}};
  message.gas = 1'000'000;
  ASSERT_TRUE(store.put_account(message.recipient, {}, code));
  runtime::MessageResult result;
  ASSERT_EQ(machine->execute(store, message, false, result), Status::Success);
  ASSERT_EQ(result.status, Status::Success);
}

TEST(CodeMemory, OfWhatIsEvictedIsGivenBack) {
  ASSERT_TRUE(is_available()); // what all code shares is there from now on
  const CodeMemoryUse before = code_memory_use();
  for (const engine::Tier tier : {engine::Tier::Auto, engine::Tier::Asmjit}) {
    engine::Engine engine =
        engine::Engine::create(
            {}, {.tier = tier, .promote_gas = 0, .compile_gas = 0, .compile_threads = 0})
            .value();
    // Twice, since what code has grown by while it ran is counted when it is run again.
    for (uint8_t n = 0; n < 40; ++n)
      run(engine, long_code(n / 2));
    const CodeMemoryUse during = code_memory_use();
    EXPECT_GE(during.used, before.used + (3 << 20));
    EXPECT_GE(during.used, before.used + engine.stats().native.bytes);
    EXPECT_GE(engine.stats().cache.bytes, during.used - before.used);
    engine.set_code_cache_limit(0);
    const CodeMemoryUse after = code_memory_use();
    EXPECT_EQ(after.used, before.used);
    // A block without code may be kept for what comes next.
    EXPECT_LE(after.reserved, before.reserved + (2 << 20));
    EXPECT_LT(after.reserved, during.reserved);
  }
}

} // namespace
} // namespace zvm::backend::asmjit
