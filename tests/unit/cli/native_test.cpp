// native, --dump and --gdb-jit: machine code to be looked at.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/support/golden.hpp"
#include "tests/unit/cli/tool.hpp"

namespace zvm::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const char* const kCounter = ZVM_SOURCE_DIR "/docs/examples/counter.c.hex";
const char* const kToken = ZVM_SOURCE_DIR "/docs/examples/token.hex";

/// Burns enough in its loop to be compiled.
constexpr const char* kLoop = R"(
  PUSH 0 PUSH 1000
again: JUMPDEST
  DUP1 DUP3 ADD SWAP2 POP
  PUSH 1 SWAP1 SUB
  DUP1 PUSH @again JUMPI
  STOP)";

class NativeTool : public Tool {
 protected:
  void SetUp() override {
    Tool::SetUp();
    if (IsSkipped())
      return;
    loop_ = folder_.write("loop.easm", kLoop);
    const auto result = zvm({"native", loop_});
    if (result.exit_code != 0)
      GTEST_SKIP() << "no machine code here: " << result.err;
  }
  std::vector<Json> lines(const std::vector<std::string>& arguments) {
    std::istringstream text{zvm(arguments).out};
    std::vector<Json> all;
    for (std::string line; std::getline(text, line);)
      all.push_back(Json::parse(line));
    return all;
  }

  std::string loop_;
};

TEST_F(NativeTool, Golden) {
  for (const std::string& file : test::golden_files("native")) {
    const std::string report = test::check_golden(file, [&](const test::Directives& directives,
                                                            std::string_view input) {
      std::vector<std::string> arguments{"native", folder_.write("code.easm", std::string{input})};
      const auto& more = directives.at("run");
      arguments.insert(arguments.end(), more.begin(), more.end());
      const auto result = zvm(arguments);
      return result.out + result.err;
    });
    EXPECT_TRUE(report.empty()) << report;
  }
}

/// The pieces of code follow each other without a gap, and their bytes are told.
void expect_whole(const Json& listing) {
  size_t at = 0;
  for (const Json& row : listing["rows"]) {
    for (const Json& line : row.value("code", Json::array())) {
      EXPECT_EQ(line["offset"], at) << line;
      at += line["bytes"].get<std::string>().size() / 2 - 1;
    }
  }
  EXPECT_EQ(listing["size"], at);
}

TEST_F(NativeTool, EachInstructionIsThereOnce) {
  const auto all = lines({"native", loop_, "--json"});
  ASSERT_EQ(all.size(), 1u);
  expect_whole(all[0]);
  std::multiset<int> pcs;
  int64_t gas = 0;
  std::set<std::string> texts;
  for (const Json& row : all[0]["rows"]) {
    gas += row.value("gas", int64_t{0});
    for (const Json& in : row.value("source", Json::array())) {
      pcs.insert(in["pc"].get<int>());
      texts.insert(in["text"].get<std::string>());
    }
  }
  EXPECT_EQ(std::set<int>(pcs.begin(), pcs.end()).size(), pcs.size());
  EXPECT_EQ(pcs.size(), 15u);
  EXPECT_TRUE(texts.contains("PUSH2 0x03e8"));
  EXPECT_EQ(gas, 2 + 3 + 40); // PUSH0 and PUSH2, and the loop
}

TEST_F(NativeTool, RowsAreOfTheirInstruction) {
  const auto all = lines({"native", loop_, "--json"});
  bool has_sum = false;
  for (const Json& row : all[0]["rows"]) {
    if (row.value("ir", "").find("add.i256") == std::string::npos)
      continue;
    has_sum = true;
    EXPECT_EQ(row["source"].back()["text"], "ADD");
    EXPECT_EQ(row["pc"], row["source"].back()["pc"]);
    EXPECT_TRUE(row["code"][0]["text"].get<std::string>().starts_with("add ")) << row;
    EXPECT_EQ(row["code"].size(), 4u);
  }
  EXPECT_TRUE(has_sum);
}

TEST_F(NativeTool, Filters) {
  for (const Json& row : lines({"native", loop_, "--json", "--pc", "5-8"})[0]["rows"]) {
    EXPECT_GE(row["pc"], 5);
    EXPECT_LE(row["pc"], 8);
  }
  for (const Json& row : lines({"native", loop_, "--json", "--block", "2"})[0]["rows"])
    EXPECT_EQ(row["block"], 2);
  const auto trace = lines({"native", loop_, "--json", "--trace", "4"});
  ASSERT_EQ(trace.size(), 1u);
  EXPECT_EQ(trace[0]["trace"], 4);
  expect_whole(trace[0]);
  expect_refusal({"native", loop_, "--pc", "8-5"}, "--pc: 8-5 ends before it begins");
  expect_refusal({"native", loop_, "--pc", "x"}, "--pc: not a decimal digit");
  expect_refusal({"native", loop_, "--pc", "1000"}, "there is no machine code of what");
  expect_refusal({"native", loop_, "--function", "7"},
                 "--function: there is no function 7; the program has 1");
  expect_refusal({"native", loop_, "--trace", "4", "--function", "0"},
                 "--function: a trace is one function");
  expect_refusal({"native", loop_, "--trace", "999"}, "--trace: 999 is outside the code");
}

TEST_F(NativeTool, FunctionsOfModules) {
  const auto all = lines({"native", kCounter, "--json"});
  ASSERT_GT(all.size(), 1u);
  bool has_offsets = false;
  for (const Json& function : all) {
    if (function.contains("refusal"))
      continue;
    expect_whole(function);
    for (const Json& row : function["rows"]) {
      for (const Json& in : row.value("source", Json::array()))
        has_offsets |= in["text"] == "global.get 0" && in["pc"] > 100;
    }
  }
  EXPECT_TRUE(has_offsets);
  const std::string first = std::to_string(all[0]["function"].get<int>());
  const auto only = lines({"native", kCounter, "--json", "--function", first});
  ASSERT_EQ(only.size(), 1u);
  EXPECT_EQ(only[0]["function"], all[0]["function"]);
  EXPECT_EQ(only[0]["size"], all[0]["size"]);
  EXPECT_EQ(only[0]["rows"].size(), all[0]["rows"].size());
  expect_refusal({"native", kCounter, "--function", "0"}, "there is no code of function 0");
  expect_refusal({"native", kCounter, "--trace", "0"}, "a module of WebAssembly has functions");
}

TEST_F(NativeTool, OfRealCode) {
  const auto all = lines({"native", kToken, "--json"});
  ASSERT_EQ(all.size(), 1u);
  expect_whole(all[0]);
  EXPECT_GT(all[0]["functions"], 1);
}

TEST_F(NativeTool, DumpWritesWhatIsCompiled) {
  const std::string to = folder_.path("dump/code");
  const auto result = zvm({"run", loop_, "--tier", "asmjit", "--dump", to});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  size_t texts = 0;
  for (const auto& entry : fs::directory_iterator{to}) {
    if (entry.path().extension() != ".txt")
      continue;
    ++texts;
    EXPECT_TRUE(entry.path().filename().string().ends_with("-program-0.txt")) << entry.path();
    std::ifstream stream{entry.path()};
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    EXPECT_NE(text.find("add.i256"), std::string::npos) << text;
    EXPECT_GT(fs::file_size(fs::path{entry.path()}.replace_extension(".bin")), 100u);
  }
  EXPECT_EQ(texts, 1u);
  expect_refusal({"run", loop_, "--dump", loop_}, "--dump: ");
}

TEST_F(NativeTool, DumpOfFunctions) {
  const std::string to = folder_.path("functions");
  const auto result = zvm({"run", kCounter, "--tier", "asmjit", "--dump", to, "--create"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto files =
      static_cast<size_t>(std::distance(fs::directory_iterator{to}, fs::directory_iterator{}));
  EXPECT_EQ(files % 2, 0u);
  EXPECT_GT(files, 0u);
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* const stream = popen(command.c_str(), "r");
  char buffer[4096];
  for (size_t n = 0; stream != nullptr && (n = std::fread(buffer, 1, sizeof buffer, stream)) != 0;)
    out.append(buffer, n);
  if (stream != nullptr)
    pclose(stream);
  return out;
}

TEST_F(NativeTool, GdbFindsTheCode) {
  const std::string tool = (fs::read_symlink("/proc/self/exe").parent_path() / "zvm").string();
  const std::string gdb =
      "gdb -nx -batch -ex 'set confirm off' -ex 'set debuginfod enabled off' "
      "-ex 'break zvm::cli::Run::finish_dump' -ex 'run' -ex 'info functions ^zvm_.*_program_0$' "
      "-ex 'kill' --args '" +
      tool + "' run '" + loop_ + "' --tier asmjit --gdb-jit 2>&1";
  const std::string out = output_of(gdb);
  if (out.find("Breakpoint 1, ") == std::string::npos)
    GTEST_SKIP() << "gdb is absent, or can run nothing here: " << out.substr(0, 200);
  EXPECT_NE(out.find("_program_0\n"), std::string::npos) << out;
}

} // namespace
} // namespace zvm::cli
