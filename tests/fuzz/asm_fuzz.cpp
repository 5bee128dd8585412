// The assembler on any text; and any bytes, disassembled and assembled again, are the same bytes.
#include <algorithm>

#include "base/hex.hpp"
#include "frontend/asm/assembler.hpp"
#include "frontend/asm/disassembler.hpp"
#include "tests/fuzz/generators/program.hpp"
#include "tests/fuzz/oracles/expect.hpp"

namespace zvm::fuzz {
namespace {

using namespace frontend::assembler;

void round_trip(ByteView bytes, const DisassembleOptions& options) {
  const std::string text = disassemble(bytes, options);
  const auto again = assemble(text, {options.language, options.revision, {}});
  expect(again.has_value(), "a listing does not assemble",
         again ? "" : again.error().detail + "\n" + text);
  expect(std::ranges::equal(again->bytes, bytes), "a listing is not the bytes it was made from",
         to_hex(bytes) + "\n" + text);
}

/// Pieces of assembler text in any order, so that more than the first line is looked at.
std::string text_of(Choices& c) {
  constexpr std::string_view kPieces[] = {"PUSH1 ",
                                          "PUSH ",
                                          "PUSH32 ",
                                          "ADD ",
                                          "JUMP ",
                                          "@a ",
                                          "@b ",
                                          "@c.size",
                                          "a: ",
                                          "b: ",
                                          "\n",
                                          "\n",
                                          "\n",
                                          " ",
                                          "0x",
                                          "ff ",
                                          "1 ",
                                          "256 ",
                                          "$x ",
                                          "; c\n",
                                          ".vm evm\n",
                                          ".vm",
                                          " zvm",
                                          ".byte ",
                                          ".hex 0x",
                                          ".word ",
                                          "\n.end\n",
                                          "\n.begin c\n",
                                          ".equ y ",
                                          ".zero 3",
                                          ".ascii \"",
                                          "\"",
                                          ".container",
                                          " strict_jumpdest\n",
                                          " evm\n",
                                          " wasm\n",
                                          "-",
                                          "+",
                                          "DUP1 ",
                                          "SWAP16 ",
                                          ":",
                                          ".abi \"",
                                          ".abi_hex 0x",
                                          "JUMPDEST ",
                                          "STOP ",
                                          "HALT ",
                                          "\\x4",
                                          ",",
                                          "99999999999999999999"};
  std::string text;
  for (unsigned n = c.below(60); n > 0; --n)
    text += c.pick(kPieces);
  return text;
}

void check_text(std::string_view text, Vm language) {
  const auto program = assemble(text, {language, kLatestRevision, {{"x", U256{7}}}});
  if (!program)
    return expect(!program.error().detail.empty(), "a refusal without a reason", text);
  if (is_bytecode(program->language) || program->is_container)
    round_trip(program->bytes, {program->language, kLatestRevision, false, true});
}

void check(ByteView data) {
  Choices c{data};
  const auto language = c.one_in(2) ? Vm::Evm : Vm::Zvm;
  const DisassembleOptions options{language, static_cast<Revision>(c.below(15)), c.one_in(2),
                                   c.one_in(2)};
  switch (c.below(4)) {
  case 0:
    return check_text({reinterpret_cast<const char*>(c.rest().data()), c.rest().size()}, language);
  case 1:
    return check_text(text_of(c), language);
  case 2:
    return round_trip(c.rest(), options);
  default: {
    Surroundings world{{0xc001}, true, language, options.revision};
    const Vm vm = c.one_in(2) ? Vm::Evm : Vm::Zvm;
    Bytes code = stored_form(c, vm, world, make_program(c, vm, world, {}));
    code.resize(code.size() -
                c.below(static_cast<uint32_t>(std::min<size_t>(code.size(), 200)) + 1));
    return round_trip(code, options);
  }
  }
}

} // namespace
} // namespace zvm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  zvm::fuzz::check({data, size});
  return 0;
}
