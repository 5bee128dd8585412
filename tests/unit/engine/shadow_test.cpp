#include "engine/shadow.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <vector>

#include "engine/engine.hpp"
#include "runtime/state/memory_store.hpp"

namespace zvm::engine {
namespace {

constexpr Address kCode{{1, 2, 3}};
/// Adds memory word 0 to itself and 1, ten times, in a loop that asks the state.
constexpr uint8_t kLoop[] = {0x60, 10,   0x5b, 0x60, 0,    0x51, 0x80, 0x01, 0x60,
                             1,    0x01, 0x60, 0,    0x52, 0x60, 0,    0x54, 0x50,
                             0x60, 1,    0x90, 0x03, 0x80, 0x60, 2,    0x57, 0x00};

/// Calls, and asks the state while the result stands in the memory of the stack.
constexpr uint8_t kCall[] = {0x60, 7,    0x60, 5,  0x60, 11,   0x56, 0x5b, 0x5f, 0x54, 0x00,
                             0x5b, 0x36, 0x60, 18, 0x57, 0x90, 0x56, 0x5b, 0x5f, 0x5f, 0xfd};

struct Outcome {
  std::string difference;
  uint64_t compared = 0;
};

/// Machine code is this, and has more gas.
Outcome run_beside(const std::vector<uint8_t>& steps, const std::vector<uint8_t>& native,
                   int64_t more_gas) {
  Shadow shadow;
  for (const Tier tier : {Tier::Step, Tier::Asmjit}) {
    runtime::MemoryStore store;
    const std::vector<uint8_t>& code = tier == Tier::Step ? steps : native;
    EXPECT_TRUE(store.put_account(kCode, {.nonce = 1}, ByteView{code}));
    VmConfig config;
    config.vms = {.evm = true, .zvm = false};
    const auto engine = Engine::create(config, {.tier = tier, .promote_gas = 0});
    EXPECT_TRUE(engine.has_value());
    const auto machine = Machine::create(*engine);
    runtime::Message message;
    message.gas = 100'000 + (tier == Tier::Asmjit ? more_gas : 0);
    message.recipient = message.code_address = kCode;
    machine->set_tracer(tier == Tier::Step ? &shadow : nullptr);
    EXPECT_TRUE(tier == Tier::Step || shadow.begin());
    runtime::MessageResult result;
    EXPECT_EQ(machine->execute(store, message, false, result), Status::Success);
    EXPECT_EQ(result.status, Status::Success);
  }
  return {shadow.difference(), shadow.compared()};
}

/// The loop; machine code takes so many turns.
Outcome run(int64_t more_gas, uint8_t other_turns = 10) {
  const std::vector<uint8_t> steps{std::begin(kLoop), std::end(kLoop)};
  std::vector<uint8_t> native = steps;
  native[1] = other_turns;
  return run_beside(steps, native, more_gas);
}

class ShadowTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!Shadow{}.begin())
      GTEST_SKIP() << "there is no machine code";
  }
};

TEST_F(ShadowTest, SeesNothingWhereAllIsTheSame) {
  const Outcome outcome = run(0);
  EXPECT_EQ(outcome.difference, "");
  EXPECT_GT(outcome.compared, 5u);
}

TEST_F(ShadowTest, SeesNothingWhereAResultStandsInMemory) {
  const std::vector<uint8_t> code{std::begin(kCall), std::end(kCall)};
  const Outcome outcome = run_beside(code, code, 0);
  EXPECT_EQ(outcome.difference, "");
  EXPECT_GE(outcome.compared, 3u);
}

TEST_F(ShadowTest, SeesGas) {
  EXPECT_NE(run(1).difference.find("gas 1000"), std::string::npos) << run(1).difference;
}

TEST_F(ShadowTest, SeesTheStack) {
  EXPECT_NE(run(0, 9).difference.find("another stack"), std::string::npos) << run(0, 9).difference;
}

} // namespace
} // namespace zvm::engine
