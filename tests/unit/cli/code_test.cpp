// asm, disasm and ir: what programs look like from within.
#include <sstream>

#include "tests/unit/cli/tool.hpp"

namespace zvm::cli {
namespace {

class CodeTool : public Tool {};

std::string vault() { return ZVM_SOURCE_DIR "/docs/examples/vault.zasm"; }
const std::string kToken = "token=0x1234567890123456789012345678901234567890";

TEST_F(CodeTool, Assemble) {
  const std::string text = folder_.write("code.zasm", "start: JUMPDEST PUSH @start JUMP");
  EXPECT_EQ(zvm({"asm", text}).out, "0xa31100a0\n");
  EXPECT_EQ(zvm({"asm", text, "--container"}).out, "0x5a564d43010000000400000000000000a31100a0\n");
  EXPECT_EQ(zvm({"asm", folder_.write("code.easm", "PUSH 0 STOP")}).out, "0x5f00\n");
  EXPECT_EQ(zvm({"asm", "-", "--vm", "evm", "--revision", "london"}, "PUSH 0").out, "0x6000\n");
  const auto out = json({"asm", text, "--json"});
  EXPECT_EQ(out["bytes"], "0xa31100a0");
  EXPECT_EQ(out["size"], 4);
  EXPECT_EQ(out["vm"], "zvm");
  EXPECT_EQ(out["labels"]["start"], 0);
}

TEST_F(CodeTool, AssembleToFiles) {
  const std::string text = folder_.write("code.zasm", "PUSH1 0xff");
  EXPECT_EQ(zvm({"asm", text, "-o", folder_.path("out.bin")}).out, "");
  EXPECT_EQ(folder_.read("out.bin"), "\x11\xff");
  EXPECT_EQ(zvm({"asm", text, "-o", folder_.path("out.hex")}).exit_code, 0);
  EXPECT_EQ(folder_.read("out.hex"), "0x11ff\n");
  expect_refusal({"asm", text, "-o", folder_.path("no/such/folder")}, "cannot be written");
}

TEST_F(CodeTool, AssembleRefusals) {
  expect_refusal({"asm", folder_.write("bad.zasm", "PUSH1 256")},
                 "bad.zasm: line 1, column 7: the operand needs 2 bytes, there is room for 1");
  expect_refusal({"asm", vault()}, "there is no symbol '$token'");
  expect_refusal({"asm", vault(), "--symbol", "token"},
                 "--symbol: 'token' is not of the form NAME=VALUE");
  expect_refusal({"asm", vault(), "--symbol", "token=0xzz"},
                 "--symbol token: not a hexadecimal digit");
}

TEST_F(CodeTool, SymbolsAreGivenOnce) {
  const std::string file = folder_.write("a.zasm", "PUSH $X\n");
  EXPECT_EQ(zvm({"asm", file, "--symbol", "X=1"}).out, "0x1101\n");
  expect_refusal({"asm", file, "--symbol", "X=1", "--symbol", "X=2"}, "--symbol: X is given twice");
}

TEST_F(CodeTool, DisassembleAndBack) {
  ASSERT_EQ(zvm({"asm", vault(), "--symbol", kToken, "-o", folder_.path("vault.bin")}).exit_code,
            0);
  const auto text = zvm({"disasm", folder_.path("vault.bin")});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_NE(text.out.find("CODECOPY"), std::string::npos) << text.out;
  ASSERT_EQ(zvm({"asm", folder_.write("again.zasm", text.out), "-o", folder_.path("again.bin")})
                .exit_code,
            0);
  EXPECT_EQ(folder_.read("again.bin"), folder_.read("vault.bin"));

  const std::string token = ZVM_SOURCE_DIR "/docs/examples/token.hex";
  const auto evm = zvm({"disasm", token, "--bare"});
  EXPECT_NE(evm.out.find(".vm evm"), std::string::npos);
  ASSERT_EQ(
      zvm({"asm", folder_.write("token.easm", evm.out), "-o", folder_.path("token.bin")}).exit_code,
      0);
  EXPECT_EQ(json({"run", folder_.path("token.bin"), "--create", "--json"})["code"],
            json({"run", token, "--create", "--json"})["code"]);
}

TEST_F(CodeTool, Ir) {
  // JUMPI over a STOP.
  const std::string file = folder_.write("code.hex", "5f356007576000"
                                                     "5b00");
  const auto text = zvm({"ir", file});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_TRUE(text.out.starts_with("; trace at pc 0, static gas by block:")) << text.out;
  EXPECT_NE(text.out.find("data.load[calldata] 0x0"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("; trace at pc 7"), std::string::npos) << text.out;

  const auto one = zvm({"ir", file, "--pc", "7", "--opt", "none"});
  EXPECT_TRUE(one.out.starts_with("; trace at pc 7")) << one.out;
  EXPECT_EQ(one.out.find("; trace at pc 0"), std::string::npos) << one.out;
  const auto all = zvm({"ir", file, "--all"});
  EXPECT_NE(all.out.find("; trace at pc 7"), std::string::npos) << all.out;

  std::istringstream lines{zvm({"ir", file, "--json"}).out};
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const auto first = nlohmann::json::parse(line);
  EXPECT_EQ(first["pc"], 0);
  EXPECT_EQ(first["leads_to"], nlohmann::json::array({7}));
  // PUSH0, CALLDATALOAD, PUSH1, JUMPI.
  EXPECT_EQ(first["blocks"][0]["gas"], 2 + 3 + 3 + 10);
}

TEST_F(CodeTool, IrAsCode) {
  const std::string file = folder_.write("code.hex", "5f356007576000"
                                                     "5b00");
  const auto text = zvm({"ir", file, "--code"});
  EXPECT_TRUE(text.out.starts_with("; trace at pc 0, static gas by block:")) << text.out;
  EXPECT_NE(text.out.find("  head need 0, room 1022, gas 18 else {pc 0"), std::string::npos)
      << text.out;
  const auto code = nlohmann::json::parse(zvm({"ir", file, "--pc", "7", "--code", "--json"}).out);
  EXPECT_EQ(code["code"], "  head need 0, room 1024, gas 1 else {pc 7 top +0 gas +0}\n  stop\n");
  EXPECT_FALSE(code.contains("ir"));
}

TEST_F(CodeTool, IrRefusals) {
  const std::string file = folder_.write("code.hex", "5f00");
  expect_refusal({"ir", file, "--pc", "2"}, "--pc: 2 is outside the code, which has 2 bytes");
  expect_refusal({"ir", file, "--pc", "0x1" + std::string(40, '0')}, "is outside the code");
  expect_refusal({"ir", file, "--pc", "here"}, "--pc: not a decimal digit");
  expect_refusal({"ir", file, "--opt", "all"},
                 "--opt: there is no level 'all'; there are: none, local, whole");
}

TEST_F(CodeTool, Demo) {
  const auto demo = zvm({"demo"});
  EXPECT_EQ(demo.exit_code, 0) << demo.out;
  EXPECT_EQ(demo.err, "");
  EXPECT_EQ(demo.out.find("WRONG"), std::string::npos) << demo.out;
  for (const char* part :
       {"Token calls Vault.onTransferReceived (zvm)", "Vault calls Token.transfer (evm)",
        "host.sload", "Vault.credit[Bob] = 600", "Token calls Coin.onTransferReceived (wasm)",
        "Coin calls CoinVault.onTransferReceived (zvm)",
        "CoinVault calls Coin.balanceOf (wasm, static)", "Coin calls Token.transfer (evm)",
        "All 16 transactions did what they should"})
    EXPECT_NE(demo.out.find(part), std::string::npos) << part;
  // The second chapter by itself is the end of the whole.
  const auto second = zvm({"demo", "--wasm"});
  EXPECT_EQ(second.exit_code, 0);
  EXPECT_TRUE(second.out.starts_with("A third, for WebAssembly"));
  EXPECT_TRUE(demo.out.ends_with(second.out));
}

} // namespace
} // namespace zvm::cli
