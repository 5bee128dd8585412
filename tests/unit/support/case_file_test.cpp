#include "tests/support/case_file.hpp"

#include <gtest/gtest.h>

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
  EXPECT_EQ(in.vm, gas::Vm::Zvm);
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
  EXPECT_EQ(file->input.vm, gas::Vm::Evm);
  EXPECT_EQ(file->expected.gas_used, 77);
}

TEST(CaseFile, NamesTheLineOfAnError) {
  EXPECT_EQ(refusal("; x\nnope 1"), "zvm/some.case:2: there is no key 'nope' here");
  EXPECT_EQ(refusal("; x\ngas x"), "zvm/some.case:2: expected a number or $name, found 'x'");
  EXPECT_EQ(refusal("; x\ngas 1 2"), "zvm/some.case:2: expected the end of the line, found '2'");
  EXPECT_EQ(refusal("; x\ngas 0x10000000000000000"), "zvm/some.case:2: the number is too large");
  EXPECT_EQ(refusal("; x\n[account eve]"),
            "zvm/some.case:2: there is no account 'eve'; declare it with address");
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
