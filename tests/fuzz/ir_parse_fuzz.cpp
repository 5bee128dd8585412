// The text form of the IR: any text is refused or read; what is read prints and reads back the
// same; what verifies verifies after the passes too.
#include "ir/module_text.hpp"
#include "ir/parse.hpp"
#include "ir/passes/passes.hpp"
#include "ir/print.hpp"
#include "ir/verify.hpp"
#include "tests/fuzz/generators/choices.hpp"
#include "tests/fuzz/oracles/expect.hpp"
#include "tests/support/ir/random_function.hpp"

namespace zvm::fuzz {
namespace {

/// The text of a correct function with a few bytes changed.
std::string damaged_function(ByteView data) {
  Choices c{data};
  test::Choices numbers{c.number(2)};
  test::RandomShape shape;
  shape.instructions = 1 + c.below(20);
  std::string text = ir::print(test::random_function(numbers, shape));
  constexpr std::string_view kPieces[] = {"0x0",       "v0",   "block1", "state",      " ",
                                          "\n",        "i256", "i64",    "[",          "]",
                                          ",",         "=",    "stop",   "br ",        "call ",
                                          "mem.touch", "0xf",  "-",      "4294967296", "add.i256 "};
  for (unsigned n = c.below(6); n > 0; --n) {
    const size_t at = c.below(static_cast<uint32_t>(text.size()));
    const size_t size = c.below(8);
    text.replace(at, c.one_in(2) ? size : 0,
                 c.one_in(2) ? std::string{c.pick(kPieces)} : std::string{});
  }
  return text;
}

/// A module around functions, or whatever else begins so.
void check_module(std::string_view text) {
  const auto read = ir::parse_module(text);
  if (!read)
    return;
  const std::string printed = ir::print(*read);
  const auto again = ir::parse_module(printed);
  expect(again.has_value(), "a module that was printed does not parse", printed);
  expect(ir::print(*again) == printed, "a module does not print the same twice", printed);
  (void)ir::verify(*read);
}

void check(std::string_view text) {
  check_module(text.starts_with("module") ? text
                                          : "module\ntype ()\ndefine 0\n" + std::string{text});
  auto read = ir::parse(text);
  if (!read)
    return;
  const std::string printed = ir::print(*read);
  const auto again = ir::parse(printed);
  expect(again.has_value(), "what was printed does not parse", printed);
  expect(ir::print(*again) == printed, "it does not print the same twice", printed);
  if (!ir::verify(*read))
    return;
  (void)ir::verify_loops(*read);
  static ir::PassContext context;
  constexpr auto kLocal = [](ir::Function& f, ir::PassContext& c) {
    return ir::optimize(f, ir::Level::Local, c);
  };
  using Pass = bool (*)(ir::Function&, ir::PassContext&);
  constexpr Pass kPasses[] = {ir::ssa, ir::sccp, ir::gvn, ir::params, kLocal};
  for (const Pass pass : kPasses) {
    expect(pass(*read, context), "the passes ran out of memory");
    const auto verified = ir::verify(*read);
    if (!verified)
      expect(false, "a pass broke it: " + verified.error().message(), printed + ir::print(*read));
  }
}

} // namespace
} // namespace zvm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace zvm::fuzz;
  if (size > 0 && data[0] % 4 == 0)
    check({reinterpret_cast<const char*>(data) + 1, size - 1});
  else
    check(damaged_function({data, size}));
  return 0;
}
