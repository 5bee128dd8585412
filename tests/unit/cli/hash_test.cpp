// zvm hash, and the suite of hash vectors.
#include "tests/unit/cli/tool.hpp"

namespace zvm::cli {
namespace {

class HashTool : public Tool {};

TEST_F(HashTool, Digests) {
  const std::string abc = folder_.write("abc", "abc");
  EXPECT_EQ(zvm({"hash", "keccak256", abc}).out,
            "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45\n");
  EXPECT_EQ(zvm({"hash", "sha256", "-"}, "abc").out,
            "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
  // No program, but a message: none at all.
  EXPECT_EQ(zvm({"hash", "ripemd160", folder_.write("empty", "")}).out,
            "0x9c1185a5c5e9fc54612808977ee8f548b2258d31\n");
  EXPECT_EQ(zvm({"hash", "shake128", "-", "--length", "4"}, "").out, "0x7f9c2ba4\n");
  const auto object = json({"hash", "blake2b", abc, "--length", "32", "--json"});
  EXPECT_EQ(object["algorithm"], "blake2b");
  EXPECT_EQ(object["size"], 3);
  EXPECT_EQ(object["digest"], "0xbddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST_F(HashTool, Refusals) {
  const std::string abc = folder_.write("abc", "abc");
  expect_refusal({"hash"}, "ALG is required");
  expect_refusal({"hash", "sha256"}, "FILE is required");
  expect_refusal({"hash", "md5", abc}, "there is no hash function 'md5'; there are: keccak256, ");
  expect_refusal({"hash", "sha256", folder_.path("nothing")}, "there is no such file");
  expect_refusal({"hash", "sha256", abc, "--length", "20"}, "sha256 gives 32 bytes");
  expect_refusal({"hash", "blake2b", abc, "--length", "0"}, "blake2b gives 1 to 64 bytes");
  expect_refusal({"hash", "poseidon_bn254", abc},
                 "3 bytes; poseidon_bn254 takes 1 to 16 elements of 32 bytes");
  expect_refusal({"hash", "sha256", abc, "--bench"}, "--bench measures messages of its own");
}

TEST_F(HashTool, Bench) {
  const auto row = nlohmann::json::parse(
      zvm({"hash", "poseidon_goldilocks", "--bench", "--json"}).out, nullptr, false);
  EXPECT_EQ(row["algorithm"], "poseidon_goldilocks");
  EXPECT_EQ(row["bytes"], 96);
  EXPECT_GT(row["ns"], 0);
  EXPECT_GT(row["mb_per_s"], 0);
}

TEST_F(HashTool, Conformance) {
  static_cast<void>(folder_.write(
      "sha256.json",
      R"([{"msg": "616263", "md": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
          {"repeat": "61", "count": 3, "md": "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0"},
          {"msg": "00", "md": "00"}, {"msg": "0", "md": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}, {"no": "vector"}])"));
  static_cast<void>(folder_.write("shake256.json", R"([{"msg": "", "out_len": 2, "md": "46b9"}])"));
  static_cast<void>(folder_.write("md5.json", R"([{"msg": "", "md": "46b9"}])"));
  static_cast<void>(folder_.write(
      "blake2b_var.json",
      R"([{"msg": "", "key": "00", "out_len": 1, "md": "1b"}, {"msg": "", "key": "", "out_len": 65, "md": ""}])"));
  const auto result = zvm({"conformance", "hashes", folder_.path(""), "--threads", "1"});
  EXPECT_EQ(result.exit_code, 1);
  for (const char* part : {"sha256.json [2]\n  sha256 has no digest of 1 bytes",
                           "sha256.json [3]\n  unreadable: /3/msg: odd number",
                           "sha256.json [4]\n  unreadable: /4: there is no 'md'",
                           "blake2b_var.json [0]\n  blake2b: expected 0x1b, got 0x",
                           "blake2b_var.json [1]\n  there is no digest of this length"})
    EXPECT_NE(result.out.find(part), std::string::npos) << part << '\n' << result.out;
  EXPECT_TRUE(result.out.ends_with("passed over 1: no hash function's name (--verbose names them)\n"
                                   "3 passed, 5 failed, 0 skipped\n"))
      << result.out;
}

} // namespace
} // namespace zvm::cli
