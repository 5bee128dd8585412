// The golden files of the IR: tests/golden/ir (parser, printer, verifier), tests/golden/passes,
// tests/golden/code (the interpreter's code), tests/golden/programs (assembler text as programs), and
// tests/golden/modules (functions of modules that compilers have made).
// `# run:` names what is done with each case: verify, lower, or passes in their order; slot and
// word, at the end, give the code.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "backend/interp/listing.hpp"
#include "base/hex.hpp"
#include "frontend/asm/assembler.hpp"
#include "frontend/evm/evm.hpp"
#include "frontend/program.hpp"
#include "frontend/wasm/decode.hpp"
#include "frontend/wasm/lower.hpp"
#include "frontend/wasm/validate.hpp"
#include "frontend/zvm/zvm.hpp"
#include "ir/module_text.hpp"
#include "ir/parse.hpp"
#include "ir/passes/passes.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "runtime/hash/keccak.hpp"
#include "tests/support/golden.hpp"

namespace zvm::test {
namespace {

using Pass = bool (*)(ir::Function&, ir::PassContext&);

bool all(ir::Function& f, ir::PassContext& context) {
  return ir::optimize(f, ir::Level::Local, context);
}
bool whole(ir::Function& f, ir::PassContext& context) {
  return ir::optimize(f, ir::Level::Whole, context);
}

const std::map<std::string, Pass, std::less<>>& passes() {
  static const std::map<std::string, Pass, std::less<>> kPasses = {
      {"fold", ir::fold}, {"cse", ir::cse},       {"touches", ir::touches}, {"narrow", ir::narrow},
      {"dce", ir::dce},   {"optimize", all},      {"ssa", ir::ssa},         {"gvn", ir::gvn},
      {"sccp", ir::sccp}, {"params", ir::params}, {"ranges", ir::ranges},   {"whole", whole},
  };
  return kPasses;
}

std::string code_of(const ir::Function& f, bool is_slot) {
  const std::string code = is_slot ? backend::interp::list_slot_code(f)
                                   : backend::interp::list_word_code(f, {.imports = 2}, 8);
  return code.empty() ? "the translator does not take it\n" : code;
}

/// The printed function or code, or the first refusal.
std::string run_ir(const Directives& directives, std::string_view input) {
  auto f = ir::parse(input);
  if (!f)
    return f.error().message() + "\n";
  if (const auto v = ir::verify(*f); !v)
    return v.error().message() + "\n";
  const auto run = directives.find("run");
  if (run == directives.end())
    return "the file has no `# run:`\n";
  ir::PassContext context{{runtime::keccak256_word, runtime::keccak256_pair}};
  for (const std::string& name : run->second) {
    if (name == "verify")
      continue;
    if (name == "slot" || name == "word")
      return code_of(*f, name == "slot");
    const auto pass = passes().find(name);
    if (pass == passes().end())
      return "no pass '" + name + "'\n";
    if (!pass->second(*f, context))
      return name + ": out of memory\n";
    if (const auto v = ir::verify(*f); !v)
      return "after " + name + ": " + v.error().message() + "\n" + ir::print(*f);
  }
  return ir::print(*f);
}

/// What a file of docs/examples holds in hexadecimal; empty where it is none.
std::vector<uint8_t> example(const std::string& name) {
  std::ifstream file{ZVM_SOURCE_DIR "/docs/examples/" + name};
  std::string digits{std::istreambuf_iterator<char>{file}, {}};
  std::erase(digits, '\n');
  auto bytes = parse_hex(digits);
  return bytes ? std::move(*bytes) : std::vector<uint8_t>{};
}

/// Assembler text, or an example of EVM code from an offset on, as a program.
std::string run_program(const Directives& directives, std::string_view input) {
  std::vector<uint8_t> code;
  bool is_evm = true;
  constexpr std::string_view kExample = ".example ";
  if (input.starts_with(kExample)) {
    std::istringstream words{std::string{input.substr(kExample.size())}};
    std::string name;
    size_t offset = 0;
    words >> name >> offset;
    code = example(name);
    if (code.size() <= offset)
      return "no code is there\n";
    code.erase(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(offset));
  } else {
    const auto assembled = frontend::assembler::assemble(input, {.symbols = {}});
    if (!assembled)
      return assembled.error().message() + "\n";
    is_evm = assembled->language == Vm::Evm;
    code = assembled->bytes;
  }
  const frontend::Guest& guest = is_evm ? frontend::evm::kGuest : frontend::zvm::kGuest;
  const gas::Schedule schedule =
      is_evm ? gas::make_evm_schedule(kLatestRevision) : gas::make_zvm_schedule(kLatestRevision);
  const size_t size = code.size();
  code.resize(size + 64);
  std::vector<uint64_t> destinations(size / 64 + 1);
  guest.find_destinations({code.data(), size}, false, destinations.data());
  ir::Module module;
  if (!frontend::lower_program(guest, {code.data(), size, destinations.data(), &schedule}, {},
                               module))
    return "refused\n";
  ir::PassContext context;
  for (const std::string& name : directives.at("run")) {
    for (ir::Function& f : std::span{module.bodies.get(), module.own_functions()}) {
      if (name != "lower" && !passes().at(name)(f, context))
        return name + ": out of memory\n";
    }
    if (const auto v = ir::verify(module); !v)
      return "after " + name + ": " + v.error().message() + "\n" + ir::print(module);
  }
  return ir::print(module);
}

/// A module of docs/examples, and a function of its own, by number.
std::string run_module(const Directives& directives, std::string_view input) {
  std::istringstream words{std::string{input}};
  std::string name;
  uint32_t index = 0;
  words >> name >> index;
  const std::vector<uint8_t> bytes = example(name);
  namespace wasm = frontend::wasm;
  const auto module = wasm::decode(bytes, wasm::kContractProfile);
  if (!module)
    return module.error().message() + "\n";
  const auto facts = wasm::validate(*module, wasm::kContractProfile);
  ir::Function f;
  ir::PassContext context;
  if (!facts || index >= facts->size() ||
      !wasm::lower(*module, facts->view(), index, {wasm::kContractProfile}, f))
    return "not lowered\n";
  for (const std::string& pass : directives.at("run")) {
    if (!passes().at(pass)(f, context))
      return pass + ": out of memory\n";
    if (const auto v = ir::verify(f); !v)
      return "after " + pass + ": " + v.error().message() + "\n" + ir::print(f);
  }
  return ir::print(f);
}

class ModuleGolden : public testing::TestWithParam<std::string> {};

TEST_P(ModuleGolden, File) {
  const std::string report = check_golden(GetParam(), run_module);
  EXPECT_TRUE(report.empty()) << report;
}

class ProgramGolden : public testing::TestWithParam<std::string> {};

TEST_P(ProgramGolden, File) {
  const std::string report = check_golden(GetParam(), run_program);
  EXPECT_TRUE(report.empty()) << report;
}

class IrGolden : public testing::TestWithParam<std::string> {};

TEST_P(IrGolden, File) {
  const std::string report = check_golden(GetParam(), run_ir);
  EXPECT_TRUE(report.empty()) << report;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr(0, info.param.rfind('.'));
  for (char& c : name) {
    if (!isalnum(static_cast<unsigned char>(c)))
      c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Passes, IrGolden, testing::ValuesIn(golden_files("passes")), test_name);
INSTANTIATE_TEST_SUITE_P(Code, IrGolden, testing::ValuesIn(golden_files("code")), test_name);
INSTANTIATE_TEST_SUITE_P(Programs, ProgramGolden, testing::ValuesIn(golden_files("programs")),
                         test_name);
INSTANTIATE_TEST_SUITE_P(Modules, ModuleGolden, testing::ValuesIn(golden_files("modules")),
                         test_name);
INSTANTIATE_TEST_SUITE_P(Text, IrGolden, testing::ValuesIn(golden_files("ir")), test_name);

TEST(Golden, DiffShowsWhatChanged) {
  EXPECT_EQ(line_diff("a\nb\nc\n", "a\nx\nc\nd\n"), "  a\n- b\n+ x\n  c\n+ d\n");
  EXPECT_EQ(line_diff("a\n", "a\n"), "  a\n");
}

} // namespace
} // namespace zvm::test
