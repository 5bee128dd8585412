// The transition tool and the examination of transactions, by the command lines that drivers use.
#include <filesystem>

#include "tests/unit/cli/tool.hpp"

namespace zvm::cli {
namespace {

using nlohmann::ordered_json;

/// The sender is the account of key 1; the contract stores the calldata's size and logs it.
constexpr char kAlloc[] = R"({
  "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf": {"balance": "0x56bc75e2d63100000"},
  "0x00000000000000000000000000000000000000f1": {"balance": "0x0", "nonce": "0x1", "code": "0x365f55365f52365f6020a100"}})";
constexpr char kEnv[] = R"({
  "currentCoinbase": "0xc0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0", "currentNumber": "0x5", "currentTimestamp": "0x3e8",
  "currentGasLimit": "0x1c9c380", "currentBaseFee": "0x10", "currentRandom": "0x2a", "withdrawals": [
    {"index": "0x0", "validatorIndex": "0x1", "address": "0x00000000000000000000000000000000000000aa", "amount": "0x2"}],
  "parentBeaconBlockRoot": "0x0000000000000000000000000000000000000000000000000000000000000001",
  "currentExcessBlobGas": "0x0",
  "blockHashes": {"4": "0x0404040404040404040404040404040404040404040404040404040404040404"}})";
constexpr char kTxs[] = R"([
  {"type": "0x2", "chainId": "0x1", "nonce": "0x0", "maxFeePerGas": "0x20", "maxPriorityFeePerGas": "0x1", "gas": "0x186a0",
   "to": "0x00000000000000000000000000000000000000f1", "value": "0x0", "input": "0x0102", "accessList": [],
   "v": "0x0", "r": "0x0", "s": "0x0", "secretKey": "0x0000000000000000000000000000000000000000000000000000000000000001"},
  {"type": "0x0", "nonce": "0x7", "gasPrice": "0x20", "gas": "0x186a0", "to": null, "value": "0x0", "input": "0x",
   "v": "0x0", "r": "0x0", "s": "0x0", "secretKey": "0x0000000000000000000000000000000000000000000000000000000000000001"},
  {"type": "0x0", "nonce": "0x1", "gasPrice": "0x20", "gas": "0x186a0", "to": null, "value": "0x0", "input": "0x60006000f3",
   "v": "0x0", "r": "0x0", "s": "0x0", "secretKey": "0x0000000000000000000000000000000000000000000000000000000000000001"}])";

class TransitionTool : public Tool {
 protected:
  static std::string stdin_text(const std::string& env = kEnv) {
    return std::string{"{\"alloc\": "} + kAlloc + ", \"env\": " + env + ", \"txs\": " + kTxs + "}";
  }
  /// As fill calls go-ethereum's tool.
  test::ProcessResult stream(const std::string& input, const std::string& fork = "Shanghai",
                             const std::string& reward = "0") {
    return zvm({"t8n", "--input.alloc=stdin", "--input.txs=stdin", "--input.env=stdin",
                "--output.result=stdout", "--output.alloc=stdout", "--output.body=stdout",
                "--state.fork=" + fork, "--state.chainid=1", "--state.reward=" + reward},
               input);
  }
};

TEST_F(TransitionTool, Stream) {
  const auto done = stream(stdin_text());
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.err, ""); // fill takes any word there for a failure
  const auto out = ordered_json::parse(done.out);
  const auto& result = out["result"];
  ASSERT_EQ(result["receipts"].size(), 2u) << done.out;
  EXPECT_EQ(result["receipts"][0]["status"], "0x1");
  EXPECT_EQ(result["receipts"][0]["type"], "0x2");
  EXPECT_EQ(result["receipts"][0]["logs"].size(), 1u);
  EXPECT_EQ(result["receipts"][0]["effectiveGasPrice"], "0x11");
  EXPECT_EQ(result["receipts"][1]["transactionIndex"], "0x1");
  // The second creation of the sender's.
  EXPECT_EQ(result["receipts"][1]["contractAddress"], "0x2946259e0334f33a064106302415ad3391bed384");
  ASSERT_EQ(result["rejected"].size(), 1u);
  EXPECT_EQ(result["rejected"][0]["index"], 1);
  EXPECT_TRUE(result["rejected"][0]["error"].get<std::string>().starts_with("nonce too high"));
  EXPECT_EQ(result["currentBaseFee"], "0x10");
  EXPECT_TRUE(result["currentDifficulty"].is_null());
  EXPECT_TRUE(result.contains("withdrawalsRoot"));
  EXPECT_FALSE(result.contains("requests"));
  const auto& alloc = out["alloc"];
  EXPECT_EQ(alloc["0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"]["nonce"], "0x2");
  EXPECT_EQ(
      alloc["0x00000000000000000000000000000000000000f1"]["storage"]["0x" + std::string(64, '0')],
      "0x" + std::string(63, '0') + "2");
  EXPECT_EQ(alloc["0x00000000000000000000000000000000000000aa"]["balance"], "0x77359400");
  EXPECT_TRUE(out["body"].get<std::string>().starts_with("0xf8"));
}

TEST_F(TransitionTool, TwoDimensionsOfGas) {
  ordered_json env = ordered_json::parse(kEnv);
  env["slotNumber"] = "0x1";
  std::string text = stdin_text(env.dump());
  for (size_t at; (at = text.find("0x186a0")) != std::string::npos;)
    text.replace(at, 7, "0x100000");
  const auto done = stream(text, "Amsterdam");
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto result = ordered_json::parse(done.out)["result"];
  const auto number = [](const ordered_json& hex) {
    return std::stoll(hex.get<std::string>(), nullptr, 16);
  };
  int64_t regular = 0, state = 0;
  ASSERT_GE(result["receipts"].size(), 1u) << done.out;
  for (const auto& receipt : result["receipts"]) {
    regular += number(receipt["regularGasUsed"]);
    state += number(receipt["stateGasUsed"]);
    // The same but for the floor, which is more than the execution gas of the creation.
    EXPECT_LE(number(receipt["gasUsed"]) + number(receipt["gasRefund"]),
              number(receipt["regularGasUsed"]) + number(receipt["stateGasUsed"]));
  }
  const auto& call = result["receipts"][0];
  EXPECT_EQ(number(call["gasUsed"]), 15'000 + 2 * 16 + 21 + 12'100 + 97'920 + 750) << call;
  EXPECT_EQ(number(call["stateGasUsed"]), 97'920);
  EXPECT_EQ(number(call["regularGasUsed"]), number(call["gasUsed"]) - 97'920);
  EXPECT_EQ(number(result["regularGasUsed"]), regular);
  EXPECT_EQ(number(result["stateGasUsed"]), state);
  EXPECT_EQ(number(result["gasUsed"]), std::max(regular, state));
  EXPECT_GT(state, 0);
  // Before Amsterdam nothing is added to what drivers read.
  const auto before = ordered_json::parse(stream(stdin_text()).out)["result"];
  EXPECT_FALSE(before.contains("stateGasUsed"));
  EXPECT_FALSE(before["receipts"][0].contains("regularGasUsed"));
}

TEST_F(TransitionTool, ARewardIsNotInTheAccessList) {
  ordered_json input = ordered_json::parse(stdin_text());
  input["env"]["slotNumber"] = "0x1";
  input["txs"] = ordered_json::array();
  const auto list = [&](const std::string& reward) {
    const auto done = stream(input.dump(), "Amsterdam", reward);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return ordered_json::parse(done.out)["result"]["blockAccessList"].get<std::string>();
  };
  EXPECT_EQ(list("0"), list("-1"));
  EXPECT_EQ(list("0").find("c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0"), std::string::npos);
}

TEST_F(TransitionTool, ATraceReadsNoMore) {
  // A CALL with value and a SELFDESTRUCT of a contract with a balance, for accounts nobody else
  // touches, with every gas limit at which they may stop: what is told of an instruction that fails
  // must not come into the access list.
  ordered_json input = ordered_json::parse(stdin_text());
  input["env"]["slotNumber"] = "0x1";
  for (const std::string code : {"0x5f5f5f5f600161abcd61fffff100", "0x61dcbaff", "0x60015f55"}) {
    auto& contract = input["alloc"]["0x00000000000000000000000000000000000000f1"];
    contract["code"] = code;
    contract["balance"] = "0x5";
    for (const int gas :
         {15'200, 15'500, 17'500, 18'200, 22'000, 27'000, 30'000, 33'000, 100'000}) {
      ordered_json tx = ordered_json::parse(kTxs)[0];
      tx["gas"] = gas;
      input["txs"] = ordered_json::array({tx});
      const auto list = [&](std::vector<std::string> more) {
        std::vector<std::string> arguments{"t8n",
                                           "--input.alloc=stdin",
                                           "--input.txs=stdin",
                                           "--input.env=stdin",
                                           "--output.result=stdout",
                                           "--output.basedir=" + folder_.path("out"),
                                           "--state.fork=Amsterdam",
                                           "--state.chainid=1"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto done = zvm(arguments, input.dump());
        EXPECT_EQ(done.exit_code, 0) << done.err;
        const auto result = ordered_json::parse(done.out)["result"];
        EXPECT_EQ(result["receipts"].size(), 1u) << done.out;
        return result["blockAccessList"].get<std::string>();
      };
      EXPECT_EQ(list({}), list({"--trace"})) << code << " with " << gas;
    }
  }
}

TEST_F(TransitionTool, FilesAndTraces) {
  const std::string folder = folder_.path("out");
  const std::string alloc = folder_.write("alloc.json", kAlloc),
                    env = folder_.write("env.json", kEnv), txs = folder_.write("txs.json", kTxs);
  // As fill calls evmone's tool, whose name stands for the verb.
  const auto done = zvm({"t8n",
                         "--state.fork",
                         "Prague",
                         "--input.env",
                         env,
                         "--input.txs",
                         txs,
                         "--input.alloc",
                         alloc,
                         "--output.basedir",
                         folder,
                         "--output.result",
                         "result.json",
                         "--output.alloc",
                         "alloc.json",
                         "--output.body",
                         "txs.rlp",
                         "--state.reward",
                         "0",
                         "--state.chainid",
                         "1",
                         "--trace",
                         "--opcode.count",
                         "opcodes.json"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "");
  const auto result = ordered_json::parse(folder_.read("out/result.json"));
  EXPECT_EQ(result["receipts"].size(), 2u);
  // Prague's contracts are not there.
  EXPECT_EQ(result["blockException"],
            "system contract empty: A contract that must be called at the end of the block has no "
            "code. It is WithdrawalRequests.");
  EXPECT_EQ(result["requests"].size(), 0u);
  EXPECT_EQ(result["blobGasUsed"], "0x0");
  const auto counts = ordered_json::parse(folder_.read("out/opcodes.json"));
  EXPECT_EQ(counts["CALLDATASIZE"], 3);
  EXPECT_EQ(counts["LOG1"], 1);
  EXPECT_EQ(counts["RETURN"], 1);
  const std::string trace = folder_.read(
      "out/trace-0-" + result["receipts"][0]["transactionHash"].get<std::string>() + ".jsonl");
  EXPECT_NE(trace.find("\"opName\":\"LOG1\""), std::string::npos);
  EXPECT_TRUE(trace.substr(trace.rfind('{')).starts_with("{\"output\":\"\",\"gasUsed\":\"0x"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder}, {}), 6);
  // The body is what t9n and another run read.
  const auto listed =
      zvm({"t9n", "--input.txs", folder_.path("out/txs.rlp"), "--state.fork", "Prague"});
  const auto all = ordered_json::parse(listed.out);
  ASSERT_EQ(all.size(), 2u) << listed.err;
  EXPECT_EQ(all[0]["address"], "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
  EXPECT_EQ(all[0]["hash"], result["receipts"][0]["transactionHash"]);
  EXPECT_EQ(all[0]["intrinsicGas"], "0x5228");
}

TEST_F(TransitionTool, BeforeParis) {
  const std::string env =
      R"({"currentCoinbase": "0xc0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0", "currentNumber": "0x5",
    "currentTimestamp": "0x3e8", "currentGasLimit": "0x1c9c380", "parentDifficulty": "0x20000", "parentTimestamp": "0x3e0",
    "ommers": [{"delta": 1, "address": "0x00000000000000000000000000000000000000bb"}]})";
  const auto done = stream("{\"alloc\": {}, \"env\": " + env + ", \"txs\": []}", "Byzantium",
                           "3000000000000000000");
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto out = ordered_json::parse(done.out);
  // The reward and a 32nd of it; seven eighths of it.
  EXPECT_EQ(out["alloc"]["0xc0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0"]["balance"],
            "0x2aef353bcddd6000");
  EXPECT_EQ(out["alloc"]["0x00000000000000000000000000000000000000bb"]["balance"],
            "0x246ddf9797668000");
  EXPECT_EQ(out["result"]["currentDifficulty"], "0x20040");
  EXPECT_FALSE(out["result"].contains("currentBaseFee"));
}

TEST_F(TransitionTool, SaysWhatIsWrong) {
  const auto refuse = [&](const std::string& input, const std::string& fork,
                          const std::string& text) {
    const auto done = stream(input, fork);
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_NE(done.err.find(text), std::string::npos) << done.err;
  };
  refuse("{", "Shanghai", "stdin: no JSON");
  refuse("{}", "Shanghai", "stdin: there is no 'alloc'");
  refuse(stdin_text("{}"), "Shanghai", "stdin: /env: there is no 'currentCoinbase'");
  refuse(stdin_text(), "Nowhere",
         "--state.fork: there is no fork 'Nowhere'; there are: Frontier, ");
  std::string text = stdin_text();
  text.replace(text.find("0x186a0"), 7, "much");
  refuse(text, "Shanghai", "stdin: /txs/0/gas: ");
  text = stdin_text();
  text.replace(text.find("currentRandom"), 13, "current_andom");
  refuse(text, "Shanghai", "there is no 'currentRandom'");
  expect_refusal({"t8n", "--input.alloc", folder_.path("none.json")}, "none.json: ");
}

TEST_F(TransitionTool, SaysWhatTheHostCouldNotDo) {
  constexpr char kCode[] = "0x365f55365f52365f6020a100", kGas[] = "0x186a0", kLimit[] = "0x1c9c380";
  const auto refused = [&](const std::string& code) {
    std::string text = stdin_text();
    const auto replace = [&](std::string_view what, std::string_view by) {
      text.replace(text.find(what), what.size(), by);
    };
    replace(kCode, code);
    replace(kGas, "0x1000000000000");
    replace(kLimit, "0x2000000000000");
    const auto done = stream(text);
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_EQ(done.out, ""); // of a block that is not known there is no part
    return done.err;
  };
  // MSTORE at 8 GiB, paid for; BLOCKHASH of 3.
  EXPECT_EQ(
      refused("0x600164020000000052"),
      "zvm: error: the host failed: MemoryLimit: The guest memory of all frames together would "
      "exceed Limits::memory. Asked for: 8589934624 bytes. Limit: 4294967296 bytes.\n");
  EXPECT_EQ(refused("0x600340"),
            "zvm: error: BLOCKHASH asked for block 3, of which the env has no hash\n");
}

TEST_F(TransitionTool, ExaminesTransactions) {
  // The one of EIP-155's example, and bytes that are none.
  const std::string list = "0xf870f86c098504a817c80082520894353535353535353535353535353535353535353"
                           "5880de0b6b3a76400008025a028ef61340b"
                           "d939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761"
                           "aecb703304b3800ccf555c9f3dc64214b29"
                           "7fb1966a3b6d830105";
  const auto done =
      zvm({"t9n", "--input.txs=stdin", "--state.fork=Berlin"}, "{\"txsRlp\": \"" + list + "\"}");
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto all = ordered_json::parse(done.out);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0]["address"], "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
  EXPECT_EQ(all[0]["intrinsicGas"], "0x5208");
  EXPECT_FALSE(all[0].contains("error"));
  EXPECT_TRUE(all[1].contains("error"));
  EXPECT_EQ(all[2]["error"], "transaction type not supported");
  const auto other = ordered_json::parse(
      zvm({"t9n", "--input.txs=stdin", "--state.fork=Berlin", "--state.chainid=2"},
          "{\"txsRlp\": \"" + list + "\"}")
          .out);
  EXPECT_EQ(other[0]["error"], "invalid chain id for signer");
  EXPECT_EQ(zvm({"t9n", "--input.txs=stdin"}, "{\"txsRlp\": \"0x05\"}").exit_code, 2);
}

// From Amsterdam on the cap is not on the gas limit, but on what is paid in any case.
TEST_F(TransitionTool, ExaminesGasLimitsByTheFork) {
  const auto error_of = [&](const std::string& fork, size_t data_size) {
    const std::string text =
        R"({"txs": [{"type": "0x0", "chainId": "0x1", "nonce": "0x0", "gasPrice": "0x7", "gas": "0x1ffffff",
            "to": "0x00000000000000000000000000000000000000bb", "value": "0x0", "v": "0x0", "r": "0x0", "s": "0x0",
            "protected": true, "secretKey": "0x0000000000000000000000000000000000000000000000000000000000000001",
            "input": "0x)" +
        std::string(2 * data_size, '0') + "\"}]}";
    const auto done = zvm({"t9n", "--input.txs=stdin", "--state.fork=" + fork}, text);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return ordered_json::parse(done.out)[0].value("error", "");
  };
  const std::string over = "gas limit exceeds maximum";
  EXPECT_EQ(error_of("Prague", 0), "");
  EXPECT_EQ(error_of("Osaka", 0), over);
  EXPECT_EQ(error_of("Amsterdam", 0), "");
  constexpr size_t kMost = (16'777'216 - 15'000) / 64; // bytes whose floor is under the cap
  EXPECT_EQ(error_of("Amsterdam", kMost), "");
  EXPECT_EQ(error_of("Amsterdam", kMost + 1), over);
}

TEST_F(TransitionTool, AnswersToOtherNames) {
  namespace fs = std::filesystem;
  const fs::path programs = fs::read_symlink("/proc/self/exe").parent_path();
  const auto run = [&](const char* name, const std::vector<std::string>& arguments) {
    const fs::path link = folder_.path(name);
    if (!fs::is_symlink(link))
      fs::create_symlink(programs / "zvm", link);
    return test::run_program(fs::relative(link.parent_path(), programs) / name, arguments);
  };
  // What execution-spec-tests matches: ^evm(.exe)? version\b and ^evmone-t8n\b.
  EXPECT_TRUE(run("evm", {"-v"}).out.starts_with("evm version zvm-"));
  EXPECT_TRUE(run("evmone-t8n", {"-v"}).out.starts_with("evmone-t8n zvm-"));
  EXPECT_TRUE(zvm({"-v"}).out.starts_with("zvm "));
  EXPECT_EQ(run("evm", {"t8n", "--input.alloc", folder_.path("none.json")}).exit_code, 2);
  const auto refused = run("evmone-t8n", {"--input.alloc", folder_.path("none.json")});
  EXPECT_NE(refused.err.find("none.json"), std::string::npos) << refused.err;
}

TEST_F(TransitionTool, HelpNamesTheForks) {
  // fill looks there for the forks that it may ask for.
  const std::string help = zvm({"t8n", "--help"}).out;
  for (const char* fork : {"Frontier", "ConstantinopleFix", "Paris", "Osaka", "BPO1"})
    EXPECT_NE(help.find(fork), std::string::npos) << fork;
}

} // namespace
} // namespace zvm::cli
