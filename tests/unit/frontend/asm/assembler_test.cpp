#include "frontend/asm/assembler.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "frontend/zvm/analysis.hpp"
#include "frontend/zvm/container.hpp"

namespace zvm::frontend::assembler {
namespace {

std::string hex(ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string assembled(std::string_view text, const AssembleOptions& options = {}) {
  const auto program = assemble(text, options);
  return program ? hex(program->bytes) : program.error().detail;
}
std::string evm(std::string_view text, Revision revision = kLatestRevision) {
  return assembled(text, {Vm::Evm, revision, {}});
}

TEST(Assembler, Instructions) {
  EXPECT_EQ(assembled(""), "");
  EXPECT_EQ(assembled("push1 1 PUSH1 0x02\n  ADD ; comment\n HALT // comment"), "1101110230"
                                                                                "00");
  EXPECT_EQ(assembled("PUSH2 1, PUSH4 1"), "1200011300000001");
  EXPECT_EQ(assembled("TABLEHASH STOP"), "d200");
  EXPECT_EQ(evm("PUSH1 1 SHA3 KECCAK256 DIFFICULTY"), "6001202044");
}

TEST(Assembler, SmallestPush) {
  EXPECT_EQ(assembled("PUSH 0"), "1100");
  EXPECT_EQ(assembled("PUSH 255 PUSH 256 PUSH 65536"), "11ff1201001300010000");
  EXPECT_EQ(assembled("PUSH 0x100000000"), "140000000100000000");
  EXPECT_EQ(assembled("PUSH 0x10000000000000000"), "1500000000000000010000000000000000");
  EXPECT_EQ(assembled("PUSH -1"), "16" + std::string(64, 'f'));
  EXPECT_EQ(evm("PUSH 0"), "5f");
  EXPECT_EQ(evm("PUSH 0", Revision::London), "6000");
  EXPECT_EQ(evm("PUSH 65536"), "62010000");
}

TEST(Assembler, Numbers) {
  EXPECT_EQ(assembled("PUSH 1_000 PUSH 0xFf"), "1203e811ff");
  EXPECT_EQ(assembled("PUSH 0x1"
                      "0000000000000000000000000000000000000000000000000000000000000000"),
            "line 1, column 6: '0x10000000000000000000000000000000000000…' does not fit 256 bits");
  EXPECT_EQ(assembled("PUSH 12ab"), "line 1, column 6: '12ab' is not a number");
  EXPECT_EQ(assembled("PUSH1 256"),
            "line 1, column 7: the operand needs 2 bytes, there is room for 1");
  EXPECT_EQ(assembled("PUSH1 2+3-1"), "1104");
}

TEST(Assembler, Labels) {
  EXPECT_EQ(assembled("start: JUMPDEST PUSH @start JUMP"), "a31100a0");
  EXPECT_EQ(assembled("PUSH2 @end JUMP\nend: JUMPDEST"), "120004a0a3");
  EXPECT_EQ(assembled("PUSH @end-@mid\nmid: NOP NOP\nend:"), "11020101");
  EXPECT_EQ(assembled(".byte @x x: .word @x").substr(0, 4), "0100");
}

// A label behind 255 bytes needs two bytes in ZVM and EVM; widening one push moves the label of
// another.
TEST(Assembler, LabelsWidenPushes) {
  const std::string gap = ".zero 250\n";
  EXPECT_EQ(assembled("PUSH @end " + gap + "end:").substr(0, 4), "11fc");
  EXPECT_EQ(assembled("PUSH @end " + gap + "NOP NOP NOP NOP end:").substr(0, 6), "120101");
  // With one byte each, a would be at 255 and b at 257; two bytes for b move a to 256.
  EXPECT_EQ(assembled("PUSH @a PUSH @b NOP " + gap + "a: NOP NOP b:").substr(0, 14),
            "12010112010301");
}

TEST(Assembler, Data) {
  EXPECT_EQ(assembled(".byte 1 2 0xff"), "0102ff");
  EXPECT_EQ(assembled(".hex 0x .hex 0x0aBc_0d"), "0abc0d");
  EXPECT_EQ(assembled(R"(.ascii "a\"\\\n\x7f\0")"), "61225c0a7f00");
  EXPECT_EQ(assembled(".zero 3"), "000000");
  EXPECT_EQ(assembled(".equ five 5\n PUSH $five+1"), "1106");
  EXPECT_EQ(assembled("PUSH $who", {Vm::Zvm, kLatestRevision, {{"who", 7}}}), "1107");
}

TEST(Assembler, Blocks) {
  // Labels inside count from the beginning of the block.
  EXPECT_EQ(assembled("NOP PUSH @init PUSH @init.size\n"
                      ".begin init\n NOP\n here: JUMPDEST PUSH @here\n.end\n after: PUSH @after"),
            "0111051104"
            "01a31101"
            "1109");
  EXPECT_EQ(assembled("x: .begin b PUSH @x .end"),
            "line 1, column 18: there is no label 'x' in this block");
  EXPECT_EQ(assembled("x: PUSH @x.size"), "line 1, column 9: 'x' is no block");
  EXPECT_EQ(assembled(".begin a\n.end\n.end"), "line 3, column 1: .end without .begin");
  EXPECT_EQ(assembled("\n .begin a"), "line 2, column 2: .begin without .end");
  // Languages may differ.
  EXPECT_EQ(assembled("NOP .begin e .vm evm\n PUSH0 STOP .end NOP"), "01"
                                                                     "5f00"
                                                                     "01");
}

TEST(Assembler, Containers) {
  EXPECT_EQ(assembled(".container strict_jumpdest .abi \"{}\"\n start: JUMPDEST PUSH @start JUMP"),
            "5a564d43"
            "01000100"
            "04000000"
            "02000000"
            "a31100a0"
            "7b7d");
  EXPECT_EQ(assembled(".container evm\n PUSH0"), "5a564d43"
                                                 "01010000"
                                                 "01000000"
                                                 "00000000"
                                                 "5f");
  EXPECT_EQ(evm(".container\n STOP"), "5a564d43"
                                      "01010000"
                                      "01000000"
                                      "00000000"
                                      "00");
  EXPECT_EQ(assembled(".container wasm .hex 0x0061736d").substr(8, 8), "01020000");
  EXPECT_EQ(assembled(".container wasm\n NOP"),
            "line 2, column 2: expected data: this block has no mnemonics");
  EXPECT_EQ(assembled("NOP .container"),
            "line 1, column 5: .container must be the first in its block");
  EXPECT_EQ(assembled("PUSH @c PUSH @c.size .begin c .container\n NOP a: PUSH @a .end"), "1104"
                                                                                         "1113"
                                                                                         "5a564d43"
                                                                                         "01000000"
                                                                                         "03000000"
                                                                                         "00000000"
                                                                                         "011101");
  EXPECT_EQ(assembled(".container evm strict_jumpdest"),
            "line 1, column 1: STRICT_JUMPDEST is a flag of target zvm only");
  const auto program = assemble(".container\n NOP end:");
  ASSERT_TRUE(program);
  EXPECT_TRUE(program->is_container);
  EXPECT_EQ(program->labels.at("end"), 1u);
}

TEST(Assembler, Errors) {
  EXPECT_EQ(assembled("ADD\n  FOO"), "line 2, column 3: there is no zvm mnemonic 'FOO'");
  EXPECT_EQ(assembled("PUSH1 ADD"), "line 1, column 7: expected the operand of PUSH1 (a number, "
                                    "@label or $symbol), found 'ADD'");
  EXPECT_EQ(assembled("PUSH1"), "line 1, column 6: expected the operand of PUSH1 (a number, "
                                "@label or $symbol), found the end of the text");
  EXPECT_EQ(assembled("PUSH3 1"), "line 1, column 1: there is no zvm mnemonic 'PUSH3'");
  EXPECT_EQ(evm("MCOPY", Revision::London),
            "line 1, column 1: MCOPY is defined from cancun on, not in london");
  EXPECT_EQ(evm("DUPN 16", Revision::Amsterdam),
            "line 1, column 1: DUPN names items 17 to 235, not 16");
  EXPECT_EQ(
      evm("EXCHANGE 2 1", Revision::Amsterdam),
      "line 1, column 1: EXCHANGE names n and m with 0 < n < m and n + m up to 30, not 2 and 1");
  EXPECT_EQ(assembled("a: a:"), "line 1, column 4: the label 'a' stands twice in its block");
  EXPECT_EQ(assembled(".nope"), "line 1, column 1: there is no directive '.nope'");
  EXPECT_EQ(assembled(".hex 0x123"), "line 1, column 6: an odd number of hexadecimal digits");
  EXPECT_EQ(assembled(".ascii \"abc"), "line 1, column 8: expected a string, found a string "
                                       "without an end");
  EXPECT_EQ(assembled("\x01"), "line 1, column 1: expected a mnemonic, a label or a directive, "
                               "found the byte 0x01");
  EXPECT_EQ(assembled("PUSH $nope"), "line 1, column 6: there is no symbol '$nope'");
  EXPECT_EQ(assembled(".zero 9000000"), "line 1, column 7: more than 4194304 zeros");
  EXPECT_EQ(assembled(".zero 4000000 .zero 4000000"),
            "line 1, column 1: the program is longer than 4194304 bytes");
  EXPECT_EQ(assemble("\n\nFOO").error().offset, 3u);
}

// Every operand here depends on the width of the pushes before it.
TEST(Assembler, ManyRoundsEnd) {
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text +=
        "PUSH @l" + std::to_string(i) + "+@l" + std::to_string(i) + " l" + std::to_string(i) + ": ";
  const auto program = assemble(text);
  ASSERT_TRUE(program) << program.error().detail;
  EXPECT_LT(program->bytes.size(), 3000u * 5);
}

TEST(Assembler, DeepNestingIsRefused) {
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text += ".begin a ";
  EXPECT_EQ(assembled(text), "line 1, column 145: more than 16 blocks in each other");
}

// The example in docs/zvm-isa.md, the block that begins with a comment.
TEST(Assembler, DocumentedExample) {
  std::ifstream file{ZVM_SOURCE_DIR "/docs/zvm-isa.md"};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  const std::string fence = "```\n";
  const size_t begin = page.find(fence + "; A counter") + fence.size();
  const auto program = assemble(page.substr(begin, page.find(fence, begin) - begin));
  ASSERT_TRUE(program) << program.error().detail;
  const auto container = zvm::parse_container(program->bytes);
  ASSERT_TRUE(container) << container.error().message();
  EXPECT_TRUE(container->is_strict());
  EXPECT_TRUE(zvm::validate(container->code, true).empty());
}

} // namespace
} // namespace zvm::frontend::assembler
