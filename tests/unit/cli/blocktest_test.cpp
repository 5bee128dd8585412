// zvm conformance blocktest: a test that is not as it should be must not pass.
#include <fstream>

#include "tests/unit/cli/tool.hpp"

namespace zvm::cli {
namespace {

using Json = nlohmann::json;

class BlockTests : public Tool {
 protected:
  /// The one test of a file of the small corpus.
  static Json read(const std::string& name) {
    return Json::parse(
        std::ifstream{ZVM_SOURCE_DIR "/tests/conformance/mini/blocktest/" + name + ".json"});
  }
  /// Expects that the changed file fails, and says `text`.
  void expect_failure(const Json& document, const std::string& text) {
    const test::ProcessResult result =
        zvm({"conformance", "blocktest", folder_.write("changed.json", document.dump())});
    EXPECT_EQ(result.exit_code, 1) << result.out << result.err;
    EXPECT_NE(result.out.find(text), std::string::npos)
        << "wanted " << text << "\ngot    " << result.out;
  }
};

TEST_F(BlockTests, TheCorpusPasses) {
  const test::ProcessResult result =
      zvm({"conformance", "blocktest", ZVM_SOURCE_DIR "/tests/conformance/mini/blocktest"});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_NE(result.out.find("26 passed, 0 failed, 0 skipped"), std::string::npos) << result.out;
}

TEST_F(BlockTests, ABlockThatMustBeRefusedAndIsNotFails) {
  Json document = read("several");
  Json& block = document["several_Osaka"]["blocks"][0];
  block["expectException"] = "BlockException.INVALID_GASLIMIT";
  expect_failure(document, "expected BlockException.INVALID_GASLIMIT, got no refusal");
}

TEST_F(BlockTests, ABlockThatIsRefusedAndMustNotBeFails) {
  Json document = read("refused");
  Json& block = document["refused_Osaka"]["blocks"][1];
  block.erase("expectException");
  block["blockHeader"] = Json::object();
  expect_failure(document, "refused: UnknownParent");
}

TEST_F(BlockTests, AnotherReasonFails) {
  Json document = read("refused");
  Json& block = document["refused_Osaka"]["blocks"][2];
  block["expectException"] = "BlockException.INVALID_STATE_ROOT|BlockException.INVALID_GASLIMIT";
  expect_failure(document, "got Number");
}

TEST_F(BlockTests, AnotherEndFails) {
  Json document = read("several");
  Json& test = document["several_Osaka"];
  const Json kept = test;
  test["lastblockhash"] = test["blocks"][0]["blockHeader"]["hash"];
  expect_failure(document, "last block: expected ");
  test = kept;
  test["postState"]["0xb0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0"]["balance"] = "0x01";
  expect_failure(document, "0xb0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0 balance: expected 0x1");
  test = kept;
  test["pre"]["0xb0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0"] = {
      {"nonce", "0x00"}, {"balance", "0x01"}, {"code", "0x"}, {"storage", Json::object()}};
  expect_failure(document, "the state before has not the root of the genesis block");
}

TEST_F(BlockTests, PayloadsAreHeldToTheSame) {
  Json document = read("payloads");
  Json& payloads = document["payloads_Osaka"]["engineNewPayloads"];
  const Json kept = payloads;
  payloads[0].erase("validationError"); // has another hash
  expect_failure(document, "refused: Malformed");
  payloads = kept;
  payloads[1]["validationError"] =
      "BlockException.INVALID_STATE_ROOT"; // has its blob hashes in another order
  expect_failure(document, "expected BlockException.INVALID_STATE_ROOT, got Malformed");
  payloads = kept;
  payloads[5]["errorCode"] = "-32602"; // is good
  expect_failure(document, "expected an error, got no refusal");
  payloads = kept;
  payloads[6]["params"][0].erase("transactions");
  expect_failure(document, "/payloads_Osaka/engineNewPayloads/6/params/0");
  payloads = kept;
  document["payloads_Osaka"]["genesisBlockHeader"]["nonce"] = "0x00";
  expect_failure(document, "genesisBlockHeader/nonce: 8 bytes are expected, not 1");
}

TEST_F(BlockTests, WhatCannotBeReadFails) {
  Json document = read("several");
  Json& test = document["several_Osaka"];
  const Json kept = test;
  test["blocks"][0]["rlp"] = "0x123";
  expect_failure(document, "unreadable");
  test = kept;
  test["genesisRLP"] = "0xc0";
  expect_failure(document, "genesisRLP");
  for (const char* key : {"network", "genesisRLP", "pre", "lastblockhash"}) {
    test = kept;
    test.erase(key);
    expect_failure(document, std::string{"there is no '"} + key + "'");
  }
}

TEST_F(BlockTests, ABlockThatWasNotRunHasNoRoot) {
  Json document = read("several");
  Json& rlp = document["several_Osaka"]["blocks"][0]["rlp"];
  rlp = rlp.get<std::string>().substr(0, 20);
  expect_failure(document, "block 1 of the file:\n  refused: Malformed\n");
}

TEST_F(BlockTests, FilesWithoutTheForkArePassedOver) {
  const test::ProcessResult result =
      zvm({"conformance", "blocktest", "--fork", "prague",
           ZVM_SOURCE_DIR "/tests/conformance/mini/blocktest/several.json"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.out.find("passed over 1: a file without a case of the fork"), std::string::npos)
      << result.out;
}

} // namespace
} // namespace zvm::cli
