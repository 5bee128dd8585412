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

TEST_F(TraceTool, RefundIsDecimalAndAsSstoreLeavesIt) {
  // Sets a slot and clears it again: 19,900 come back.
  const auto lines = trace("60015f555f5f5500");
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_EQ(lines[4]["refund"], 0);
  EXPECT_EQ(lines[5]["opName"], "SSTORE");
  EXPECT_EQ(lines[5]["refund"], 19900);
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
  // 32,000, a word of memory and a word of init code; what the init code may use is not counted.
  EXPECT_EQ(number(lines[3]["gasCost"]), 32005);
}

TEST_F(TraceTool, CallsCountWhatTheyPassOn) {
  // CALL of an account without code, with 1,000 gas: a cold access, and the gas that comes back.
  const auto lines = trace("5f5f5f5f5f61abcd6103e8f15a00");
  ASSERT_GE(lines.size(), 9u);
  EXPECT_EQ(lines[7]["opName"], "CALL");
  EXPECT_EQ(number(lines[7]["gasCost"]), 2600 + 1000);
  EXPECT_EQ(number(lines[7]["gas"]) - number(lines[8]["gas"]), 2600);
  // With more wei than there is: the call does not begin, and its line is the same but for the
  // price of value.
  const auto refused = trace("5f5f5f5f7f" + std::string(64, 'f') + "61abcd6103e8f15a00");
  EXPECT_EQ(refused[7]["opName"], "CALL");
  EXPECT_EQ(number(refused[7]["gasCost"]), 2600 + 9000 + 25000 + 1000);
  EXPECT_EQ(refused[8]["depth"], 1);
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
  EXPECT_EQ(undefined[0]["opName"], "opcode 0xc not defined");
  EXPECT_EQ(number(undefined[0]["gasCost"]), 0);
  // One that a later revision defines has its name already.
  const auto later = trace("5f", {"--revision", "paris"});
  EXPECT_EQ(later[0]["opName"], "PUSH0");
  EXPECT_TRUE(later[0].contains("error"));
  const auto revert = trace("5f5ffd");
  ASSERT_EQ(revert.size(), 4u);
  EXPECT_FALSE(revert[2].contains("error"));
  EXPECT_EQ(revert[3]["pass"], false);
  EXPECT_EQ(zvm({"trace", folder_.write("r.hex", "5f5ffd")}).exit_code, 1);
}

TEST_F(TraceTool, FailingInstructionsShowWhatTheyAskFor) {
  const auto last = [&](const std::string& code, const std::string& gas) {
    const auto lines = trace(code, {"--gas", gas});
    const ordered_json& line = lines[lines.size() - 2];
    EXPECT_TRUE(line.contains("error")) << line;
    return number(line["gasCost"]);
  };
  EXPECT_EQ(last("600101", "30000"), 3); // operands are missing: the static price
  EXPECT_EQ(last("6001", "2"), 3);       // the static price is not there
  EXPECT_EQ(last("5f5f56", "30000"), 8); // no destination
  EXPECT_EQ(last("fe", "30000"), 0);
  EXPECT_EQ(last("5f54", "1000"), 2100); // a cold slot
  EXPECT_EQ(last("60015f55", "10000"), 22100);
  EXPECT_EQ(last("60015f55", "2000"), 0); // SSTORE's sentry comes before its price
  EXPECT_EQ(last("600131", "50"), 100);   // a precompile is warm
  EXPECT_EQ(last("61abcd31", "1000"), 2600);
  EXPECT_EQ(last("5f61ffe052", "5000"), 3 + 2048 * 3 + 2048 * 2048 / 512);
  EXPECT_EQ(last("61ffff5f20", "5000"), 30 + 2048 * 6 + 2048 * 3 + 2048 * 2048 / 512);
  EXPECT_EQ(last("5f5f1952", "30000"), 3); // memory beyond any gas
  EXPECT_EQ(last("5f5f190a", "10"), 10);
  EXPECT_EQ(last("5f195f190a", "100"), 10 + 32 * 50);
}

TEST_F(TraceTool, CreationsInAStaticCallHaveNoDynamicPrice) {
  // Calls itself by STATICCALL, and creates there, with a byte of init code.
  for (const auto& [opcode, salt] : {std::pair{"f0", ""}, {"f5", "5f"}}) {
    const auto lines =
        trace(std::string{"3033146010575f5f5f5f3061fffffa005b"} + salt + "60015f5f" + opcode);
    const auto line = std::ranges::find_if(
        lines, [](const ordered_json& one) { return one.contains("error") && one.contains("pc"); });
    ASSERT_NE(line, lines.end());
    EXPECT_TRUE((*line)["opName"].get<std::string>().starts_with("CREATE")) << *line;
    EXPECT_EQ(number((*line)["gasCost"]), 32000);
  }
}

TEST_F(TraceTool, CodeThatIsNotTakenIsNoFailureOfReturn) {
  // Init code that returns 0xEF, and one whose code deposit is not there.
  const auto refused = trace("60ef5f5360015ff3", {"--create"});
  const auto& line = refused[refused.size() - 2];
  EXPECT_EQ(line["opName"], "RETURN");
  EXPECT_FALSE(line.contains("error"));
  EXPECT_EQ(number(line["gasCost"]), 0);
  EXPECT_TRUE(refused.back().contains("error"));
  const auto poor = trace("60015ff3", {"--create", "--gas", "50"});
  EXPECT_FALSE(poor[poor.size() - 2].contains("error"));
  EXPECT_EQ(number(poor[poor.size() - 2]["gasCost"]), 3);
  // Where it is there, it is not RETURN that pays it.
  const auto taken = trace("60015ff3", {"--create"});
  EXPECT_EQ(number(taken[taken.size() - 2]["gasCost"]), 3);
  EXPECT_EQ(number(taken.back()["gasUsed"]), 3 + 2 + 3 + 200);
  // The output is the code that was returned, unless it was refused. In Frontier the account is
  // left without it.
  EXPECT_EQ(taken.back()["output"], "00");
  EXPECT_EQ(refused.back()["output"], "");
  EXPECT_EQ(poor.back()["output"], "");
  const auto frontier = trace("60016000f3", {"--create", "--gas", "50", "--revision", "frontier"});
  EXPECT_EQ(frontier.back()["pass"], true);
  EXPECT_EQ(frontier.back()["output"], "00");
}

/// Lines of the instruction `name`.
std::vector<ordered_json> lines_of(const std::vector<ordered_json>& lines,
                                   const std::string& name) {
  std::vector<ordered_json> out;
  std::ranges::copy_if(lines, std::back_inserter(out),
                       [&](const ordered_json& line) { return line.value("opName", "") == name; });
  return out;
}

TEST_F(TraceTool, StateGasHasFieldsOfItsOwn) {
  // Sets slot 0, and clears it again, with a reservoir of a little more than the half of it.
  const auto lines = trace("60015f555f5f5500", {"--revision", "amsterdam", "--state-gas", "50000"});
  ASSERT_EQ(lines.size(), 8u);
  const std::vector<std::string> expected{
      "pc",      "op",    "gas",   "gasCost",    "stateGasCost", "stateGasReservoir",
      "memSize", "stack", "depth", "returnData", "refund",       "opName"};
  EXPECT_EQ(keys(lines[0]), expected);
  EXPECT_EQ(lines[0]["stateGasCost"], "0x0");
  EXPECT_EQ(number(lines[2]["stateGasReservoir"]), 50000);
  EXPECT_EQ(number(lines[2]["gasCost"]), 12100);
  EXPECT_EQ(number(lines[2]["stateGasCost"]), 97920);
  // What spills is seen in the gas, and in no gasCost.
  EXPECT_EQ(number(lines[2]["gas"]) - number(lines[3]["gas"]), 12100 + 47920);
  EXPECT_EQ(lines[3]["stateGasReservoir"], "0x0");
  EXPECT_EQ(number(lines[5]["gasCost"]), 100);
  EXPECT_EQ(number(lines[5]["stateGasCost"]), -97920);
  EXPECT_EQ(lines[5]["stateGasCost"], "-0x17e80");
  EXPECT_EQ(number(lines[6]["stateGasReservoir"]), 50000);
  const std::vector<std::string> summary{"stateRoot",    "output", "gasUsed", "regularGasUsed",
                                         "stateGasUsed", "pass",   "time",    "fork"};
  EXPECT_EQ(keys(lines[7]), summary);
  EXPECT_EQ(number(lines[7]["gasUsed"]), 9 + 12100 + 100);
  EXPECT_EQ(number(lines[7]["regularGasUsed"]), 9 + 12100 + 100);
  EXPECT_EQ(lines[7]["stateGasUsed"], "0x0");
  const auto kept = trace("60015f55", {"--revision", "amsterdam", "--state-gas", "50000"}).back();
  EXPECT_EQ(number(kept["gasUsed"]), 5 + 12100 + 97920);
  EXPECT_EQ(number(kept["regularGasUsed"]), 5 + 12100);
  EXPECT_EQ(number(kept["stateGasUsed"]), 97920);
  expect_refusal({"trace", folder_.write("a.hex", "00"), "--state-gas", "1"},
                 "--state-gas: there is none before amsterdam");
}

TEST_F(TraceTool, StateGasOfCallsAndFailures) {
  // A CALL with a wei to nobody, with 1,000 gas: the account is state gas, and none of its price.
  const auto call =
      trace("5f5f5f5f600161abcd6103e8f100", {"--revision", "amsterdam", "--value", "9"});
  const auto sent = lines_of(call, "CALL").at(0);
  EXPECT_EQ(number(sent["gasCost"]), 3000 + 11300 + 1000);
  EXPECT_EQ(number(sent["stateGasCost"]), 183600);
  EXPECT_EQ(number(call.back()["stateGasUsed"]), 183600);
  // A creation whose init code stops: its account, without the gas that the init code gets.
  const auto create = trace("60015f5ff0505a00", {"--revision", "amsterdam"});
  const auto made = lines_of(create, "CREATE").at(0);
  EXPECT_EQ(number(made["gasCost"]), 12000 + 3 + 2);
  EXPECT_EQ(number(made["stateGasCost"]), 183600);
  // What comes back where a frame fails is on no line: REVERT costs what it costs.
  const auto reverted = trace("60015f555f5ffd", {"--revision", "amsterdam"});
  EXPECT_EQ(lines_of(reverted, "REVERT").at(0)["gasCost"], "0x0");
  EXPECT_EQ(lines_of(reverted, "REVERT").at(0)["stateGasCost"], "0x0");
  EXPECT_EQ(reverted.back()["stateGasUsed"], "0x0");
  EXPECT_EQ(number(reverted.back()["gasUsed"]), 5 + 12100 + 4);
}

TEST_F(TraceTool, FailingInstructionsShowAmsterdamsPrices) {
  const auto last = [&](const std::string& code, const std::string& gas, int64_t state_gas = 0) {
    const auto lines = trace(code, {"--gas", gas, "--revision", "amsterdam"});
    const ordered_json& line = lines[lines.size() - 2];
    EXPECT_TRUE(line.contains("error")) << line;
    EXPECT_EQ(number(line["stateGasCost"]), state_gas);
    return number(line["gasCost"]);
  };
  EXPECT_EQ(last("61abcd31", "1000"), 3000);
  EXPECT_EQ(last("61abcd3b", "1000"), 3100);
  EXPECT_EQ(last("5f54", "1000"), 2100);
  EXPECT_EQ(last("60015f55", "10000"), 12100);        // not even the execution gas is there
  EXPECT_EQ(last("60015f55", "50000", 97920), 12100); // that is there, and not the state gas
  EXPECT_EQ(last("60015f55", "2000"), 0);
  EXPECT_EQ(last("60205f5ff0", "9000"), 12000);
  EXPECT_EQ(last("5f5f5ff0", "50000", 183600), 12000);
  EXPECT_EQ(last("61abcdff", "6000"), 5000 + 3000);
  EXPECT_EQ(last("5f5f5f5f600161abcd5af1", "60000", 183600), 3000 + 11300);
  EXPECT_EQ(last("e65b", "30000"), 3); // an immediate that is none
  EXPECT_EQ(last("4b", "1"), 2);
}

TEST_F(TraceTool, OutputHasNoPrefix) {
  const auto lines = trace("602a5f5260205ff3");
  EXPECT_EQ(lines.back()["output"], std::string(62, '0') + "2a");
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
