#include "tests/support/case_file.hpp"

#include <gtest/gtest.h>

#include "runtime/tx/authorization.hpp"
#include "runtime/tx/sign.hpp"

namespace zvm::test {
namespace {

std::string refusal(std::string_view text) {
  const auto file = parse_case("zvm/some", text);
  return file ? "accepted" : file.error().detail;
}

constexpr std::string_view kGood = R"(; Shows that
; comments at the top are joined.
revision cancun
gas 1_000
value 2*3 + 1
address bob 0xb0b
calldata 0x0102 word $bob
static
extension 5

[account self]
balance 10    ; wei
storage 1 = 2
[program]
  PUSH $bob     ; a comment with [brackets]
  HALT
[account bob]
nonce 3
[code bob]
.container evm
  STOP
[expect]
status Revert
gas 3*2 + 100
refund 4800
result $self
[post self]
storage 1 = 0
balance 11
[post bob]
destroyed
[log bob]
topics 1 $self
data 0xff
[extension 0xe0]
payload 0x01 0x02
)";

TEST(CaseFile, ReadsEverything) {
  const auto file = parse_case("zvm/some", kGood);
  ASSERT_TRUE(file) << file.error().detail;
  const CaseInput& in = file->input;
  EXPECT_EQ(file->about, "Shows that comments at the top are joined.");
  EXPECT_EQ(in.vm, Vm::Zvm);
  EXPECT_EQ(in.revision, Revision::Cancun);
  EXPECT_EQ(in.gas, 1000);
  EXPECT_EQ(in.value, U256{7});
  EXPECT_EQ(in.calldata.size(), 34u);
  EXPECT_EQ(in.calldata[33], 0x0b);
  EXPECT_TRUE(in.is_static);
  EXPECT_EQ(in.extension_result, U256{5});

  const Address bob = to_address(0xb0b);
  ASSERT_EQ(in.pre.size(), 2u);
  EXPECT_EQ(in.pre.at(bob).nonce, 3u);
  EXPECT_EQ(in.pre.at(bob).code.size(), 17u);
  EXPECT_EQ(in.pre.at(in.self).code, (Bytes{0x12, 0x0b, 0x0b, 0x00}));
  EXPECT_EQ(in.pre.at(in.self).balance, U256{10});

  const CaseOutcome& out = file->expected;
  EXPECT_EQ(out.status, Status::Revert);
  EXPECT_EQ(out.gas_used, 106);
  EXPECT_EQ(out.refund, 4800);
  EXPECT_EQ(out.output.size(), 32u);
  EXPECT_EQ(out.output[31], 0x1f);
  ASSERT_EQ(out.post.size(), 1u);
  EXPECT_TRUE(out.post.at(in.self).storage.empty());
  EXPECT_EQ(out.post.at(in.self).balance, U256{11});
  ASSERT_EQ(out.logs.size(), 1u);
  EXPECT_EQ(out.logs[0].topics.size(), 2u);
  ASSERT_EQ(out.extension_calls.size(), 1u);
  EXPECT_EQ(out.extension_calls[0].number, 0xe0u);
  EXPECT_EQ(out.extension_calls[0].payload, (Bytes{1, 2}));
}

TEST(CaseFile, FailuresUseAllGas) {
  const auto file = parse_case("evm/some", "; x\ngas 77\n[program]\n[expect]\nstatus OutOfGas\n");
  ASSERT_TRUE(file) << file.error().detail;
  EXPECT_EQ(file->input.vm, Vm::Evm);
  EXPECT_EQ(file->expected.gas_used, 77);
}

TEST(CaseFile, ReadsTransactions) {
  const auto file = parse_case("evm/some", R"(; x
kind deployment
key caller 0xb0b
key bob 0xb0c
to bob
type 2
access bob 1 $bob
access self
authorization bob caller 3
authorization bob self 4 0
gasused 5
stategasused 6
calldata 0x0102
[program]
  STOP
[expect]
refused NoBlobs
)");
  ASSERT_TRUE(file) << file.error().detail;
  const CaseInput& in = file->input;
  EXPECT_TRUE(in.is_transaction() && in.creates());
  EXPECT_EQ(in.caller, runtime::address_of_key(to_bytes32(0xb0b)));
  EXPECT_EQ(in.origin, in.caller);
  EXPECT_EQ(in.to, runtime::address_of_key(to_bytes32(0xb0c)));
  EXPECT_EQ(in.type, runtime::TxType::FeeMarket);
  EXPECT_EQ(in.init_code, (Bytes{0x00, 0x01, 0x02}));
  ASSERT_EQ(in.access_list.size(), 2u);
  EXPECT_EQ(in.access_list[0].slots, (std::vector<U256>{1, to_word(in.to)}));
  EXPECT_EQ(in.access_list[1].address, in.self);
  ASSERT_EQ(in.authorizations.size(), 2u);
  EXPECT_EQ(in.authorizations[0].address, in.caller);
  EXPECT_EQ(in.authorizations[0].nonce, 3u);
  EXPECT_EQ(in.authorizations[0].chain_id, in.chain_id);
  EXPECT_EQ(in.authorizations[1].chain_id, U256{});
  for (const runtime::Authorization& authorization : in.authorizations) {
    Address authority;
    EXPECT_TRUE(runtime::recover_authority(authorization, authority));
    EXPECT_EQ(authority, in.to);
  }
  EXPECT_EQ(in.block_gas_used, 5u);
  EXPECT_EQ(in.block_state_gas_used, 6u);
  EXPECT_EQ(file->expected.refusal, runtime::TxError::NoBlobs);
  EXPECT_EQ(file->expected.gas_used, 0);
}

TEST(CaseFile, NamesTheLineOfAnError) {
  EXPECT_EQ(refusal("; x\nnope 1"), "zvm/some.case:2: there is no key 'nope' here");
  EXPECT_EQ(refusal("; x\ngas x"), "zvm/some.case:2: expected a number or $name, found 'x'");
  EXPECT_EQ(refusal("; x\ngas 1 2"), "zvm/some.case:2: expected the end of the line, found '2'");
  EXPECT_EQ(refusal("; x\ngas 0x10000000000000000"), "zvm/some.case:2: the number is too large");
  EXPECT_EQ(refusal("; x\n[account eve]"),
            "zvm/some.case:2: there is no account 'eve'; declare it with address");
  EXPECT_EQ(refusal("; x\nauthorization self self 0"),
            "zvm/some.case:2: only a name with a key can sign");
  EXPECT_EQ(refusal("; x\nkey self 1"),
            "zvm/some.case:2: expected a new name or caller, found 'self'");
  EXPECT_EQ(refusal("; x\nkey bob 0"), "zvm/some.case:2: this is no secret key");
  EXPECT_EQ(refusal("; x\n[expect]\nrefused nope"), "zvm/some.case:3: there is no refusal 'nope'");
  EXPECT_EQ(refusal("; x\n[nope]"), "zvm/some.case:2: there is no section 'nope'");
  EXPECT_EQ(refusal("; x\ncalldata 0x123"),
            "zvm/some.case:2: expected bytes as 0x…, found '0x123'");
  EXPECT_EQ(refusal("; x\n[program]\n\n FOO\n[expect]\ngas 0"),
            "zvm/some.case: line 4, column 2: there is no zvm mnemonic 'FOO'");
  EXPECT_EQ(refusal("; x\n[expect]\ngas 0"), "zvm/some.case:3: there is no [program]");
  EXPECT_EQ(refusal("; x\n[program]\n[expect]"), "zvm/some.case:3: [expect] does not say the gas");
  EXPECT_EQ(refusal("[program]\n[expect]\ngas 0"),
            "zvm/some.case:3: the file does not begin with a comment that says what it shows");
  EXPECT_EQ(parse_case("some", "").error().detail, "some: a case stands in the folder zvm or evm");
}

TEST(CaseFile, ComparisonNamesWhatDiffers) {
  CaseOutcome expected, actual;
  EXPECT_TRUE(compare(expected, actual).empty());
  actual.status = Status::Revert;
  actual.gas_used = 3;
  actual.post[to_address(1)].storage[2] = 3;
  EXPECT_EQ(
      compare(expected, actual),
      (std::vector<std::string>{
          "status: expected Success, is Revert", "gas: expected 0, is 3",
          "account 0x0000000000000000000000000000000000000001 slot 0x2: expected 0x0, is 0x3"}));
}

} // namespace
} // namespace zvm::test
