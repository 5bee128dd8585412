#include <algorithm>

#include "tests/support/wasm_module.hpp"
#include "tests/unit/cli/tool.hpp"

namespace zvm::cli {
namespace {

using namespace test::wasm;

class WasmTool : public Tool {
 protected:
  std::string write(const std::string& name, const Bytes& bytes) {
    return folder_.write(name, std::string(bytes.begin(), bytes.end()));
  }
  /// Functions of one instruction or two: difference of i32, sum of i64, quotient of f64, a trap,
  /// null and a vector.
  std::string plain() {
    return write(
        "plain.wasm",
        test::wasm::module(
            {list(1, {function_type({kI32, kI32}, {kI32}), function_type({kI64, kI64}, {kI64}),
                      function_type({kF64, kF64}, {kF64}), function_type({}, {}),
                      function_type({kV128, kExternRef}, {kExternRef, kV128})}),
             list(3, {{0}, {1}, {2}, {3}, {4}}), list(5, {{1, 1, 2}}),
             list(7, {exported("subtract", 0, 0), exported("add", 0, 1), exported("divide", 0, 2),
                      exported("fail", 0, 3), exported("swap", 0, 4), exported("memory", 2, 0)}),
             list(10, {body({0x20, 0, 0x20, 1, 0x6b}), body({0x20, 0, 0x20, 1, 0x7c}),
                       body({0x20, 0, 0x20, 1, 0xa3}), body({0x00}), body({0x20, 1, 0x20, 0})})}));
  }
  std::string relay() {
    return std::string{ZVM_SOURCE_DIR "/tests/unit/engine/wasm/contract/relay.hex"};
  }
};

TEST_F(WasmTool, Lists) {
  const auto result = zvm({"wasm", plain()});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "export  \"subtract\"  func (i32 i32) -> (i32)\n"
                        "export  \"add\"  func (i64 i64) -> (i64)\n"
                        "export  \"divide\"  func (f64 f64) -> (f64)\n"
                        "export  \"fail\"  func () -> ()\n"
                        "export  \"swap\"  func (v128 externref) -> (externref v128)\n"
                        "export  \"memory\"  memory 1..2\n");
  const auto out = json({"wasm", relay(), "--json"});
  EXPECT_EQ(out["imports"].size(), 16u);
  EXPECT_EQ(out["imports"][0]["module"], "zvm");
  EXPECT_EQ(out["exports"].back()["name"], "call");
  EXPECT_EQ(out["exports"].back()["type"], "func () -> (i32)");
}

TEST_F(WasmTool, ShowsWhatAContractSays) {
  // debug_log(8, 3), where the last byte is no text.
  const std::string file =
      write("says.wasm",
            test::wasm::module(
                {list(1, {function_type({kI32, kI32}, {}), function_type({}, {kI32})}),
                 list(2, {imported("zvm", "debug_log", {0, 0})}), list(3, {{1}}), list(5, {{0, 1}}),
                 list(7, {exported("memory", 2, 0), exported("call", 0, 1)}),
                 list(10, {body({0x41, 8, 0x41, 3, 0x10, 0, 0x41, 0})}),
                 list(11, {{0, 0x41, 8, 0x0b, 3, 'h', 'i', 0xff}})}));
  const auto silent = zvm({"run", file});
  EXPECT_EQ(silent.exit_code, 0);
  EXPECT_EQ(silent.err, "");
  const auto heard = zvm({"run", file, "--debug-log"});
  EXPECT_EQ(heard.err, "debug_log 0x00000000000000000000000000000000000c0de0 \"hi\\ufffd\"\n");
  EXPECT_EQ(heard.out, silent.out);
}

TEST_F(WasmTool, Invokes) {
  const std::string file = plain();
  const auto result = zvm({"wasm", file, "--invoke", "subtract", "40", "42"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "status    Success\n"
                        "gas used  1 of 30000000, wasm-1\n"
                        "result    i32 -2\n");
  for (const char* tier : {"step", "interp", "auto"}) {
    const auto out = json({"wasm", file, "--json", "--tier", tier, "--gas-schedule", "wasm-v03",
                           "--gas", "100", "--invoke", "add", "0xffffffffffffffff", "3"});
    EXPECT_EQ(out["status"], "Success");
    EXPECT_EQ(out["tier"], tier);
    EXPECT_EQ(out["gas_used"], 3);
    EXPECT_EQ(out["gas_limit"], 100);
    EXPECT_EQ(out["results"][0]["type"], "i64");
    EXPECT_EQ(out["results"][0]["value"], "2");
  }
  EXPECT_EQ(zvm({"wasm", file, "--gas-schedule", "none", "--invoke", "divide", "1.5", "4"}).out,
            "status    Success\nresult    f64 0.375\n");
  EXPECT_EQ(zvm({"wasm", file, "--invoke", "subtract", "--", "-1", "-3"}).out,
            "status    Success\ngas used  1 of 30000000, wasm-1\nresult    i32 2\n");
  const auto swapped =
      json({"wasm", file, "--json", "--invoke", "swap", "0x10000000000000002", "null"});
  EXPECT_EQ(swapped["results"][0]["value"], "null");
  EXPECT_EQ(swapped["results"][1]["value"], "0x10000000000000002");
}

TEST_F(WasmTool, FailuresAreExitCodeOne) {
  const auto trap = zvm({"wasm", plain(), "--invoke", "fail"});
  EXPECT_EQ(trap.exit_code, 1);
  EXPECT_TRUE(trap.out.starts_with("status    Unreachable: ")) << trap.out;
  const auto gas = json({"wasm", plain(), "--json", "--gas", "2", "--gas-schedule", "wasm-v03",
                         "--invoke", "add", "1", "2"});
  EXPECT_EQ(gas["status"], "OutOfGas");
  EXPECT_EQ(gas["gas_used"], 2);
}

TEST_F(WasmTool, Refusals) {
  const std::string file = plain();
  expect_refusal({"wasm", folder_.write("evm.hex", "6001")},
                 "this is no module of WebAssembly; one begins with the bytes 00 61 73 6d");
  expect_refusal({"wasm", folder_.write("cut.hex", "0061736d01000000ff")}, "(at offset");
  expect_refusal({"wasm", file, "--invoke", "multiply"}, "exports no function 'multiply'");
  expect_refusal({"wasm", file, "--invoke", "memory"}, "exports no function 'memory'");
  expect_refusal({"wasm", file, "--invoke", "add", "1"},
                 "'add' takes 2 arguments, and 1 are given");
  expect_refusal({"wasm", file, "--invoke", "subtract", "4294967296", "0"},
                 "'4294967296' is no i32");
  expect_refusal({"wasm", file, "--invoke", "divide", "one", "0"}, "'one' is no f64");
  expect_refusal({"wasm", file, "--gas-schedule", "free", "--invoke", "fail"}, "--gas-schedule: ");
  expect_refusal({"wasm", file, "7"}, "they need --invoke NAME");
  expect_refusal({"wasm", relay(), "--invoke", "call"}, "\"zvm\"");
}

TEST_F(WasmTool, RunsContracts) {
  const std::string store = std::string(63, '0') + "1" + std::string(63, '0') + "9";
  for (const char* tier : {"step", "interp"}) {
    const auto out = json({"run", relay(), "--json", "--tier", tier, "--calldata", "0x" + store});
    EXPECT_EQ(out["status"], "Success");
    EXPECT_EQ(out["vm"], "wasm");
    EXPECT_EQ(out["storage"]["0x00000000000000000000000000000000000c0de0"]["0x7"], "0x9");
  }
  const auto created = json({"run", relay(), "--json", "--create", "--vm", "wasm"});
  EXPECT_EQ(created["status"], "Success");
  EXPECT_TRUE(created["code"].get<std::string>().starts_with("0x0061736d01000000"));
  EXPECT_EQ(created["storage"][created["created"].get<std::string>()]["0x1"], "0x7");
  const auto guessed = zvm({"hybrid", relay(), "--json"});
  EXPECT_EQ(guessed.err, "");
  EXPECT_EQ(nlohmann::json::parse(guessed.out)["vm"], "wasm");
  expect_refusal({"run", plain()}, "not a contract: ");
  expect_refusal({"run", relay(), "--steps", "5"}, "--steps: ");
  expect_refusal({"trace", relay()}, "not traced");
}

TEST_F(WasmTool, ListsCode) {
  const std::string file = plain();
  const auto text = zvm({"disasm", file});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_TRUE(text.out.starts_with("(module")) << text.out;
  EXPECT_NE(text.out.find("i64.add"), std::string::npos) << text.out;
  expect_refusal({"ir", file, "--opt", "local"},
                 "--opt: word code is made of functions as they are");
  expect_refusal({"ir", file, "--pc", "0"},
                 "a module of WebAssembly has functions; see --function");
  expect_refusal({"ir", file, "--all"}, "a module of WebAssembly has functions; see --function");
  const auto one = zvm({"ir", file, "--function", "1"});
  EXPECT_EQ(one.exit_code, 0);
  EXPECT_TRUE(one.out.starts_with("; function 1\nfunction final depth")) << one.out;
  EXPECT_NE(one.out.find("gas 500"), std::string::npos) << one.out;
  EXPECT_EQ(one.out.find("; function 2"), std::string::npos);
  EXPECT_EQ(zvm({"ir", file, "--function", "1", "--code"}).out,
            "; function 1\n  enter depth 48, gas 500, clear s2, count 0\n  add.i64 acc, s0, s1\n"
            "  return_acc acc, depth 48\n\n");
  EXPECT_EQ(std::ranges::count(zvm({"ir", file, "--json"}).out, '\n'), 5);
  expect_refusal({"ir", file, "--function", "5"}, "there is no code of function 5");
  expect_refusal({"ir", folder_.write("evm.hex", "6001"), "--function", "0"},
                 "only a module of WebAssembly has functions");
}

} // namespace
} // namespace zvm::cli
