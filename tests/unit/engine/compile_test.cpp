// Tier auto: code that has become hot is compiled while it runs, and nothing of that is seen in a
// result.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "frontend/asm/assembler.hpp"
#include "tests/support/relays.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::test {
namespace {

using engine::Engine;
using engine::EngineOptions;
using engine::Machine;
using engine::Tier;

constexpr Address kCode{{0xc0, 0xde}};
constexpr int64_t kGas = 200'000'000;

/// A loop in the first message, 100,000 times; what it has added is returned.
constexpr std::string_view kEvmLoop = R"(
  PUSH 0 PUSH 100000
again: JUMPDEST
  DUP1 DUP3 ADD SWAP2 POP
  PUSH 1 SWAP1 SUB
  DUP1 PUSH @again JUMPI
  POP PUSH 0 MSTORE PUSH 32 PUSH 0 RETURN)";
constexpr std::string_view kZvmLoop = R"(
.container zvm
  PUSH 0 PUSH 100000
again:
  DUP1 DUP3 ADD SWAP2 POP
  PUSH 1 SWAP1 SUB
  DUP1 PUSH @again JUMPI
  POP PUSH 0 MSTORE PUSH 32 PUSH 0 RETURN)";
/// The loop is jumped to by a place from calldata, which no program follows.
constexpr std::string_view kHiddenLoop = R"(
  PUSH 0 PUSH 100000
  PUSH @again PUSH 0 CALLDATALOAD ADD JUMP
again: JUMPDEST
  DUP1 DUP3 ADD SWAP2 POP
  PUSH 1 SWAP1 SUB
  DUP1 PUSH @again PUSH 0 CALLDATALOAD ADD JUMPI
  POP PUSH 0 MSTORE PUSH 32 PUSH 0 RETURN)";
/// Calls itself until 200 messages deep, with a little work in each.
constexpr std::string_view kDeep = R"(
  PUSH 0 CALLDATALOAD PUSH 1 ADD PUSH 0 MSTORE
  PUSH 0 MLOAD PUSH 200 LT PUSH @ends JUMPI
  PUSH 32 PUSH 0 PUSH 32 PUSH 0 PUSH 0 ADDRESS GAS CALL POP
ends: JUMPDEST
  PUSH 32 PUSH 0 RETURN)";

Engine engine_with(Tier tier, int64_t compile_gas, unsigned threads = 0,
                   uint64_t cache = EngineOptions{}.code_cache_limit) {
  return Engine::create({}, {.tier = tier,
                             .promote_gas = 1000,
                             .compile_gas = compile_gas,
                             .compile_threads = threads,
                             .code_cache_limit = cache})
      .value();
}

struct Outcome {
  Status status;
  int64_t gas_left;
  std::vector<uint8_t> output;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome run_bytes(Machine& machine, const Bytes& code, const Bytes& input = {},
                  int64_t gas = kGas) {
  runtime::MemoryStore store;
  put_code(store, kCode, code);
  runtime::Message message;
  message.recipient = message.code_address = kCode;
  message.gas = gas;
  message.input = ByteView{input};
  runtime::MessageResult result;
  EXPECT_EQ(machine.execute(store, message, false, result), Status::Success);
  const ByteView output = result.output.view();
  return {result.status, result.gas_left, {output.begin(), output.end()}};
}

Outcome run(Machine& machine, std::string_view text) { return run_bytes(machine, assembled(text)); }

Outcome run(const Engine& engine, std::string_view text) {
  return run(*fault_machine(engine), text);
}

/// Whether there is a compiler, for this machine.
bool is_there() {
  static const bool kIsThere = [] {
    const Engine engine = engine_with(Tier::Asmjit, 0);
    (void)run(engine, kEvmLoop);
    return engine.stats().native.bytes != 0;
  }();
  return kIsThere;
}

class CompiledInTheMiddle : public testing::TestWithParam<std::string_view> {};

TEST_P(CompiledInTheMiddle, OfALoopGoesOnAsMachineCode) {
  const Outcome expected = run(engine_with(Tier::Step, 0), GetParam());
  ASSERT_EQ(expected.status, Status::Success);
  for (const int64_t compile_gas : {0, 1, 1000, 50'000, 1'000'000}) {
    const Engine engine = engine_with(Tier::Auto, compile_gas);
    EXPECT_EQ(run(engine, GetParam()), expected) << compile_gas;
    const engine::NativeStats native = engine.stats().native;
    EXPECT_EQ(native.entries >= 1, is_there()) << compile_gas;
    EXPECT_EQ(native.refused_entries, 0u) << compile_gas;
    EXPECT_EQ(native.promotions >= 1, is_there());
    EXPECT_EQ(native.bytes != 0 && native.nanoseconds != 0, is_there());
  }
}

TEST_P(CompiledInTheMiddle, ByAnotherThread) {
  const Outcome expected = run(engine_with(Tier::Step, 0), GetParam());
  const Engine engine = engine_with(Tier::Auto, 10'000, 1);
  const auto machine = fault_machine(engine);
  // On a busy machine the thread may be late: then it is a later message that goes on as machine code.
  for (int tries = 0; tries < 10'000 && engine.stats().native.entries == 0; ++tries) {
    ASSERT_EQ(run(*machine, GetParam()), expected);
    if (!is_there())
      break;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  EXPECT_EQ(engine.stats().native.entries != 0, is_there());
}

INSTANTIATE_TEST_SUITE_P(Loops, CompiledInTheMiddle,
                         testing::Values(kEvmLoop, kZvmLoop, kHiddenLoop));

TEST(Compiled, CodeIsHotByGasNotByCalls) {
  const Engine engine = engine_with(Tier::Auto, 1'000'000);
  const auto machine = fault_machine(engine);
  const Outcome expected = run(*fault_machine(engine_with(Tier::Step, 0)), kDeep);
  // What is passed on is not burnt: a call with all gas heats nothing.
  EXPECT_EQ(run(*machine, kDeep), expected);
  EXPECT_EQ(engine.stats().native.promotions, 0u);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(run(*machine, kDeep), expected);
  EXPECT_EQ(engine.stats().native.promotions != 0, is_there());
}

TEST(Compiled, LongerCodeIsHotLater) {
  const std::string loop{kEvmLoop}; // burns 4,000,000
  std::string padded = loop;
  for (int i = 0; i < 5000; ++i)
    padded += " STOP";
  for (const std::string& text : {loop, padded}) {
    const Engine engine = engine_with(Tier::Auto, 1'000'000);
    EXPECT_EQ(run(engine, text).status, Status::Success);
    EXPECT_EQ(engine.stats().native.promotions != 0, is_there() && text == loop);
  }
}

TEST(Compiled, OtherTiersCompileNothingBesideThemselves) {
  for (const Tier tier : {Tier::Step, Tier::Interp}) {
    const Engine engine = engine_with(tier, 0);
    EXPECT_EQ(run(engine, kEvmLoop).status, Status::Success);
    EXPECT_EQ(engine.stats().native.bytes, 0u);
  }
  const Engine engine = engine_with(Tier::Asmjit, 0);
  EXPECT_EQ(run(engine, kEvmLoop).status, Status::Success);
  EXPECT_EQ(engine.stats().native.programs, is_there() ? 1u : 0u);
  EXPECT_EQ(engine.stats().native.promotions, 0u);
}

/// Where it goes on behind a call is an entry of the program.
TEST(Compiled, CodeThatCallsAsAWhole) {
  const Engine engine = engine_with(Tier::Asmjit, 0);
  EXPECT_EQ(run(engine, kDeep), run(engine_with(Tier::Step, 0), kDeep));
  const engine::NativeStats native = engine.stats().native;
  EXPECT_EQ(native.programs, is_there() ? 1u : 0u);
  EXPECT_EQ(native.traces + native.refusals, 0u);
}

TEST(Compiled, InitCodeNever) {
  const Engine engine = engine_with(Tier::Auto, 0);
  const auto machine = fault_machine(engine);
  runtime::MemoryStore store;
  const std::vector<uint8_t> code = assembled(kEvmLoop);
  engine::DeployRequest request;
  request.init_code = code;
  request.gas = kGas;
  runtime::TransactionResult result;
  ASSERT_EQ(machine->deploy(store, request, result), Status::Success);
  EXPECT_EQ(result.status, Status::Success);
  EXPECT_EQ(engine.stats().native.bytes, 0u);
}

TEST(Compiled, TheCacheCountsWhatWasCompiled) {
  Engine engine = engine_with(Tier::Auto, 10'000);
  const uint64_t slots = [] {
    const Engine interp = engine_with(Tier::Interp, 0);
    (void)run(interp, kEvmLoop);
    return interp.stats().cache.bytes;
  }();
  (void)run(engine, kEvmLoop);
  EXPECT_GE(engine.stats().cache.bytes, slots + engine.stats().native.bytes);
  engine.set_code_cache_limit(0);
  EXPECT_EQ(engine.stats().cache.bytes, 0u);
  EXPECT_EQ(engine.stats().cache.modules, 0u);
  // Too large for the cache once it is compiled, code is used up to its end.
  EXPECT_EQ(run(engine, kEvmLoop).status, Status::Success);
}

TEST(Compiled, ProfilersAreToldOfItIfAsked) {
  if (!is_there())
    GTEST_SKIP() << "there is no compiler for this machine";
  const std::string path = "/tmp/perf-" + std::to_string(getpid()) + ".map";
  const auto lines = [&] {
    std::ifstream in{path};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
  };
  const std::string before = lines();
  (void)run(engine_with(Tier::Auto, 0), kEvmLoop);
  EXPECT_EQ(lines(), before);
  (void)run(
      Engine::create(
          {},
          {.promote_gas = 0, .compile_gas = 0, .compile_threads = 0, .watch = {.perf_map = true}})
          .value(),
      kEvmLoop);
  EXPECT_NE(lines().substr(before.size()).find("_program_0\n"), std::string::npos);
  if (before.empty())
    (void)unlink(path.c_str());
}

TEST(Compiled, FunctionsOfModulesThatHaveBeenCalled) {
  const auto twice = [](const Engine& engine) {
    const auto machine = fault_machine(engine);
    const Outcome first = run_bytes(*machine, wasm_relay(), Bytes(32));
    EXPECT_EQ(run_bytes(*machine, wasm_relay(), Bytes(32)), first);
    return first;
  };
  const Outcome expected = twice(engine_with(Tier::Step, 0));
  ASSERT_EQ(expected.status, Status::Success);
  const Engine engine = engine_with(Tier::Auto, 0);
  EXPECT_EQ(twice(engine), expected);
  const engine::NativeStats native = engine.stats().native;
  EXPECT_EQ(native.functions >= 1, is_there());
  EXPECT_EQ(native.promotions >= 1, is_there());
  EXPECT_EQ(native.refusals, 0u);
}

/// main: a loop, 300,000 times, in the only function.
const Bytes kLoopingContract = [] {
  using namespace wasm;
  return module({list(1, {function_type({}, {kI64})}), list(3, {{0}}), list(5, {{0, 1}}),
                 list(7, {exported("memory", 2, 0), exported("main", 0, 0)}),
                 list(10, {body({2, 1, kI32, 1, kI64},
                                {0x41, 0xe0, 0xa7, 0x12, 0x21, 0,    0x03, 0x40, 0x20, 1, 0x42,
                                 3,    0x7e, 0x20, 0,    0xad, 0x7c, 0x21, 1,    0x20, 0, 0x41,
                                 1,    0x6b, 0x22, 0,    0x0d, 0,    0x0b, 0x20, 1})})});
}();

TEST(Compiled, AFunctionOfAModuleInTheMiddleOfItsLoop) {
  const auto run = [](const Engine& engine) {
    return run_bytes(*fault_machine(engine), kLoopingContract);
  };
  const Outcome expected = run(engine_with(Tier::Step, 0));
  ASSERT_EQ(expected.status, Status::Success);
  for (const int64_t compile_gas : {0, 1, 5000}) {
    const Engine engine = engine_with(Tier::Auto, compile_gas);
    EXPECT_EQ(run(engine), expected) << compile_gas;
    const engine::NativeStats native = engine.stats().native;
    EXPECT_EQ(native.loops, is_there() ? 1u : 0u) << compile_gas;
    EXPECT_EQ(native.refusals, 0u);
    EXPECT_GE(engine.stats().cache.bytes, native.bytes);
  }
  const auto step = fault_machine(engine_with(Tier::Step, 0));
  for (int64_t gas = 0; gas < 900'000; gas = gas * 4 / 3 + 301) {
    EXPECT_EQ(run_bytes(*fault_machine(engine_with(Tier::Auto, 0)), kLoopingContract, {}, gas),
              run_bytes(*step, kLoopingContract, {}, gas))
        << gas;
  }
  const Engine cool = engine_with(Tier::Auto, 1'000'000'000);
  EXPECT_EQ(run(cool), expected);
  EXPECT_EQ(cool.stats().native.bytes, 0u);
}

/// The code is left, and gone back to, in each round.
TEST(Compiled, AFunctionOfAModuleInALoopThatSendsMessages) {
  using namespace wasm;
  const Bytes code = module(
      {list(1, {function_type({}, {kI64}), function_type({kI32, kI32, kI32, kI64}, {kI32})}),
       list(2, {imported("zvm", "static_call", {0, 1})}), list(3, {{0}}), list(5, {{0, 1}}),
       list(7, {exported("memory", 2, 0), exported("main", 0, 1)}),
       list(10, {body({2, 1, kI32, 1, kI64},
                      {0x41, 0xd0, 0x0f, 0x21, 0, 0x03, 0x40, 0x41, 0,    0x41, 0,    0x41, 0,
                       0x42, 0xe4, 0,    0x10, 0, 0x20, 0,    0x6a, 0xad, 0x20, 1,    0x7c, 0x21,
                       1,    0x20, 0,    0x41, 1, 0x6b, 0x22, 0,    0x0d, 0,    0x0b, 0x20, 1})})});
  const auto step = fault_machine(engine_with(Tier::Step, 0));
  const Outcome expected = run_bytes(*step, code);
  EXPECT_EQ(expected.status, Status::Success);
  for (const int64_t compile_gas : {0, 50'000}) {
    const Engine engine = engine_with(Tier::Auto, compile_gas);
    EXPECT_EQ(run_bytes(*fault_machine(engine), code), expected);
    EXPECT_EQ(engine.stats().native.loops, is_there() ? 1u : 0u) << compile_gas;
  }
  for (int64_t gas = 1000; gas < 300'000; gas = gas * 4 / 3 + 301) {
    EXPECT_EQ(run_bytes(*fault_machine(engine_with(Tier::Auto, 0)), code, {}, gas),
              run_bytes(*step, code, {}, gas))
        << gas;
  }
}

TEST(Compiled, AFunctionOfAModuleInTheMiddleOfItsLoopByAnotherThread) {
  const Outcome expected = run_bytes(*fault_machine(engine_with(Tier::Step, 0)), kLoopingContract);
  // A thread that is late compiles it for the next message alone.
  uint64_t loops = 0;
  for (int tries = 0; tries < 1000 && loops == 0; ++tries) {
    const Engine engine = engine_with(Tier::Auto, 0, 1);
    ASSERT_EQ(run_bytes(*fault_machine(engine), kLoopingContract), expected);
    loops = engine.stats().native.loops;
    if (!is_there())
      break;
  }
  EXPECT_EQ(loops != 0, is_there());
}

TEST(Compiled, EnginesGoWhileTheirThreadsCompile) {
  for (int i = 0; i < 50; ++i) {
    const Engine engine = engine_with(Tier::Auto, 0, 2);
    const auto machine = fault_machine(engine);
    for (const std::string_view code : {kDeep, kEvmLoop, kHiddenLoop})
      EXPECT_EQ(run(*machine, code).status, Status::Success);
    EXPECT_EQ(run_bytes(*machine, kLoopingContract).status, Status::Success);
  }
}

TEST(Compiled, ProcessesThatForkGoOn) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "the sanitizer has no threads behind a fork";
#endif
#endif
  auto engine = std::make_unique<Engine>(engine_with(Tier::Auto, 1000, 1));
  const Outcome expected = run(engine_with(Tier::Step, 0), kEvmLoop);
  EXPECT_EQ(run(*engine, kHiddenLoop), run(engine_with(Tier::Step, 0), kHiddenLoop));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const bool is_right =
        run(*engine, kEvmLoop) == expected && run(*engine, kHiddenLoop).status == Status::Success;
    engine.reset();
    _exit(is_right ? 0 : 1);
  }
  EXPECT_EQ(run(*engine, kEvmLoop), expected);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

} // namespace
} // namespace zvm::test
