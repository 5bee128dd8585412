// Lines as EIP-3155 has them.
#include <sstream>

#include "base/hex.hpp"
#include "tests/unit/cli/tool.hpp"

namespace zvm::cli {
namespace {

using nlohmann::ordered_json;

class TraceTool : public Tool {
 protected:
  std::vector<ordered_json> trace(const std::string& code, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"trace", folder_.write("code.hex", code)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::istringstream lines{zvm(arguments).out};
    std::vector<ordered_json> out;
    for (std::string line; std::getline(lines, line);)
      out.push_back(ordered_json::parse(line));
    return out;
  }
  static int64_t number(const ordered_json& hex) {
    return std::stoll(hex.get<std::string>(), nullptr, 16);
  }
  static std::vector<std::string> keys(const ordered_json& object) {
    std::vector<std::string> out;
    for (const auto& [key, value] : object.items())
      out.push_back(key);
    return out;
  }
};

TEST_F(TraceTool, FieldsAndTheirOrder) {
  const auto lines = trace("6001600055600160005500");
  ASSERT_EQ(lines.size(), 8u);
  const std::vector<std::string> expected{"pc",    "op",    "gas",        "gasCost", "memSize",
                                          "stack", "depth", "returnData", "refund",  "opName"};
  EXPECT_EQ(keys(lines[0]), expected);
  EXPECT_EQ(lines[0].dump(),
            R"({"pc":0,"op":96,"gas":"0x1c9c380","gasCost":"0x3","memSize":0,"stack":[],)"
            R"("depth":1,"returnData":"0x","refund":0,"opName":"PUSH1"})");
  EXPECT_EQ(lines[2]["opName"], "SSTORE");
  EXPECT_EQ(lines[2]["stack"], (ordered_json{"0x1", "0x0"}));
  EXPECT_EQ(number(lines[2]["gasCost"]), 22100);
  EXPECT_EQ(number(lines[5]["gasCost"]), 100);
  EXPECT_EQ(lines[6]["opName"], "STOP");
  const std::vector<std::string> summary{"stateRoot", "output", "gasUsed", "pass", "time", "fork"};
  EXPECT_EQ(keys(lines[7]), summary);
  EXPECT_EQ(lines[7]["pass"], true);
  EXPECT_EQ(lines[7]["fork"], "osaka");
  EXPECT_EQ(number(lines[7]["gasUsed"]), 22212);
}

TEST_F(TraceTool, RefundIsDecimalAndFromBefore) {
  // Sets a slot and clears it again: 19,900 come back.
  const auto lines = trace("60015f555f5f5500");
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_EQ(lines[5]["opName"], "SSTORE");
  EXPECT_EQ(lines[5]["refund"], 0);
  EXPECT_EQ(lines[6]["refund"], 19900);
}

TEST_F(TraceTool, GasAddsUp) {
  const auto lines = trace("60ff60005260206000206000526001600160ff0a50602060006000a100");
  for (size_t i = 0; i + 2 < lines.size(); ++i)
    EXPECT_EQ(number(lines[i]["gas"]) - number(lines[i]["gasCost"]), number(lines[i + 1]["gas"]))
        << i;
}

TEST_F(TraceTool, Calls) {
  // CREATE with init code that stops at once (one zero byte), then GAS.
  const auto lines = trace("60015f5ff0505a00");
  ASSERT_EQ(lines.size(), 9u);
  EXPECT_EQ(lines[3]["opName"], "CREATE");
  EXPECT_EQ(lines[4]["depth"], 2);
  EXPECT_EQ(lines[4]["opName"], "STOP");
  EXPECT_EQ(lines[5]["depth"], 1);
  // The caller's line counts what the callee may use; all of it comes back here.
  EXPECT_EQ(number(lines[3]["gasCost"]),
            number(lines[3]["gas"]) - number(lines[5]["gas"]) + number(lines[4]["gas"]));
}

TEST_F(TraceTool, PrecompilesLeaveReturnData) {
  // STATICCALL of the identity precompile with four bytes.
  const auto lines = trace("63deadbeef5f5260205f6004601c60045afa00");
  ASSERT_GE(lines.size(), 3u);
  const auto& last = lines[lines.size() - 2];
  EXPECT_EQ(last["opName"], "STOP");
  EXPECT_EQ(last["returnData"], "0xdeadbeef");
  EXPECT_EQ(last["memSize"], 32);
}

TEST_F(TraceTool, Failures) {
  const auto underflow = trace("600101");
  ASSERT_EQ(underflow.size(), 3u);
  EXPECT_EQ(underflow[1]["opName"], "ADD");
  EXPECT_TRUE(underflow[1].contains("error"));
  EXPECT_EQ(underflow[2]["pass"], false);
  EXPECT_EQ(number(underflow[2]["gasUsed"]), 30000000);
  const auto undefined = trace("0c");
  ASSERT_EQ(undefined.size(), 2u);
  EXPECT_EQ(undefined[0]["opName"], "UNDEFINED");
  const auto revert = trace("5f5ffd");
  ASSERT_EQ(revert.size(), 4u);
  EXPECT_FALSE(revert[2].contains("error"));
  EXPECT_EQ(revert[3]["pass"], false);
  EXPECT_EQ(zvm({"trace", folder_.write("r.hex", "5f5ffd")}).exit_code, 1);
}

TEST_F(TraceTool, ZvmNames) {
  const auto lines = trace("110711019100", {"--vm", "zvm"});
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0]["op"], 0x11);
  EXPECT_EQ(lines[2]["opName"], "SSTORE");
  EXPECT_EQ(lines[3]["opName"], "HALT");
}

TEST_F(TraceTool, Memory) {
  const auto lines = trace("60015f5200", {"--memory"});
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[2]["memory"], "0x");
  EXPECT_EQ(lines[3]["memory"].get<std::string>().size(), 66u);
}

} // namespace
} // namespace zvm::cli
