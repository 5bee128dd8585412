// Messages in messages to the depth of 1,024 on a thread stack of 256 KiB, in every kind and across
// the VMs.
#include <gtest/gtest.h>

#include "runtime/call/address.hpp"
#include "tests/support/fault_world.hpp"

namespace zvm::test {
namespace {

// Each message adds one to what the message it made has returned; the innermost finds no room and
// counts itself.
constexpr uint64_t kMessages = 1025;

constexpr std::string_view kCall = R"(
  PUSH 32 PUSH 0 PUSH 0 PUSH 0 PUSH 0 ADDRESS GAS CALL POP
  PUSH 0 MLOAD PUSH 1 ADD PUSH 0 MSTORE PUSH 32 PUSH 0 RETURN)";
constexpr std::string_view kCallCode = R"(
  PUSH 32 PUSH 0 PUSH 0 PUSH 0 PUSH 0 ADDRESS GAS CALLCODE POP
  PUSH 0 MLOAD PUSH 1 ADD PUSH 0 MSTORE PUSH 32 PUSH 0 RETURN)";
constexpr std::string_view kDelegateCall = R"(
  PUSH 32 PUSH 0 PUSH 0 PUSH 0 ADDRESS GAS DELEGATECALL POP
  PUSH 0 MLOAD PUSH 1 ADD PUSH 0 MSTORE PUSH 32 PUSH 0 RETURN)";
constexpr std::string_view kStaticCall = R"(
  PUSH 32 PUSH 0 PUSH 0 PUSH 0 ADDRESS GAS STATICCALL POP
  PUSH 0 MLOAD PUSH 1 ADD PUSH 0 MSTORE PUSH 32 PUSH 0 RETURN)";
// What reverts gives its data back, and so does a creation.
constexpr std::string_view kRevert = R"(
  PUSH 32 PUSH 0 PUSH 0 PUSH 0 PUSH 0 ADDRESS GAS CALL POP
  PUSH 0 MLOAD PUSH 1 ADD PUSH 0 MSTORE PUSH 32 PUSH 0 REVERT)";
constexpr std::string_view kCreate = R"(
  CODESIZE PUSH 0 PUSH 0 CODECOPY
  CODESIZE PUSH 0 PUSH 0 CREATE POP
  PUSH 0 PUSH 0 MSTORE
  RETURNDATASIZE PUSH 0 PUSH 0 RETURNDATACOPY
  PUSH 0 MLOAD PUSH 1 ADD PUSH 0 MSTORE PUSH 32 PUSH 0 REVERT)";
constexpr std::string_view kCreate2 = R"(
  CODESIZE PUSH 0 PUSH 0 CODECOPY
  PUSH 5 CODESIZE PUSH 0 PUSH 0 CREATE2 POP
  PUSH 0 PUSH 0 MSTORE
  RETURNDATASIZE PUSH 0 PUSH 0 RETURNDATACOPY
  PUSH 0 MLOAD PUSH 1 ADD PUSH 0 MSTORE PUSH 32 PUSH 0 REVERT)";
constexpr std::string_view kZvmCall = R"(
.container zvm
  PUSH 32 PUSH 0 PUSH 0 PUSH 0 PUSH 0 ADDRESS PUSH 0x7fffffffffffffff CALL POP
  PUSH 0 MLOAD PUSH 1 ADD PUSH 0 MSTORE PUSH 32 PUSH 0 RETURN)";
// The other of two.
constexpr std::string_view kEvmToOther = R"(
  PUSH 32 PUSH 0 PUSH 0 PUSH 0 PUSH 0 PUSH 0xc2 GAS CALL POP
  PUSH 0 MLOAD PUSH 1 ADD PUSH 0 MSTORE PUSH 32 PUSH 0 RETURN)";
constexpr std::string_view kZvmToOther = R"(
.container zvm
  PUSH 32 PUSH 0 PUSH 0 PUSH 0 PUSH 0 PUSH 0xc1 PUSH 0x7fffffffffffffff CALL POP
  PUSH 0 MLOAD PUSH 1 ADD PUSH 0 MSTORE PUSH 32 PUSH 0 RETURN)";

struct Nesting {
  const char* name;
  std::string_view code;       ///< at 0xc1
  std::string_view other = {}; ///< at 0xc2
  bool creates = false;
  Status status = Status::Success;
};
constexpr Nesting kNestings[] = {
    {"Call", kCall},
    {"CallCode", kCallCode},
    {"DelegateCall", kDelegateCall},
    {"StaticCall", kStaticCall},
    {"Revert", kRevert, {}, false, Status::Revert},
    {"Create", kCreate, {}, true, Status::Revert},
    {"Create2", kCreate2, {}, true, Status::Revert},
    {"ZvmCall", kZvmCall},
    {"Alternating", kEvmToOther, kZvmToOther},
};

class Depth : public testing::TestWithParam<std::tuple<Nesting, engine::Tier>> {};

TEST_P(Depth, ReachesTheLimitOnASmallStack) {
  const auto& [nesting, tier] = GetParam();
  const auto code = assembled(nesting.code);
  runtime::MemoryStore store;
  put_code(store, address_of(0xc1), code);
  if (!nesting.other.empty())
    put_code(store, address_of(0xc2), assembled(nesting.other));
  const auto machine = fault_machine(fault_engine(tier));

  runtime::Message m;
  m.gas = kPlentyOfGas;
  m.sender = address_of(0xcafe);
  m.recipient = m.code_address = address_of(0xc1);
  if (nesting.creates) {
    m.kind = CallKind::Create;
    m.recipient = m.code_address = runtime::create_address(m.sender, 0);
    m.input = code;
  }
  for (int warm = 0; warm < 2; ++warm) {
    Status host = Status::HostError;
    runtime::MessageResult result;
    run_on_stack(kSmallStack, [&] { host = machine->execute(store, m, false, result); });
    ASSERT_EQ(host, Status::Success);
    EXPECT_EQ(result.status, nesting.status);
    ASSERT_EQ(result.output.size(), 32u);
    EXPECT_EQ(U256::load_be(result.output.data()), U256{kMessages});
  }
}

INSTANTIATE_TEST_SUITE_P(Nestings, Depth,
                         testing::Combine(testing::ValuesIn(kNestings),
                                          testing::Values(engine::Tier::Step, engine::Tier::Interp,
                                                          engine::Tier::Asmjit,
                                                          engine::Tier::Auto)),
                         [](const auto& info) {
                           return std::string{std::get<0>(info.param).name} + "_" +
                                  std::string{engine::name(std::get<1>(info.param))};
                         });

} // namespace
} // namespace zvm::test
