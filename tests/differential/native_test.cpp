// Programs whose functions call each other, as machine code against step form.
#include <gtest/gtest.h>

#include <cstdlib>

#include "frontend/asm/assembler.hpp"
#include "tests/fuzz/oracles/differential.hpp"
#include "tests/support/calling_code.hpp"

namespace zvm::test {
namespace {

constexpr Address kCode{{1, 2, 3}};

/// More by ZVM_SEEDS=<number>.
unsigned seeds() {
  const char* more = std::getenv("ZVM_SEEDS");
  return more != nullptr ? static_cast<unsigned>(std::atoi(more)) : 2000;
}

fuzz::Scenario scenario(std::vector<uint8_t> code, Choices& c) {
  fuzz::Scenario s;
  s.vms = {.evm = true, .zvm = false};
  s.revision = Revision::Osaka;
  s.contracts.push_back({.address = kCode, .balance = {}, .code = std::move(code), .storage = {}});
  s.gas = 20'000 + c.below(200'000);
  s.gas_share = c.one_in(2) ? c.below(65'536) : 0;
  s.is_recorded = true;
  s.trouble = c.one_in(4) ? fuzz::Trouble::Pending : fuzz::Trouble::None;
  return s;
}

TEST(NativePrograms, OfFunctionsThatCallEachOther) {
  fuzz::Differential differential;
  for (unsigned seed = 0; seed < seeds(); ++seed) {
    Choices c{seed};
    const fuzz::Scenario s = scenario(CallingCode{c}.run(), c);
    ASSERT_TRUE(differential.agrees(s)) << seed << "\n" << differential.report(s);
  }
}

/// f(n) = n == 0 ? 0 : 1 + f(n - 1), so deep that frames are dropped on the way.
constexpr std::string_view kRecursive = R"(
  .vm evm
  PUSH @done
  PUSH 400
  PUSH @f
  JUMP
done:
  JUMPDEST
  PUSH0
  MSTORE
  PUSH 32
  PUSH0
  RETURN
f:
  JUMPDEST
  DUP1
  ISZERO
  PUSH @ends
  JUMPI
  PUSH @back
  PUSH 1
  DUP3
  SUB
  PUSH @f
  JUMP
back:
  JUMPDEST
  PUSH 1
  ADD
  SWAP1
  POP
ends:
  JUMPDEST
  SWAP1
  JUMP
)";

TEST(NativePrograms, DropFramesWhereCallsGoDeep) {
  const auto program = frontend::assembler::assemble(kRecursive);
  ASSERT_TRUE(program);
  Choices c{1};
  fuzz::Scenario s = scenario(program->bytes, c);
  s.gas = 1'000'000;
  s.gas_share = 0;
  s.trouble = fuzz::Trouble::None;
  fuzz::Differential differential;
  EXPECT_TRUE(differential.agrees(s)) << differential.report(s);
  EXPECT_EQ(differential.expected().status, Status::Success) << differential.report(s);
}

} // namespace
} // namespace zvm::test
