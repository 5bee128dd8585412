// Runs tests/cases on every tier, and checks that no row of an opcode table lacks a case.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "frontend/evm/opcodes.hpp"
#include "frontend/zvm/container.hpp"
#include "frontend/zvm/opcodes.hpp"
#include "tests/support/case_executor.hpp"

namespace zvm::test {
namespace {

namespace fs = std::filesystem;
using frontend::OpcodeInfo;
using frontend::OpcodeTable;

constexpr std::string_view kFolders[] = {"zvm", "evm"};

const OpcodeTable& table(std::string_view folder) {
  return folder == "zvm" ? frontend::zvm::kOpcodes : frontend::evm::kOpcodes;
}

/// "zvm/add", "zvm/add_wraps", …, sorted.
const std::vector<std::string>& case_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> found;
    for (const std::string_view folder : kFolders) {
      for (const auto& entry :
           fs::directory_iterator(fs::path{ZVM_SOURCE_DIR} / "tests/cases" / folder)) {
        if (entry.path().extension() == ".case")
          found.push_back(std::string{folder} + "/" + entry.path().stem().string());
      }
    }
    std::ranges::sort(found);
    return found;
  }();
  return names;
}

Result<CaseFile> load(const std::string& name) {
  std::ifstream file{fs::path{ZVM_SOURCE_DIR} / "tests/cases" / (name + ".case")};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  return parse_case(name, text);
}

std::string lower_case(std::string_view name) {
  std::string out{name};
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// True where the program has the opcode as an instruction.
bool uses(const OpcodeTable& opcodes, ByteView code, unsigned opcode) {
  frontend::zvm::Container container;
  if (frontend::zvm::try_parse_container(code, container).text == nullptr)
    code = container.code;
  for (size_t pc = 0; pc < code.size(); pc += 1u + opcodes[code[pc]].immediate) {
    if (code[pc] == opcode)
      return true;
  }
  return false;
}

struct Run {
  std::string tier, name;
};
void PrintTo(const Run& run, std::ostream* out) { *out << run.tier << " " << run.name; }

std::vector<Run> runs() {
  std::vector<Run> out;
  for (const auto& executor : make_case_executors()) {
    for (const std::string& name : case_names())
      out.push_back({std::string{executor->tier()}, name});
  }
  return out;
}

class Cases : public testing::TestWithParam<Run> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Cases);

TEST_P(Cases, HasTheExpectedOutcome) {
  const auto file = load(GetParam().name);
  ASSERT_TRUE(file) << file.error().detail;
  for (const auto& executor : make_case_executors()) {
    if (executor->tier() != GetParam().tier)
      continue;
    for (const std::string& line : compare(file->expected, executor->run(file->input)))
      ADD_FAILURE() << GetParam().name << ".case, tier " << executor->tier() << ": " << line
                    << "\n(" << file->about << ")";
  }
}

INSTANTIATE_TEST_SUITE_P(All, Cases, testing::ValuesIn(runs()), [](const auto& info) {
  std::string name = info.param.tier + "_" + info.param.name;
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

TEST(CaseFiles, AllCanBeRead) {
  for (const std::string& name : case_names()) {
    const auto file = load(name);
    EXPECT_TRUE(file) << file.error().detail;
  }
}

TEST(CaseFiles, EveryOpcodeHasOne) {
  for (const std::string_view folder : kFolders) {
    const OpcodeTable& opcodes = table(folder);
    for (unsigned byte = 0; byte < 256; ++byte) {
      if (!opcodes[byte].is_assigned())
        continue;
      const std::string name = std::string{folder} + "/" + lower_case(opcodes[byte].name);
      if (!std::ranges::binary_search(case_names(), name)) {
        ADD_FAILURE() << "tests/cases/" << name << ".case is missing";
        continue;
      }
      if (const auto file = load(name))
        EXPECT_TRUE(uses(opcodes, file->program, byte))
            << name << ".case does not use " << opcodes[byte].name;
    }
  }
}

TEST(CaseFiles, NamesBeginWithAnOpcodeOrRule) {
  for (const std::string& name : case_names()) {
    const std::string_view folder = std::string_view{name}.substr(0, 3);
    const std::string stem = name.substr(4) + "_";
    const bool known = stem.starts_with("rule_") ||
                       std::ranges::any_of(table(folder), [&](const OpcodeInfo& info) {
                         return info.is_assigned() && stem.starts_with(lower_case(info.name) + "_");
                       });
    EXPECT_TRUE(known) << name << ".case";
  }
}

/// Names in backquotes of the list of Amsterdam's rules are cases, and each case of that revision
/// is one of them.
TEST(CaseFiles, AmsterdamsStandInTheListOfRules) {
  std::ifstream file{fs::path{ZVM_SOURCE_DIR} / "tests/cases/amsterdam.md"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::set<std::string> listed;
  for (size_t line = 0; line < text.size();) {
    const size_t end = std::min(text.find('\n', line), text.size());
    for (size_t at = text[line] == '|' ? text.find('`', line) : end; at < end;) {
      const size_t close = text.find('`', at + 1);
      listed.insert("evm/" + text.substr(at + 1, close - at - 1));
      at = text.find('`', close + 1);
    }
    line = end + 1;
  }
  for (const std::string& name : listed)
    EXPECT_TRUE(std::ranges::binary_search(case_names(), name)) << name;
  for (const std::string& name : case_names()) {
    const auto read = load(name);
    if (read && read->input.revision == Revision::Amsterdam)
      EXPECT_TRUE(listed.contains(name)) << name << " holds no rule of tests/cases/amsterdam.md";
  }
}

} // namespace
} // namespace zvm::test
