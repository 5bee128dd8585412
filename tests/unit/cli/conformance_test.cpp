// zvm conformance: what its suites take for a failure, what they pass over, and what they say of
// it.
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/unit/cli/tool.hpp"

namespace zvm::cli {
namespace {

namespace fs = std::filesystem;
using test::ProcessResult;

constexpr const char* kSuites[] = {"statetest",   "contracts", "hashes",
                                   "precompiles", "wast",      "wasm-gas"};

std::string mini(const std::string& name) {
  return ZVM_SOURCE_DIR "/tests/conformance/mini/" + name;
}

class ConformanceTool : public Tool {
 protected:
  ProcessResult run(const std::string& suite, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"conformance", suite});
    return zvm(arguments);
  }
  static void expect_out(const ProcessResult& result, int exit_code,
                         const std::vector<std::string>& parts) {
    EXPECT_EQ(result.exit_code, exit_code) << result.out << result.err;
    for (const std::string& part : parts)
      EXPECT_NE(result.out.find(part), std::string::npos)
          << "wanted " << part << "\ngot    " << result.out << result.err;
  }
  /// A state test of the corpus, to be changed.
  static nlohmann::json state_test(const std::string& name) {
    return nlohmann::json::parse(std::ifstream{mini("statetest/" + name + ".json")});
  }
  std::string write_json(const std::string& name, const nlohmann::json& document) {
    return folder_.write(name, document.dump());
  }
};

// ---- what cannot be read, and what is no test
// ------------------------------------------------------------------------

TEST_F(ConformanceTool, WhatCannotBeReadFails) {
  struct Broken {
    const char* name;
    std::string content;
    const char* why;
  };
  const Broken files[] = {
      {"truncated", R"([{"precompile": "x", "inp)", "no JSON: parse error at line 1"},
      {"garbage",
       "\x7f"
       "ELF\1\2\3",
       "no JSON: "},
      {"empty", "", "no JSON: "},
      {"archive", std::string("\x28\xb5\x2f\xfd\0\0", 6), "no JSON: "},
      {"deep", std::string(100'000, '['), "nested deeper than 256"},
  };
  for (const char* suite : kSuites) {
    for (const Broken& broken : files) {
      const std::string path =
          folder_.write(std::string{broken.name} + ".calls.json", broken.content);
      const auto result = run(suite, {path});
      expect_out(result, 1,
                 {"FAILED " + path + "\n  unreadable: " + broken.why, "0 passed, 1 failed"});
      // Without the suffix, too, where it is named itself.
      fs::rename(path, folder_.path("other"));
      expect_out(run(suite, {folder_.path("other")}), 1, {"0 passed, 1 failed, 0 skipped\n"});
    }
  }
}

TEST_F(ConformanceTool, WhatCannotBeReadFailsBesideGoodFiles) {
  fs::copy(mini("statetest/call.json"), folder_.path("call.json"));
  const std::string broken = folder_.write("broken.json", "{\"a\": ");
  ASSERT_EQ(mkfifo(folder_.path("pipe.json").c_str(), 0600), 0);
  ASSERT_EQ(mkfifo(folder_.path("pipe").c_str(), 0600), 0);
  fs::create_symlink("nowhere", folder_.path("dangling.json"));
  static_cast<void>(folder_.write("readme.txt", "no test"));
  const auto result = run("statetest", {folder_.path(""), "--verbose"});
  expect_out(result, 1,
             {"FAILED " + broken + "\n  unreadable: no JSON: ",
              "FAILED " + folder_.path("pipe.json") + "\n  unreadable: it is no regular file",
              "FAILED " + folder_.path("dangling.json") + "\n  unreadable: ",
              "PASSED OVER " + folder_.path("pipe") + ": its name does not end in .json",
              "PASSED OVER " + folder_.path("readme.txt") + ": its name does not end in .json",
              "passed over 2: its name does not end in .json\n",
              "15 passed, 3 failed, 0 skipped\n"});
  expect_out(run("statetest", {folder_.path("pipe.json")}), 1, {"it is no regular file"});
}

TEST_F(ConformanceTool, WhatMayNotBeReadFails) {
  if (geteuid() == 0)
    GTEST_SKIP() << "root may read everything";
  const std::string path = folder_.write("secret.json", "{}");
  fs::permissions(path, fs::perms::none);
  expect_out(run("statetest", {path}), 1, {"it cannot be opened: Permission denied"});
  const std::string folder = folder_.path("locked");
  fs::create_directory(folder);
  fs::permissions(folder, fs::perms::none);
  expect_out(run("statetest", {folder}), 1, {"FAILED " + folder + "\n  unreadable: Permission"});
  fs::permissions(folder, fs::perms::all);
}

TEST_F(ConformanceTool, NoTestIsPassedOverAndNoCaseIsAFailure) {
  const std::string empty = folder_.path("folder");
  fs::create_directory(empty);
  for (const char* suite : kSuites) {
    const auto nothing = run(suite, {empty});
    EXPECT_EQ(nothing.exit_code, 2) << suite;
    EXPECT_EQ(nothing.out, "0 passed, 0 failed, 0 skipped\n");
    EXPECT_TRUE(nothing.err.starts_with("zvm: error: no case was run")) << nothing.err;
    for (const char* content : {"[]", "{}", "7", "null", "\"text\"", R"([{"no": "vector"}])",
                                R"({"a": {"no": "test"}})"}) {
      const std::string path = folder_.write("other.json", content);
      const auto result = run(suite, {path, "--verbose"});
      expect_out(result, 2, {"PASSED OVER " + path, "passed over 1: ", "0 passed, 0 failed"});
      expect_out(run(suite, {path}), 2, {"passed over 1: ", "(--verbose names them)\n"});
    }
  }
}

TEST_F(ConformanceTool, UnknownForksAreSkippedByName) {
  auto document = state_test("call");
  document["call"]["post"]["Banana"] = document["call"]["post"]["Osaka"];
  const std::string path = write_json("call.json", document);
  expect_out(run("statetest", {path}), 0,
             {"skipped 1: the fork Banana: not known\n", "15 passed, 0 failed, 1 skipped\n"});
  document["call"]["post"] = {{"Banana", document["call"]["post"]["Osaka"]}};
  expect_out(run("statetest", {write_json("call.json", document)}), 2,
             {"0 passed, 0 failed, 1 skipped\n"});
  // With a fork of its own choice nobody asks for the others.
  document["call"]["post"]["Osaka"] = document["call"]["post"]["Banana"];
  expect_out(run("statetest", {write_json("call.json", document), "--fork", "osaka"}), 0,
             {"1 passed, 0 failed, 0 skipped\n"});
  // One that has lost its transaction is a state test all the same.
  auto damaged = document;
  damaged["call"].erase("transaction");
  expect_out(run("statetest", {write_json("call.json", damaged), "--fork", "osaka"}), 1,
             {"there is no 'transaction'"});
  document["call"]["post"] = nlohmann::json::object();
  expect_out(run("statetest", {write_json("call.json", document)}), 2,
             {"passed over 1: a state test without a post state"});
}

TEST_F(ConformanceTool, ErrorsNameTheirPlace) {
  struct Change {
    const char* pointer;
    nlohmann::json value;
    const char* text;
  };
  const Change changes[] = {
      {"/call/env/currentNumber", "zz", "/call/env/currentNumber: not a number: zz"},
      {"/call/env", nlohmann::json::object(), "/call/env: there is no 'currentCoinbase'"},
      {"/call/pre/0x0000000000000000000000000000000000000bbb/code", "0x6",
       "/call/pre/0x0000000000000000000000000000000000000bbb/code: odd number"},
      {"/call/pre/0x12", nlohmann::json::object(), "/call/pre/0x12: 20 bytes are expected, not 1"},
      {"/call/post/Osaka/0/indexes/gas", 7, "/call/transaction/gasLimit: there is no element 7"},
      {"/call/post/Osaka/0/indexes", "x",
       "/call/post/Osaka/0/indexes: an object is expected, not string"},
      {"/call/post/Osaka/0/hash", 7, "/call/post/Osaka/0/hash: a string is expected, not number"},
      {"/call/post/Osaka", 7, "/call/post/Osaka: a list is expected, not number"},
      {"/call/transaction/nonce", nullptr,
       "/call/transaction/nonce: a string is expected, not null"},
  };
  for (const Change& change : changes) {
    auto document = state_test("call");
    document[nlohmann::json::json_pointer{change.pointer}] = change.value;
    const auto result = run("statetest", {write_json("call.json", document)});
    expect_out(result, 1, {std::string{"\n  unreadable: "} + change.text});
  }
}

// ---- state tests
// -----------------------------------------------------------------------------------------------------

TEST_F(ConformanceTool, SenderOfASecretKey) {
  auto document = state_test("call");
  document["call"]["transaction"].erase("sender");
  expect_out(run("statetest", {write_json("call.json", document)}), 0, {"15 passed, 0 failed"});
  for (const char* key :
       {"0x00", "0x0000000000000000000000000000000000000000000000000000000000000000",
        "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"}) {
    document["call"]["transaction"]["secretKey"] = key;
    expect_out(run("statetest", {write_json("call.json", document), "--fork", "osaka"}), 1,
               {"/call/transaction/secretKey: "});
  }
  document["call"]["transaction"].erase("secretKey");
  expect_out(run("statetest", {write_json("call.json", document), "--fork", "osaka"}), 1,
             {"/call/transaction: there is no 'secretKey'"});
}

/// The transaction of set_code.json, signed by the key there.
constexpr char kSignedSetCode[] =
    "0x04f8c10180026483030d40949d8a62f656a8d1615c1294fd71e9cfb3e4855a4f8080c0f85cf85a01940000000000"
    "000000000000000000000000000aaa8001a023a6c1388f24d44838991f05f28e744d1bd2f93f06a5bcf61885436cfd"
    "8f5baca0570a6db45f5c92cd366e81492f3530ce882e03235e8e846a9640a70570fb394c01a05bca0564101393bf7c"
    "b0e7915a26458c18feee0f2e5b25d321a56d24c73ebeada01ef9fac85a378ad65d89cab43409c3aac212e367c7d1fe"
    "6b6b9d64bfd937d1b2";

TEST_F(ConformanceTool, FieldsBesideASignedTransaction) {
  const std::string name = "set_code";
  auto good = state_test(name);
  good[name]["post"]["Prague"][0]["txbytes"] = kSignedSetCode;
  const auto run_with = [&](const char* field, const nlohmann::json& value) {
    auto document = good;
    document[name]["transaction"][nlohmann::json::json_pointer{field}] = value;
    return run("statetest", {write_json("set_code.json", document), "--fork", "prague"});
  };
  expect_out(run_with("/nonce", good[name]["transaction"]["nonce"]), 0, {"1 passed"});
  const std::string address = "0x00000000000000000000000000000000000000ff";
  const std::string word = "0x" + std::string(63, '0') + "7";
  const std::pair<const char*, nlohmann::json> changes[] = {
      {"/sender", address},
      {"/nonce", "0x7"},
      {"/gasLimit/0", "0x7"},
      {"/value/0", "0x7"},
      {"/data/0", "0x07"},
      {"/to", address},
      {"/maxFeePerGas", "0x7"},
      {"/maxPriorityFeePerGas", "0x7"},
      {"/authorizationList/0/nonce", "0x7"},
      {"/accessLists", {{{{"address", address}, {"storageKeys", {word}}}}}}};
  for (const auto& [field, value] : changes) {
    const std::string shown = std::string{field}.substr(1, std::string{field}.find('/', 1) - 1);
    expect_out(run_with(field, value), 1,
               {"txbytes are of another transaction\n", "\n  " + shown + ": the fields say "});
  }
}

TEST_F(ConformanceTool, FailuresShowTheDifference) {
  const std::string target = "0x0000000000000000000000000000000000000bbb";
  auto document = state_test("call");
  auto& post = document["call"]["post"]["Osaka"][0];
  post["hash"] = "0x" + std::string(64, '0');
  post["logs"] = "0x" + std::string(64, '0');
  // Without a post state: what the transaction did.
  expect_out(run("statetest", {write_json("call.json", document), "--fork", "osaka"}), 1,
             {"  the file has no post state to compare; the transaction changed:\n",
              "  " + target + " slot 0x0: before 0x0, after 0x1\n", " balance: before 0x",
              " nonce: before 0, after 1\n", "  no log\n", "  state root: expected 0x0000",
              "  logs hash: expected 0x0000", "  status Success, gas used "});
  post["state"] = document["call"]["pre"];
  post["state"][target]["storage"] = {{"0x00", "0x02"}};
  post["state"][target]["nonce"] = "0x3";
  post["state"][target]["balance"] = "0x4";
  post["state"]["0x0000000000000000000000000000000000000ccc"] = {{"balance", "0x1"}};
  expect_out(
      run("statetest", {write_json("call.json", document), "--fork", "osaka"}), 1,
      {"  " + target + " nonce: expected 3, got 0\n",
       "  " + target + " balance: expected 0x4, got 0x0\n",
       "  " + target + " slot 0x0: expected 0x2, got 0x1\n",
       "  0x0000000000000000000000000000000000000ccc account: expected nonce 0 balance 0x1"});
  auto logs = state_test("log");
  logs["log"]["post"]["Osaka"][0]["logs"] = post["logs"];
  expect_out(run("statetest", {write_json("log.json", logs), "--fork", "osaka"}), 1,
             {"  log 0: 0x", "  logs hash: expected 0x0000"});
}

// ---- WebAssembly
// -----------------------------------------------------------------------------------------------------

/// (func) funcref, nofunc; (extern) a parameter back; one: i32 1; nan: f32; (lanes) a parameter
/// back; unreachable.
constexpr char kValues[] =
    "0061736d01000000011a066000017060016f016f6000017f6000017d60017b017b60000003080700000102030405"
    "073c070466756e630000066e6f66756e6300010665787465726e0002036f6e650003036e616e0004056c616e6573"
    "00050b756e726561636861626c650006090501030001000a26070400d2000b0400d0700b040020000b040041010b"
    "0700430000c07f0b040020000b0300000b";
/// (import "gone" "f" (func))
constexpr char kImporting[] = "0061736d01000000010401600000020a0104676f6e6501660000";
constexpr char kShared[] = "0061736d01000000050401030101070501016d0200"; ///< (memory 1 1 shared)
constexpr char kTwoMemories[] = "0061736d0100000005050200010001";

std::string bytes_of(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

class WastTool : public ConformanceTool {
 protected:
  void SetUp() override {
    ConformanceTool::SetUp();
    static_cast<void>(folder_.write("values.wasm", bytes_of(kValues)));
    static_cast<void>(folder_.write("importing.wasm", bytes_of(kImporting)));
    static_cast<void>(folder_.write("shared.wasm", bytes_of(kShared)));
    static_cast<void>(folder_.write("two.wasm", bytes_of(kTwoMemories)));
  }
  ProcessResult run_script(const std::string& commands, std::vector<std::string> options = {}) {
    options.insert(options.begin(),
                   folder_.write("script.json", R"({"commands": [)" + commands + "]}"));
    return run("wast", options);
  }
  /// After the module of all values: a call, and what it should give.
  ProcessResult expect_return(const std::string& field, const std::string& arguments,
                              const std::string& expected) {
    return run_script(R"({"type": "module", "line": 1, "filename": "values.wasm"},
      {"type": "assert_return", "line": 2, "action": {"type": "invoke", "field": ")" +
                      field + R"(", "args": [)" + arguments + "]}, " + expected + R"(},
      {"type": "assert_return", "line": 3, "action": {"type": "invoke", "field": "one", "args": []},
       "expected": [{"type": "i32", "value": "1"}]})");
  }
};

TEST_F(WastTool, FormsOfValues) {
  struct Form {
    const char* field;
    const char* argument;
    const char* expected;
    const char* totals; ///< of three commands, the third of which always passes
  };
  const char* const pass = "3 passed, 0 failed, 0 skipped\n";
  const char* const fail = "2 passed, 1 failed, 0 skipped\n";
  const char* const skip = "2 passed, 0 failed, 1 skipped\n";
  const Form forms[] = {
      // As wast2json prints them.
      {"func", "", R"("expected": [{"type": "funcref", "value": "0"}])", pass},
      {"nofunc", "", R"("expected": [{"type": "funcref", "value": "null"}])", pass},
      {"nofunc", "", R"("expected": [{"type": "funcref", "value": "0"}])", fail},
      {"extern", R"({"type": "externref", "value": "0"})",
       R"("expected": [{"type": "externref", "value": "0"}])", pass},
      {"extern", R"({"type": "externref", "value": "null"})",
       R"("expected": [{"type": "externref", "value": "null"}])", pass},
      {"extern", R"({"type": "externref", "value": "0"})",
       R"("expected": [{"type": "externref", "value": "null"}])", fail},
      {"one", "", R"("either": [{"type": "i32", "value": "2"}, {"type": "i32", "value": "1"}])",
       pass},
      {"one", "", R"("either": [{"type": "i32", "value": "2"}, {"type": "i32", "value": "3"}])",
       fail},
      {"nan", "", R"("expected": [{"type": "f32", "value": "nan:canonical"}])", pass},
      {"nan", "", R"("expected": [{"type": "f32", "value": "nan:arithmetic"}])", pass},
      {"nan", "", R"("expected": [{"type": "f32", "value": "2143289344"}])", pass},
      {"lanes", R"({"type": "v128", "lane_type": "i64", "value": ["1", "18446744073709551615"]})",
       R"("expected": [{"type": "v128", "lane_type": "i64", "value": ["1", "-1"]}])", pass},
      {"lanes",
       R"({"type": "v128", "lane_type": "f32", "value": ["1", "2143289344", "2143289345", "0"]})",
       R"("expected": [{"type": "v128", "lane_type": "f32", "value": ["1", "nan:canonical", "nan:arithmetic", "0"]}])",
       pass},
      // As wasm-tools json-from-wast does.
      {"func", "", R"("expected": [{"type": "funcref"}])", pass},
      {"nofunc", "", R"("expected": [{"type": "funcref"}])", fail},
      {"func", "", R"("expected": [{"type": "funcref", "value": {"index": 0}}])", skip},
      {"nofunc", "", R"("expected": [{"type": "refnull"}])", pass},
      {"nofunc", "", R"("expected": [{"type": "nullfuncref"}])", pass},
      {"nofunc", "", R"("expected": [{"type": "nullexternref"}])", fail},
      {"func", "", R"("expected": [{"type": "nullfuncref"}])", fail},
      {"extern", R"({"type": "nullexternref"})", R"("expected": [{"type": "nullexternref"}])",
       pass},
      {"extern", R"({"type": "externref", "value": "7"})", R"("expected": [{"type": "externref"}])",
       pass},
      {"one", "",
       R"("expected": [{"type": "either", "values": [{"type": "i32", "value": "2"}, {"type": "i32", "value": "1"}]}])",
       pass},
      {"func", "", R"("expected": [{"type": "anyref"}])", skip},
      {"func", "", R"("expected": [{"type": "exnref", "value": "null"}])", skip},
      {"extern", R"({"type": "i31ref"})", R"("expected": [])", skip},
      {"extern", R"({"type": "funcref", "value": {"index": 0}})", R"("expected": [])", skip},
      // What nobody prints.
      {"one", "", R"("expected": [{"type": "i33", "value": "1"}])", fail},
      {"one", "", R"("expected": [{"type": "i32", "value": 1}])", fail},
      {"one", "", R"("expected": [{"type": "i32", "value": "1x"}])", fail},
      {"one", "", R"("expected": [{"type": "i32"}])", fail},
      {"one", "", R"("expected": {})", fail},
      {"one", "", R"("nothing": [])", fail},
      {"lanes", R"({"type": "v128", "lane_type": "i64", "value": ["1", "2", "3"]})",
       R"("expected": [])", fail},
      {"lanes", R"({"type": "v128", "lane_type": "i65", "value": ["1", "2"]})", R"("expected": [])",
       fail},
  };
  for (const Form& form : forms) {
    const auto result = expect_return(form.field, form.argument, form.expected);
    EXPECT_TRUE(result.out.ends_with(form.totals))
        << form.field << ' ' << form.argument << ' ' << form.expected << "\nwanted " << form.totals
        << "got " << result.out << result.err;
  }
  expect_out(
      expect_return("func", "", R"("expected": [{"type": "funcref", "value": {"index": 0}}])"), 0,
      {"skipped 1: functions by their index: not supported\n"});
  // A command that is none does not take the others with it.
  expect_out(
      run_script(R"({"type": "module", "line": 1, "filename": "values.wasm"}, 7, {"line": 3},
    {"type": "sing", "line": 4}, {"type": "action", "line": 5, "action": {"type": "invoke", "module": "who",
    "field": "one", "args": []}})"),
      1, {"/commands/4/action/module: nothing is named who", "1 passed, 4 failed, 0 skipped\n"});
}

TEST_F(WastTool, TrapsByTheBeginningOfTheirText) {
  const std::pair<const char*, const char*> texts[] = {
      {"unreachable", "2 passed, 0 failed"},
      {"unreach", "2 passed, 0 failed"},
      {"unreachable executed", "2 passed, 0 failed"},
      {"undefined element", "1 passed, 1 failed"},
      {"unreached", "1 passed, 1 failed"}};
  for (const auto& [text, totals] : texts) {
    expect_out(run_script(R"({"type": "module", "line": 1, "filename": "values.wasm"},
      {"type": "assert_trap", "line": 2, "action": {"type": "invoke", "field": "unreachable", "args": []},
       "text": ")" + std::string{text} +
                          "\"}"),
               std::string_view{totals}.ends_with("0 failed") ? 0 : 1, {totals});
  }
}

TEST_F(WastTool, UnlinkableAgainstASkippedModule) {
  const std::string skipped =
      R"({"type": "module", "line": 1, "filename": "shared.wasm", "name": "$m"},
    {"type": "register", "line": 2, "name": "$m", "as": "gone"},)";
  for (const char* type : {"assert_unlinkable", "assert_uninstantiable"}) {
    const std::string command =
        R"({"type": ")" + std::string{type} +
        R"(", "line": 3, "filename": "importing.wasm", "text": "incompatible import type"})";
    expect_out(run_script(skipped + command + R"(, {"type": "module", "filename": "values.wasm"})"),
               0, {"skipped 3: threads: not supported\n", "1 passed, 0 failed, 3 skipped\n"});
    expect_out(run_script(command), 1, {"0 passed, 1 failed"});
  }
}

TEST_F(WastTool, VersionIsChosenOrGuessedAndSaid) {
  const std::string script = R"({"type": "module", "filename": "values.wasm"},
    {"type": "assert_invalid", "line": 2, "filename": "two.wasm", "text": "multiple memories"})";
  const std::string refuses = "2 passed, 0 failed", accepts = "1 passed, 1 failed";
  expect_out(
      run_script(script), 1,
      {"held to WebAssembly latest by the folder's name (--wasm chooses): 1 file\n", accepts});
  expect_out(run_script(script, {"--wasm", "2.0"}), 0,
             {"held to WebAssembly 2.0: 1 file\n", refuses});
  expect_out(run_script(script, {"--wasm", "threads"}), 0,
             {"held to WebAssembly threads: 1 file\n", refuses});
  expect_out(run_script(script, {"--wasm", "3.0"}), 1,
             {"held to WebAssembly 3.0: 1 file\n", accepts});
  expect_refusal({"conformance", "wast", folder_.path(""), "--wasm", "1.0"},
                 "--wasm: there is no version '1.0'; there are: 2.0, threads, 3.0, latest");
  // That threads are refused proves something of 2.0 only.
  const std::string shared = R"({"type": "module", "filename": "values.wasm"},
    {"type": "assert_invalid", "line": 2, "filename": "shared.wasm", "text": "why"})";
  expect_out(run_script(shared, {"--wasm", "2.0"}), 0, {"2 passed, 0 failed, 0 skipped\n"});
  for (const char* version : {"threads", "3.0", "latest"})
    expect_out(run_script(shared, {"--wasm", version}), 0, {"1 passed, 0 failed, 1 skipped\n"});
  fs::create_directory(folder_.path("spec-2.0-public"));
  for (const char* name : {"script.json", "values.wasm", "shared.wasm"})
    fs::rename(folder_.path(name), folder_.path(std::string{"spec-2.0-public/"} + name));
  expect_out(run("wast", {folder_.path("spec-2.0-public")}), 0,
             {"held to WebAssembly 2.0 by the folder's name (--wasm chooses): 1 file\n"});
}

TEST_F(WastTool, Modules) {
  static_cast<void>(folder_.write("empty.wasm", bytes_of("0061736d01000000")));
  static_cast<void>(folder_.write("tags.wasm", bytes_of("0061736d010000000d0100")));
  const auto result = run_script(R"(
    {"type": "module", "line": 7, "filename": "empty.wasm"},
    {"type": "assert_invalid", "line": 7, "text": "why", "filename": "empty.wasm"},
    {"type": "module", "line": 7, "filename": "tags.wasm"},
    {"type": "module", "line": 8, "filename": "none.wasm"},
    {"type": "assert_malformed", "line": 7, "text": "why", "filename": "text.wat"})");
  expect_out(result, 1,
             {"script.json:7 assert_invalid\n  accepted, and should be refused: why",
              "script.json:8 module\n  unreadable: " + folder_.path("none.wasm") + ": "});
  EXPECT_TRUE(
      result.out.ends_with("skipped 1: exception handling: not supported\n"
                           "passed over 1: a command about the text format (--verbose names them)\n"
                           "1 passed, 2 failed, 1 skipped\n"))
      << result.out;
}

TEST_F(WastTool, PartsAndScriptsThatWereNotConverted) {
  static_cast<void>(folder_.write("module.wat", "(module)"));
  static_cast<void>(folder_.write("later.json", R"({"not_converted": "unexpected token"})"));
  static_cast<void>(run_script(R"({"type": "module", "filename": "values.wasm"})"));
  const auto result = run("wast", {folder_.path("")});
  expect_out(
      result, 0,
      {"skipped 1: a script that wast_json cannot convert\n", "1 passed, 0 failed, 1 skipped\n"});
  EXPECT_EQ(result.out.find("passed over"), std::string::npos) << result.out;
}

// ---- other suites
// ----------------------------------------------------------------------------------------------------

TEST_F(ConformanceTool, PrecompileVectors) {
  const auto vector = [](const char* name, const char* input, const char* success,
                         const char* output, const char* gas) {
    return std::string{R"({"precompile": "x", "address": "0x9", "name": ")"} + name +
           R"(", "input": ")" + input + R"(", "success": )" + success + R"(, "output": ")" +
           output + R"(", "gas": )" + gas + "}";
  };
  const auto identity = [&](const char* name, const char* output, const char* gas) {
    std::string text = vector(name, "0102", "true", output, gas);
    return text.replace(text.find("0x9"), 3, "0x4");
  };
  const std::string file = folder_.write(
      "identity.json", "[" + identity("good", "0102", R"({"homestead": 18, "osaka": 18})") + "," +
                           vector("fails", "00", "false", "", "{}") + "," +
                           identity("output", "0103", R"({"osaka": 18})") + "," +
                           identity("gas", "0102", R"({"homestead": 18, "osaka": 19})") + "," +
                           vector("succeeds", "00", "true", "", R"({"osaka": 0})") + "," +
                           identity("fork", "0102", R"({"nowhere": 18})") + "]");
  static_cast<void>(folder_.write("none.json", R"([{"no": "vector"}])"));
  const auto result = zvm({"conformance", "precompiles", folder_.path("")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(result.out.ends_with("2 passed, 4 failed, 0 skipped\n")) << result.out;
  const std::vector<std::string> parts{
      "FAILED " + file + " output\n  osaka: expected 0x0103 for 18 gas, got 0x0102 for 18 gas\n",
      "FAILED " + file + " gas\n  osaka: expected 0x0102 for 19 gas, got 0x0102 for 18 gas\n",
      " succeeds\n  osaka: expected 0x for 0 gas, got PrecompileFailure with 0 gas left\n",
      " fork\n  unreadable: "};
  for (const std::string& part : parts)
    EXPECT_NE(result.out.find(part), std::string::npos) << part << "in\n" << result.out;
}

TEST_F(ConformanceTool, ListsWithSomethingElse) {
  const std::string vectors = folder_.write("identity.json", R"([
    {"precompile": "x", "address": "0x4", "name": "good", "input": "01", "success": true, "output": "01",
     "gas": {"osaka": 18}}, {"no": "vector"}, {"precompile": "x"}, 7])");
  expect_out(run("precompiles", {vectors}), 1,
             {"FAILED " + vectors + " 1\n  unreadable: /1: there is no 'success'",
              "1 passed, 3 failed, 0 skipped\n"});
  const std::string runs = folder_.write("runs.json", R"([
    {"module": "none.wasm", "function": "run", "schedule": "wasm-1", "n": 1, "result": "1", "units": 1},
    {"module": 7, "schedule": "wasm-1"}])");
  expect_out(run("wasm-gas", {runs}), 1,
             {"none.wasm", "/1/module: a string is expected", "0 passed, 2 failed, 0 skipped\n"});
  auto calls = nlohmann::json::parse(std::ifstream{mini("contracts/counter.calls.json")});
  calls["hardforks"] = {"osaka", "banana"};
  calls["steps"][1]["tx"].erase("nonce");
  expect_out(run("contracts", {write_json("counter.calls.json", calls)}), 1,
             {"[osaka step 1]\n  unreadable: /steps/1/tx: there is no 'nonce'",
              "skipped 1: the fork banana: not known\n", "1 passed, 1 failed, 1 skipped\n"});
}

// ---- options and signals
// ---------------------------------------------------------------------------------------------

TEST_F(ConformanceTool, WrongOptionsAreRefused) {
  const std::string some = mini("statetest/call.json");
  expect_refusal({"conformance", "statetest"}, "PATH is required");
  expect_refusal({"conformance", "riscv", some},
                 "there is no suite 'riscv'; there are: statetest, blocktest, contracts, ");
  expect_refusal({"conformance", "statetest", folder_.path("nothing")}, "there is no ");
  expect_refusal({"conformance", "statetest", some, "--fork", "atlantis"},
                 "there is no revision 'atlantis'; there are: frontier");
  expect_refusal({"conformance", "statetest", some, "--tier", "jit"}, "--tier: ");
  expect_refusal({"conformance", "statetest", some, "--slow-list", folder_.path("nothing")},
                 "--slow-list: ");
  expect_refusal({"conformance", "statetest", some, "--slow-list", folder_.path("")},
                 "--slow-list: ");
  for (const char* sample : {"9/8", "0/1", "1", "1/0", "a/b", "-1/8", "1/8x", ""})
    expect_refusal({"conformance", "statetest", some, "--sample=" + std::string{sample}},
                   "--sample");
  for (const char* number : {"-1", "x", "1x", "99999999999999999999", "18446744073709551615", ""}) {
    for (const char* option : {"--promote-gas=", "--threads="})
      expect_refusal({"conformance", "statetest", some, option + std::string{number}},
                     std::string{option}.substr(0, std::string{option}.size() - 1));
  }
  for (const char* option : {"--fork", "--wasm", "--threads", "--promote-gas"})
    expect_refusal({"conformance", "statetest", some, option, ""}, option);
}

/// A program that runs until its gas, of which there is plenty, is gone.
TEST_F(ConformanceTool, InterruptPrintsTheTotalsSoFar) {
  auto document = state_test("call");
  auto& test = document["call"];
  test["pre"]["0x0000000000000000000000000000000000000aaa"]["code"] = "0x5b600056";
  test["env"]["currentGasLimit"] = "0x3fffffffffffffff";
  test["transaction"]["gasLimit"] = {"0x3fffffffffffffff"};
  test["pre"]["0xe0da1edcea030875cd0f199d96eb70f6ab78faf2"]["balance"] =
      "0x" + std::string(40, 'f');
  test["post"] = {{"London", test["post"]["London"]}};
  static_cast<void>(write_json("b_endless.json", document));
  fs::copy(mini("statetest/call.json"), folder_.path("a_call.json"));
  const std::string zvm = fs::read_symlink("/proc/self/exe").parent_path() / "zvm";
  const auto began = std::chrono::steady_clock::now();
  // In the foreground, timeout signals the program alone; else also its group, so that the program
  // may be told twice.
  const auto result = test::run_program(
      "/usr/bin/timeout", {"--foreground", "--preserve-status", "-s", "INT", "2", zvm,
                           "conformance", "statetest", folder_.path(""), "--threads", "1"});
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{60});
  expect_out(result, 130, {"stopped: 1 of 2 files are done\n", "15 passed, 0 failed, 0 skipped\n"});
}

TEST_F(ConformanceTool, FewerThreadsWhereTheSystemHasNoMore) {
  // Stacks of 64 TiB: the first thread has one already, and there is no room for others.
  const std::string zvm = fs::read_symlink("/proc/self/exe").parent_path() / "zvm";
  const auto result = test::run_program(
      "/bin/sh", {"-c", "ulimit -s 68719476736 || exit 77; exec \"$0\" \"$@\"", zvm, "conformance",
                  "statetest", mini("statetest"), "--threads", "8"});
  if (result.exit_code == 77)
    GTEST_SKIP() << "the limit of stacks cannot be raised";
  expect_out(result, 0, {" passed, 0 failed"});
}

} // namespace
} // namespace zvm::cli
