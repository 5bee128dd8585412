// State tests in the shape of other clients' tools.
#include <filesystem>
#include <sstream>

#include "tests/unit/cli/tool.hpp"

namespace zvm::cli {
namespace {

using nlohmann::ordered_json;

/// SSTORE(0, calldata size); without a key the sender is named.
constexpr char kTest[] = R"({"%NAME%": {
  "env": {"currentCoinbase": "0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba", "currentGasLimit": "0x5f5e100",
          "currentNumber": "0x1", "currentTimestamp": "0x3e8", "currentDifficulty": "0x20000",
          "currentRandom": "0x0000000000000000000000000000000000000000000000000000000000020000",
          "currentBaseFee": "0x10"},
  "pre": {"0x00000000000000000000000000000000000000f1":
            {"code": "0x365f5500", "storage": {}, "balance": "0x0", "nonce": "0x0"},
          "0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b":
            {"code": "0x", "storage": {}, "balance": "0xffffffffff", "nonce": "0x0"}},
  "transaction": {"gasPrice": "0x10", "nonce": "0x0", "to": "0x00000000000000000000000000000000000000f1",
                  "data": ["0x", "0x01"], "gasLimit": ["0x186a0"], "value": ["0x0"],
                  "sender": "0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b"},
  "post": {"Shanghai": [{"hash": "%ROOT%", "indexes": {"data": 0, "gas": 0, "value": 0},
                         "logs": "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"},
                        {"hash": "0x0000000000000000000000000000000000000000000000000000000000000000",
                         "indexes": {"data": 1, "gas": 0, "value": 0},
                         "logs": "0x0000000000000000000000000000000000000000000000000000000000000000"}],
           "Cancun": [{"hash": "%ROOT%", "indexes": {"data": 0, "gas": 0, "value": 0},
                       "logs": "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"}]}}})";

class StateTestTool : public Tool {
 protected:
  std::string write(const std::string& file, const std::string& name = "one",
                    const std::string& root = "0x" + std::string(64, '0')) {
    std::string text = kTest;
    const auto replace = [&](const std::string& what, const std::string& by) {
      for (size_t at; (at = text.find(what)) != std::string::npos;)
        text.replace(at, what.size(), by);
    };
    replace("%NAME%", name);
    replace("%ROOT%", root);
    return folder_.write(file, text);
  }
  static std::vector<ordered_json> lines_of(const std::string& text) {
    std::istringstream in{text};
    std::vector<ordered_json> out;
    for (std::string line; std::getline(in, line);)
      out.push_back(ordered_json::parse(line));
    return out;
  }
};

TEST_F(StateTestTool, ResultsAreAListWithALineForEachCase) {
  const auto result = zvm({"statetest", write("a.json")});
  // A verdict is no failure of the tool: fuzzers have no expectation.
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 5);
  const auto list = ordered_json::parse(result.out);
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0]["name"], "one");
  EXPECT_EQ(list[0]["pass"], false);
  EXPECT_EQ(list[0]["fork"], "Cancun");
  EXPECT_TRUE(list[0]["error"].get<std::string>().find("state root: expected 0x00") !=
              std::string::npos);
  EXPECT_EQ(list[2]["d"], 1);
  // goevmlab looks for exactly this.
  EXPECT_NE(result.out.find("\"stateRoot\": \"0x"), std::string::npos);
  // Roots stand on standard error without a trace, too.
  const auto roots = lines_of(result.err);
  ASSERT_EQ(roots.size(), 3u);
  EXPECT_EQ(roots[1]["stateRoot"], list[1]["stateRoot"]);
}

TEST_F(StateTestTool, TwoDimensionsOfGas) {
  (void)write("a.json");
  std::string text = folder_.read("a.json");
  text.replace(text.find("Cancun"), 6, "Amsterdam");
  const auto list =
      ordered_json::parse(zvm({"statetest", folder_.write("b.json", text), "--trace"}).out);
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0]["fork"], "Amsterdam");
  EXPECT_EQ(list[0]["gasUsed"], 15'000 + 4 + 2'100);
  EXPECT_EQ(list[0]["regularGasUsed"], 15'000 + 4 + 2'100);
  EXPECT_EQ(list[0]["stateGasUsed"], 0);
  EXPECT_EQ(list[0]["gasRefund"], 0);
  EXPECT_FALSE(
      list[1].contains("gasUsed")); // of a revision with one dimension, as other clients have it
}

TEST_F(StateTestTool, AFilledTestPasses) {
  const auto root = ordered_json::parse(zvm({"statetest", write("a.json")}).out)[0]["stateRoot"]
                        .get<std::string>();
  const auto list =
      ordered_json::parse(zvm({"statetest", write("b.json", "two", root), "--fork", "Cancun"}).out);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0]["pass"], true) << list[0];
  EXPECT_FALSE(list[0].contains("error"));
}

TEST_F(StateTestTool, TracesEndWithTheRoot) {
  const auto result =
      zvm({"statetest", "--trace", "--trace.format=json", "--trace.nomemory=true",
           "--trace.noreturndata=true", write("a.json"), "--fork", "Shanghai", "--index", "0"});
  const auto lines = lines_of(result.err);
  ASSERT_EQ(lines.size(), 5u) << result.err;
  EXPECT_EQ(lines[0].dump(),
            R"({"pc":0,"op":54,"gas":"0x13498","gasCost":"0x2","memSize":0,"stack":[],"depth":1,)"
            R"("refund":0,"opName":"CALLDATASIZE"})");
  EXPECT_EQ(lines[3]["opName"], "STOP");
  EXPECT_EQ(lines[4]["output"], "");
  EXPECT_EQ(lines[4]["pass"], true);
  EXPECT_EQ(lines[4]["fork"], "Shanghai");
  EXPECT_EQ(lines[4]["stateRoot"].get<std::string>().size(), 66u);
}

TEST_F(StateTestTool, BatchAnswersEachName) {
  const std::string a = write("a.json"), b = write("b.json", "two");
  const auto result = zvm({"statetest", "--json"}, a + "\n" + b + "\n\nnot reached\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[0]["name"], "one");
  EXPECT_EQ(lines[5]["name"], "two");
  EXPECT_EQ(zvm({"statetest", "-", "--json"}, a + "\n").out,
            zvm({"statetest", "--json"}, a + "\n").out);
}

TEST_F(StateTestTool, Chooses) {
  const std::string file = write("a.json", "some[fork_Cancun-x]");
  EXPECT_EQ(
      ordered_json::parse(zvm({"statetest", file, "--run", R"(\[fork_Cancun\-x\])"}).out).size(),
      3u);
  expect_refusal({"statetest", file, "--run", "other"}, "no case to run");
  expect_refusal({"statetest", file, "--run", "("}, "regular expression");
  expect_refusal({"statetest", file, "--fork", "Osaka"}, "no case to run");
  expect_refusal({"statetest", file, "--fork", ""}, "--fork: the value is empty");
  expect_refusal({"statetest", file, "--index", "-2"}, "--index: -2 is below -1");
  EXPECT_EQ(ordered_json::parse(zvm({"statetest", file, "--index", "-1"}).out).size(), 3u);
}

TEST_F(StateTestTool, NoNameIsNoRun) {
  for (const char* input : {"", "\n"}) {
    const auto result = zvm({"statetest"}, input);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.err, "zvm: error: standard input: there is no name of a file\n");
  }
}

TEST_F(StateTestTool, LinksThatLeadNowhere) {
  const std::string loop = folder_.path("loop.json");
  std::filesystem::create_symlink("loop.json", loop);
  expect_refusal({"statetest", loop}, "loop.json: ");
  EXPECT_EQ(zvm({"conformance", "statetest", loop}).exit_code, 1);
  (void)write("a.json");
  EXPECT_EQ(ordered_json::parse(zvm({"statetest", folder_.path("")}).out).size(), 3u);
}

TEST_F(StateTestTool, SaysInOneLineWhatIsWrong) {
  auto document = ordered_json::parse(kTest);
  for (auto& test : document) {
    for (auto& posts : test["post"]) {
      for (auto& post : posts)
        post["hash"] = "0x" + std::string(64, '1');
    }
  }
  const std::string file = folder_.write("wrong.json", document.dump());
  const auto list = ordered_json::parse(zvm({"statetest", file}).out);
  ASSERT_FALSE(list.empty());
  const std::string error = list[0]["error"];
  EXPECT_NE(error.find("the transaction changed: 0x"), std::string::npos) << error;
  EXPECT_NE(error.find("; state root: expected 0x1111"), std::string::npos) << error;
}

TEST_F(StateTestTool, ChoosesByTheBeginningOfALongName) {
  const std::string file = write("a.json", std::string(300'000, 'a'));
  expect_refusal({"statetest", file, "--run", "(.|b)*z"}, "no case to run");
  EXPECT_EQ(ordered_json::parse(zvm({"statetest", file, "--run", "^a*"}).out).size(), 3u);
}

TEST_F(StateTestTool, DumpsTheState) {
  const auto list = ordered_json::parse(zvm({"statetest", write("a.json"), "--dump"}).out);
  const auto& state = list[2]["state"];
  EXPECT_EQ("0x" + state["root"].get<std::string>(), list[2]["stateRoot"].get<std::string>());
  const auto& account = state["accounts"]["0x00000000000000000000000000000000000000f1"];
  EXPECT_EQ(account["balance"], "0");
  EXPECT_EQ(account["code"], "0x365f5500");
  EXPECT_EQ(account["storage"]["0x" + std::string(64, '0')], "01");
}

TEST_F(StateTestTool, SaysWhereAFileIsWrong) {
  expect_refusal({"statetest", folder_.write("x.json", "{")}, "x.json: no JSON");
  expect_refusal({"statetest", folder_.write("x.json", "[]")}, "x.json: an object is expected");
  expect_refusal({"statetest", folder_.write("x.json", R"({"a": {}})")},
                 "x.json: /a: this is no state test");
  std::string text = kTest;
  text.replace(text.find("0x5f5e100"), 9, "limit");
  expect_refusal({"statetest", folder_.write("x.json", text)}, "/env/currentGasLimit: ");
  expect_refusal({"statetest", folder_.path("none.json")}, "none.json: ");
}

} // namespace
} // namespace zvm::cli
