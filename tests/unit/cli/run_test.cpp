#include <cstdlib>
#include <filesystem>

#include "tests/unit/cli/tool.hpp"

namespace zvm::cli {
namespace {

/// Stores 2 in slot 0, logs 32 bytes, returns them.
constexpr char kEvmCode[] = "6001600101600055600054600052602060006000a160206000f3";
/// The same in ZVM: 7 to slot 1, and 7 back.
constexpr char kZvmText[] = "PUSH 7 PUSH 1 SSTORE\nPUSH 7 PUSH 0 MSTORE\nPUSH 32 PUSH 0 RETURN\n";
constexpr char kSeven[] = "0x0000000000000000000000000000000000000000000000000000000000000007";

class RunTool : public Tool {};

TEST_F(RunTool, Result) {
  const std::string file = folder_.write("code.hex", kEvmCode);
  const auto result = zvm({"run", file});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.out.find("status      Success\n"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("gas used    22989 of 30000000\n"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("slot      0x0 = 0x2\n"), std::string::npos) << result.out;
  EXPECT_EQ(result.err, "");
}

TEST_F(RunTool, Json) {
  const std::string file = folder_.write("code.hex", kEvmCode);
  for (const char* tier : {"step", "interp", "auto"}) {
    const auto out = json({"run", file, "--json", "--tier", tier});
    EXPECT_EQ(out["status"], "Success");
    EXPECT_EQ(out["success"], true);
    EXPECT_EQ(out["vm"], "evm");
    EXPECT_EQ(out["revision"], "osaka");
    EXPECT_EQ(out["tier"], tier);
    EXPECT_EQ(out["gas_used"], 22989);
    EXPECT_EQ(out["gas_limit"], 30000000);
    EXPECT_EQ(out["output"], "0x0000000000000000000000000000000000000000000000000000000000000002");
    ASSERT_EQ(out["logs"].size(), 1u);
    EXPECT_EQ(out["logs"][0]["topics"].size(), 1u);
    EXPECT_EQ(out["storage"]["0x00000000000000000000000000000000000c0de0"]["0x0"], "0x2");
  }
}

TEST_F(RunTool, Shadow) {
  const auto result = zvm({"run", folder_.write("code.hex", kEvmCode), "--tier", "shadow"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("gas used    22989 of 30000000\n"), std::string::npos) << result.out;
  EXPECT_NE(result.err.find(" places compared, all the same\n"), std::string::npos) << result.err;
}

TEST_F(RunTool, DeferredHashes) {
  const std::string file =
      folder_.write("defers.zasm", "PUSH 32 PUSH 0 PUSH 1 DEFERRED_HASH POP HALT\n");
  const auto text = zvm({"run", file, "--zvm-1.1"});
  constexpr char kDigest[] = "0x290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563";
  EXPECT_NE(text.out.find(std::string{"keccak256 of 32 bytes: "} + kDigest), std::string::npos)
      << text.out;
  const auto out = json({"run", file, "--zvm-1.1", "--json"});
  ASSERT_EQ(out["deferred"]["entries"].size(), 1u);
  EXPECT_EQ(out["deferred"]["entries"][0]["algorithm"], "keccak256");
  EXPECT_EQ(out["deferred"]["entries"][0]["length"], 32);
  EXPECT_EQ(out["deferred"]["entries"][0]["digest"], kDigest);
  EXPECT_EQ(json({"run", file, "--json"})["status"], "InvalidOpcode");
}

TEST_F(RunTool, FailuresAreExitCodeOne) {
  const std::string file = folder_.write("code.hex", kEvmCode);
  EXPECT_EQ(zvm({"run", file, "--gas", "100"}).exit_code, 1);
  const auto out = json({"run", file, "--gas", "100", "--json"});
  EXPECT_EQ(out["status"], "OutOfGas");
  EXPECT_EQ(out["gas_used"], 100);
  // REVERT with 32 zero bytes keeps the rest of the gas.
  const auto revert = json({"evm", folder_.write("revert.hex", "60205ffd"), "--json"});
  EXPECT_EQ(revert["status"], "Revert");
  EXPECT_EQ(revert["output"].get<std::string>().size(), 66u);
  EXPECT_EQ(revert["gas_used"], 8);
}

TEST_F(RunTool, FormsOfAProgram) {
  std::string raw;
  for (const char* at = kEvmCode; *at != '\0'; at += 2)
    raw += static_cast<char>(std::stoi(std::string{at, 2}, nullptr, 16));
  const auto gas = [this](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "run");
    arguments.push_back("--json");
    return json(arguments)["gas_used"];
  };
  EXPECT_EQ(gas({folder_.write("raw.bin", raw)}), 22989);
  EXPECT_EQ(gas({folder_.write("prefix", "0x" + std::string{kEvmCode} + "\n")}), 22989);
  EXPECT_EQ(gas({folder_.write("lines",
                               "60016001\n 01 600055\r\n6000546000526020 6000 6000a160206000f3")}),
            22989);
  EXPECT_EQ(gas({folder_.write("text.easm", "PUSH1 1 PUSH1 1 ADD STOP")}), 9);
  EXPECT_EQ(
      gas({folder_.write("any.txt", "PUSH1 1 PUSH1 1 ADD HALT"), "--format", "asm", "--vm", "zvm"}),
      9);
  const auto from_input = zvm({"run", "-", "--json"}, kEvmCode);
  EXPECT_EQ(nlohmann::json::parse(from_input.out)["gas_used"], 22989);
}

TEST_F(RunTool, Zvm) {
  const std::string text = folder_.write("code.zasm", kZvmText);
  const auto from_text = json({"run", text, "--json"});
  EXPECT_EQ(from_text["vm"], "zvm");
  EXPECT_EQ(from_text["output"], kSeven);
  // The same code bare, and in a container.
  ASSERT_EQ(zvm({"asm", text, "-o", folder_.path("code.bin")}).exit_code, 0);
  ASSERT_EQ(zvm({"asm", text, "-o", folder_.path("code.zvmc"), "--container"}).exit_code, 0);
  const auto bare = json({"run", folder_.path("code.bin"), "--vm", "zvm", "--json"});
  const auto contained = json({"run", folder_.path("code.zvmc"), "--json"});
  for (const auto& out : {bare, contained}) {
    EXPECT_EQ(out["vm"], "zvm");
    EXPECT_EQ(out["output"], kSeven);
    EXPECT_EQ(out["gas_used"], from_text["gas_used"]);
  }
  expect_refusal({"run", folder_.path("code.zvmc"), "--vm", "evm"},
                 "the container is for zvm, and --vm says evm");
}

TEST_F(RunTool, CallDataAndValue) {
  // Returns calldata's first word plus the value sent.
  const std::string file = folder_.write("code.hex", "5f353401"
                                                     "5f5260205ff3");
  const auto out =
      json({"run", file, "--json", "--calldata",
            "0x0000000000000000000000000000000000000000000000000000000000000005", "--value", "2"});
  EXPECT_EQ(out["output"], kSeven);
  // CALLER and ADDRESS.
  const auto sender = json({"run", folder_.write("caller.hex", "33303d53305f52335f5260205ff3"),
                            "--json", "--sender", "0x00000000000000000000000000000000000000ff"});
  EXPECT_EQ(sender["output"], "0x00000000000000000000000000000000000000000000000000000000000000ff");
}

TEST_F(RunTool, Create) {
  const std::string file =
      folder_.write("init.hex", "600e8060095f395ff35f54806001015f555f5260205ff3");
  const auto out = json({"run", file, "--create", "--json"});
  EXPECT_EQ(out["status"], "Success");
  EXPECT_EQ(out["code"], "0x5f54806001015f555f5260205ff3");
  EXPECT_EQ(out["created"].get<std::string>().size(), 42u);
  // Before London code may begin with 0xEF.
  const std::string reserved = folder_.write("ef.hex", "60ef5f5360015ff3");
  EXPECT_EQ(json({"run", reserved, "--create", "--json"})["status"], "InvalidCode");
}

TEST_F(RunTool, EndsFromOutside) {
  const std::string endless = folder_.write("endless.hex", "5b5f56");
  const std::string most = "9223372036854775807";
  EXPECT_EQ(json({"run", endless, "--gas", most, "--steps", "1000", "--json"})["status"],
            "StepLimit");
  EXPECT_EQ(json({"run", endless, "--gas", most, "--timeout", "20", "--json"})["status"],
            "DeadlineExceeded");
}

TEST_F(RunTool, HostFailuresSayWhy) {
  // MSTORE at 64 GiB, paid for.
  const std::string wide = folder_.write("wide.hex", "600164100000000052");
  const std::string most = "9223372036854775807";
  const std::string why = "MemoryLimit: The guest memory of all frames together would exceed "
                          "Limits::memory. Asked for: 68719476768 bytes. Limit: 4294967296 bytes.";
  for (const char* tier : {"step", "interp", "auto"}) {
    const auto text = zvm({"run", wide, "--gas", most, "--tier", tier});
    EXPECT_EQ(text.exit_code, 1);
    EXPECT_NE(text.out.find("\ncause       " + why + "\n"), std::string::npos) << text.out;
    EXPECT_EQ(text.out.find("gas used"), std::string::npos) << text.out;
    const auto out = json({"run", wide, "--gas", most, "--tier", tier, "--json"});
    EXPECT_EQ(out["status"], "HostError");
    EXPECT_EQ(out["host"], (nlohmann::ordered_json{{"cause", "MemoryLimit"},
                                                   {"message", why},
                                                   {"asked", 68719476768},
                                                   {"limit", 4294967296}}));
    EXPECT_FALSE(out.contains("gas_used"));
    EXPECT_FALSE(out.contains("output"));
  }
  // An end from outside has no cause but itself, and a failure of the contract's is none of the
  // host's.
  const std::string endless = folder_.write("endless.hex", "5b5f56");
  const auto ended = zvm({"run", endless, "--gas", most, "--steps", "1000"});
  EXPECT_EQ(ended.out.find("\ncause "), std::string::npos) << ended.out;
  const auto out = json({"run", endless, "--gas", most, "--steps", "1000", "--json"});
  EXPECT_EQ(out["host"]["cause"], "None");
  EXPECT_TRUE(out["host"]["message"].get<std::string>().starts_with("StepLimit: ")) << out;
  EXPECT_FALSE(out["host"].contains("limit"));
  const std::string invalid = folder_.write("invalid.hex", "fe");
  EXPECT_EQ(zvm({"run", invalid}).out.find("\ncause "), std::string::npos);
  EXPECT_FALSE(json({"run", invalid, "--json"}).contains("host"));
  // A trace of half a run is none.
  const auto trace = zvm({"trace", wide, "--gas", most});
  EXPECT_EQ(trace.exit_code, 2);
  EXPECT_NE(trace.err.find(why), std::string::npos) << trace.err;
}

TEST_F(RunTool, RevisionsDiffer) {
  const std::string push0 = folder_.write("push0.hex", "5f00");
  EXPECT_EQ(zvm({"run", push0, "--revision", "shanghai"}).exit_code, 0);
  EXPECT_EQ(json({"run", push0, "--revision", "London", "--json"})["status"], "InvalidOpcode");
  EXPECT_EQ(json({"run", push0, "--revision", "amsterdam", "--json"})["status"], "Success");
  expect_refusal({"run", push0, "--revision", "atlantis"},
                 "there is no revision 'atlantis'; there are: frontier");
}

TEST_F(RunTool, TwoDimensionsOfGas) {
  const std::string store = folder_.write("store.hex", "60015f5500");
  const auto out =
      json({"run", store, "--revision", "amsterdam", "--state-gas", "100000", "--json"});
  EXPECT_EQ(out["gas_limit"], 30'000'000);
  EXPECT_EQ(out["state_gas_limit"], 100'000);
  EXPECT_EQ(out["gas_used"], 5 + 12'100 + 97'920);
  EXPECT_EQ(out["regular_gas_used"], 5 + 12'100);
  EXPECT_EQ(out["state_gas_used"], 97'920);
  EXPECT_NE(zvm({"run", store, "--revision", "amsterdam"})
                .out.find("gas used    110025 of 30000000: 12105 regular, 97920 state\n"),
            std::string::npos);
  EXPECT_NE(zvm({"run", store, "--revision", "amsterdam", "--state-gas", "7"})
                .out.find("of 30000000 and a reservoir of 7: 12105 regular"),
            std::string::npos);
  // Before Amsterdam there is one.
  const auto osaka = json({"run", store, "--json"});
  EXPECT_EQ(osaka["gas_used"], 22'105);
  EXPECT_FALSE(osaka.contains("regular_gas_used"));
  EXPECT_FALSE(osaka.contains("state_gas_limit"));
}

TEST_F(RunTool, Estimates) {
  const std::string store = folder_.write("store.hex", "60015f5500");
  EXPECT_EQ(json({"run", store, "--estimate", "--json"})["gas_estimate"], 21'000 + 22'105);
  EXPECT_EQ(json({"run", store, "--estimate", "--revision", "amsterdam", "--json"})["gas_estimate"],
            15'000 + 110'025);
  EXPECT_NE(zvm({"run", store, "--estimate"})
                .out.find("estimate    43105 is the least gas limit of a transaction\n"),
            std::string::npos);
  const std::string invalid = folder_.write("invalid.hex", "fe");
  EXPECT_TRUE(json({"run", invalid, "--estimate", "--json"})["gas_estimate"].is_null());
  EXPECT_NE(zvm({"run", invalid, "--estimate"})
                .out.find("no gas limit up to --gas will do: The designated INVALID"),
            std::string::npos);
  const std::string huge = folder_.write("huge.hex", std::string(98'306, '0'));
  EXPECT_NE(zvm({"run", huge, "--create", "--estimate"})
                .out.find("no gas limit up to --gas will do: The init code is over the limit.\n"),
            std::string::npos);
}

TEST_F(RunTool, WhatIsWrongIsSaid) {
  const std::string file = folder_.write("code.hex", kEvmCode);
  expect_refusal({"run"}, "FILE is required");
  expect_refusal({"run", folder_.path("nothing")}, "nothing: there is no such file");
  expect_refusal({"run", folder_.path("")}, "this is a directory, not a file");
  expect_refusal({"run", folder_.write("empty", "")}, "empty: the file is empty");
  expect_refusal({"run", folder_.write("blank", " \n")}, "blank: there is no code in the file");
  expect_refusal({"run", folder_.write("odd", "60016")},
                 "odd: an odd number of hexadecimal digits (5)");
  expect_refusal({"run", folder_.write("bad", "6001\n60zz")},
                 "bad: line 2, column 3: 'z' is no hexadecimal digit");
  expect_refusal({"run", folder_.write("wrong.zasm", "ADD\n  FROB")},
                 "wrong.zasm: line 2, column 3: there is no zvm mnemonic 'FROB'");
  expect_refusal({"run", file, "--vm", "jvm"}, "--vm: there is no VM 'jvm'");
  expect_refusal({"run", file, "--vm", "riscv"}, "--vm: riscv is known, and not supported");
  expect_refusal({"run", file, "--vm", "wasm"}, "this is no module of WebAssembly");
  expect_refusal({"run", file, "--tier", "fast"},
                 "--tier: there is no tier 'fast'; there are: auto, step, interp, asmjit");
  expect_refusal({"run", file, "--format", "elf"}, "--format: there is no format 'elf'");
  expect_refusal({"run", file, "--calldata", "0x123"},
                 "--calldata: an odd number of hexadecimal digits (3)");
  expect_refusal({"run", file, "--calldata", "xyz"}, "--calldata: 'x' is no hexadecimal digit");
  expect_refusal({"run", file, "--value", "0x1" + std::string(64, '0')},
                 "--value: the number is 2^256 or more");
  expect_refusal({"run", file, "--value", "ten"}, "--value: not a decimal digit");
  expect_refusal({"run", file, "--gas", "9223372036854775808"},
                 "--gas: 9223372036854775808 is more than 2^63-1");
  expect_refusal({"run", file, "--gas", "-1"}, "--gas");
  expect_refusal({"run", file, "--sender", "0x12"}, "--sender: 20 bytes are wanted, here are 1");
  expect_refusal({"run", file, "--address", "0x0000000000000000000000000000000000000001"},
                 "--address: there is the precompile");
  expect_refusal({"run", file, "--frob"}, "--frob");
  expect_refusal({"frob"}, "there is no verb 'frob' (zvm --help)");
  // A value of no characters is none: it must not pass for an option that was left out.
  for (const char* option : {"--steps", "--timeout", "--gas", "--value", "--tier"}) {
    expect_refusal({"run", file, option, ""}, std::string{option} + ": ");
    expect_refusal({"run", file, option + std::string{"="}}, option);
  }
  for (const char* option : {"--pc", "--function", "--opt", "--gas-schedule"})
    expect_refusal({"ir", file, option, ""}, std::string{option} + ": the value is empty");
  EXPECT_EQ(zvm({"run", file, "--calldata", ""}).exit_code, 0);
  expect_refusal({}, "A subcommand is required");
}

// Programs for RISC-V come as ELF files; to an EVM their bytes are a PUSH32.
TEST_F(RunTool, ElfFilesAreRefused) {
  const std::string elf = "\x7f"
                          "ELF\x02\x01\x01" +
                          std::string(57, '\0');
  const std::string file = folder_.write("program", elf);
  for (const char* verb : {"run", "evm", "hybrid", "trace", "ir", "disasm", "wasm"})
    expect_refusal({verb, file}, "program: this is an ELF file, and programs for RISC-V");
  expect_refusal({"run", file, "--vm", "zvm"}, "this is an ELF file");
  expect_refusal({"run", file, "--format", "raw"}, "this is an ELF file");
  expect_refusal({"run", folder_.write("program.hex", "7f454c46")}, "this is an ELF file");
  // Somebody who means it says so twice.
  const auto meant = zvm({"run", file, "--vm", "evm", "--format", "raw"});
  EXPECT_EQ(meant.exit_code, 0) << meant.err;
  EXPECT_NE(meant.err.find("begins like an ELF file"), std::string::npos) << meant.err;
}

TEST_F(RunTool, KnownFormatsAreNamed) {
  struct Row {
    std::string begins;
    const char* what;
  };
  const Row rows[] = {{"\x1f\x8b\x08", "a gzip file"},
                      {"PK\x03\x04", "a zip file"},
                      {"\x28\xb5\x2f\xfd", "a zstd file"},
                      {"{\"abi\": [\xc3\xa9]}", "JSON"},
                      {"[{\"a\":1}]\xff", "JSON"},
                      {std::string{"\xef\x00\x01", 3}, "the EVM Object Format"},
                      {"0x6001\xff", "hexadecimal text"}};
  for (const Row& row : rows) {
    const auto result = zvm({"run", folder_.write("file", row.begins)});
    EXPECT_NE(result.exit_code, 2) << result.err;
    EXPECT_NE(result.err.find("file begins like "), std::string::npos) << row.what;
    EXPECT_NE(result.err.find(row.what), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("and is taken for bare code"), std::string::npos) << result.err;
  }
  expect_refusal({"run", folder_.write("artefact.json", "{\"bytecode\": \"0x6001\"}")},
                 "artefact.json: this looks like JSON; what is run is the code in it alone");
  const std::string module{"\0asm\1\0\0\0", 8};
  const auto result = zvm({"evm", folder_.write("module", module)});
  EXPECT_NE(result.err.find("begins like a module of WebAssembly"), std::string::npos);
  const auto container = zvm({"evm", folder_.write("container", "ZVMC\xff"), "--format", "raw"});
  EXPECT_NE(container.err.find("begins like a ZVMC container"), std::string::npos);
}

TEST_F(RunTool, BrokenContainers) {
  expect_refusal({"run", folder_.write("short", "5a564d43")}, "not a valid ZVMC container");
  expect_refusal({"run", folder_.write("version", "5a564d4302000000"
                                                  "0100000000000000"
                                                  "00")},
                 "not a valid ZVMC container");
  expect_refusal({"run", folder_.write("wasm", "5a564d4301020000"
                                               "0100000000000000"
                                               "00")},
                 "this is no module of WebAssembly");
  expect_refusal({"run", folder_.write("riscv", "5a564d4301030000"
                                                "0100000000000000"
                                                "00")},
                 "the container is for riscv, which this version cannot run; it runs evm, zvm and");
  // To EVM code that is read as it stands they are instructions like any others.
  const std::string raw = folder_.write("raw", std::string{"ZVMC\x01", 5});
  EXPECT_EQ(zvm({"evm", raw, "--format", "raw"}).exit_code, 1);
}

TEST_F(RunTool, HugeFiles) {
  const std::string file = folder_.write("huge", std::string(size_t{65} << 20, '0'));
  expect_refusal({"run", file}, "huge: larger than 64 MiB");
}

TEST_F(RunTool, Hybrid) {
  const std::string evm = folder_.write("evm.hex", "6080604052600056");
  const auto guessed = zvm({"hybrid", evm, "--json"});
  EXPECT_NE(guessed.err.find("zvm: note: guessed that"), std::string::npos) << guessed.err;
  EXPECT_NE(guessed.err.find("is evm code"), std::string::npos) << guessed.err;
  EXPECT_EQ(nlohmann::json::parse(guessed.out)["guessed"], true);
  // PUSH1 7 PUSH1 1 SSTORE HALT
  const auto zvm_code = zvm({"hybrid",
                             folder_.write("zvm.hex", "11071101"
                                                      "9100"),
                             "--json"});
  EXPECT_NE(zvm_code.err.find("is zvm code"), std::string::npos) << zvm_code.err;
  EXPECT_EQ(nlohmann::json::parse(zvm_code.out)["vm"], "zvm");
  // What is said is not guessed.
  EXPECT_EQ(json({"hybrid", evm, "--vm", "evm", "--json"})["guessed"], false);
  EXPECT_EQ(json({"hybrid", folder_.write("t.easm", "STOP"), "--json"})["guessed"], false);
  expect_refusal({"hybrid", folder_.write("w.hex", "0061736d01000000")}, "not a contract: ");
  expect_refusal({"hybrid", folder_.write("e.hex", "7f454c46")}, "this is an ELF file");
}

TEST_F(RunTool, HelpForEveryVerb) {
  const auto help = zvm({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* verb : {"run", "evm", "hybrid", "demo", "asm", "disasm", "ir", "trace", "wasm",
                           "hash", "conformance", "statetest", "t8n", "t9n"}) {
    EXPECT_NE(help.out.find(std::string{"\n  "} + verb), std::string::npos) << verb;
    const auto verb_help = zvm({verb, "--help"});
    EXPECT_EQ(verb_help.exit_code, 0);
    EXPECT_NE(verb_help.out.find(std::string{"zvm "} + verb), std::string::npos) << verb_help.out;
    EXPECT_NE(verb_help.out.find("Exit codes: 0 "), std::string::npos) << verb_help.out;
    EXPECT_EQ(verb_help.out.find("[]"), std::string::npos) << verb_help.out;
  }
  EXPECT_EQ(zvm({"help"}).out, help.out);
  EXPECT_EQ(zvm({"help", "t8n"}).out, zvm({"t8n", "--help"}).out);
  // What an option is unless it is given is said where it is described.
  const std::pair<const char*, std::vector<const char*>> kDefaults[] = {
      {"run",
       {"--gas TEXT=30000000", "--tier TEXT=auto", "--revision TEXT=osaka", "--value TEXT=0",
        "--sender TEXT=0x00000000000000000000000000000000000a11ce"}},
      {"wasm", {"--gas TEXT=30000000", "--gas-schedule TEXT=wasm-1"}},
      {"conformance", {"--sample TEXT=1/1", "--threads UINT=0", "130 interrupted"}},
      {"statetest", {"--trace.format TEXT=json"}},
      {"t8n", {"--input.env TEXT=env.json", "--state.fork TEXT=GrayGlacier"}},
      {"t9n", {"--input.txs TEXT=txs.json", "--state.chainid TEXT=1"}},
      {"hybrid", {"else guessed"}},
  };
  for (const auto& [verb, texts] : kDefaults) {
    const std::string text = zvm({verb, "--help"}).out;
    for (const char* wanted : texts)
      EXPECT_NE(text.find(wanted), std::string::npos) << wanted << '\n' << text;
  }
  const auto version = zvm({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(version.out.starts_with("zvm ")) << version.out;
  for (const char* arguments : {"--help", "--version", "run --help"}) {
    const std::string tool = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "zvm";
    const std::string command = tool + " " + arguments + " >/dev/full 2>" + folder_.path("err");
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2) << arguments;
    EXPECT_EQ(folder_.read("err"), "zvm: error: standard output cannot be written\n");
  }
}

} // namespace
} // namespace zvm::cli
