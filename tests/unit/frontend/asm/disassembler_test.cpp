#include "frontend/asm/disassembler.hpp"

#include <random>

#include <gtest/gtest.h>

#include "frontend/asm/assembler.hpp"
#include "frontend/zvm/container.hpp"

namespace zvm::frontend::assembler {
namespace {

using Bytes = std::vector<uint8_t>;

void expect_round_trip(const Bytes& bytes, const DisassembleOptions& options) {
  const std::string text = disassemble(bytes, options);
  const auto program = assemble(text);
  ASSERT_TRUE(program) << program.error().detail << "\n" << text;
  EXPECT_EQ(program->bytes, bytes) << text;
}

TEST(Disassembler, ShowsInstructions) {
  EXPECT_EQ(disassemble(Bytes{0x11, 0x2a, 0x30, 0x12, 0x00, 0x07, 0xa0, 0xa3}),
            ".vm zvm\n"
            "  PUSH1 0x2a                  ; 0000\n"
            "  ADD                         ; 0002\n"
            "  PUSH2 @L0007                ; 0003\n"
            "  JUMP                        ; 0006\n"
            "L0007:\n"
            "  JUMPDEST                    ; 0007\n");
}

TEST(Disassembler, ShowsWhatIsNoInstruction) {
  EXPECT_EQ(disassemble(Bytes{0xff, 0x12, 0x01}, {.has_offsets = false}),
            ".vm zvm\n"
            "  .byte 0xff                  ; not an opcode\n"
            "  .hex 0x1201                 ; cut off\n");
  EXPECT_EQ(disassemble(Bytes{0xe6, 0x0c}, {.language = Vm::Evm, .has_offsets = false}),
            ".vm evm\n"
            "  .byte 0xe6                  ; not an opcode; DUPN from amsterdam on\n"
            "  .byte 0x0c                  ; not an opcode\n");
}

TEST(Disassembler, ShowsContainers) {
  const Bytes code = {0x5f, 0x00};
  const std::string_view abi = "{\"a\":1}\n";
  const auto bytes = zvm::build_container(
      {Vm::Evm, 0, code, {reinterpret_cast<const uint8_t*>(abi.data()), abi.size()}});
  ASSERT_TRUE(bytes);
  EXPECT_EQ(disassemble(*bytes, {.has_offsets = false}), ".container evm\n"
                                                         ".abi \"{\\\"a\\\":1}\\x0a\"\n"
                                                         "  PUSH0\n"
                                                         "  STOP\n");
}

TEST(Disassembler, EveryByteRoundTrips) {
  for (const Vm language : {Vm::Zvm, Vm::Evm}) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      for (const size_t tail : {0, 1, 31, 32, 40}) {
        Bytes bytes(1 + tail, 0x5b);
        bytes[0] = static_cast<uint8_t>(byte);
        expect_round_trip(bytes, {.language = language});
      }
    }
  }
}

TEST(Disassembler, RandomBytesRoundTrip) {
  std::mt19937 random{1};
  constexpr uint8_t kLikely[] = {0x11, 0x12, 0x60, 0x61, 0xa0, 0xa1, 0x56, 0x57, 0xa3, 0x5b, 0x00};
  for (int i = 0; i < 3000; ++i) {
    Bytes bytes(random() % 300);
    for (uint8_t& byte : bytes)
      byte = random() % 2 == 0 ? kLikely[random() % std::size(kLikely)]
                               : static_cast<uint8_t>(random());
    const Vm language = i % 2 == 0 ? Vm::Zvm : Vm::Evm;
    expect_round_trip(bytes, {.language = language, .has_offsets = i % 3 == 0});
    const auto target = kVmInfo[random() % kVmCount].vm;
    const uint8_t flags = target == Vm::Zvm && random() % 2 == 0 ? 1 : 0;
    const auto container = zvm::build_container({target, flags, bytes, bytes});
    ASSERT_TRUE(container);
    expect_round_trip(*container, {.language = language});
  }
}

// The longest text there is: code of 1 MiB that is no instruction, one line a byte.
TEST(Disassembler, LargestContainerRoundTrips) {
  const Bytes code(1 << 20, 0xff), abi(1 << 20, 0x01);
  const auto container = zvm::build_container({Vm::Zvm, 0, code, abi});
  ASSERT_TRUE(container);
  const auto program = assemble(disassemble(*container));
  ASSERT_TRUE(program) << program.error().detail;
  EXPECT_EQ(program->bytes, *container);
}

// Random text never crashes, and what assembles round-trips.
TEST(Disassembler, RandomTextIsHandled) {
  std::mt19937 random{2};
  constexpr std::string_view kPieces[] = {
      "PUSH ", "PUSH1 ", "0x",       "12",   "@a",          "@a.size", "$b",     "+",
      "-",     "a:",     ".begin a", ".end", ".container ", "evm ",    "zvm ",   ".abi ",
      "\"x\\", "\"",     "\n",       ";",    "ADD ",        ".hex ",   ".byte ", ".zero ",
      ".equ ", "b ",     ".word ",   "\\x",  "_",           "."};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (unsigned n = random() % 20; n-- > 0;)
      text += kPieces[random() % std::size(kPieces)];
    const auto program = assemble(text);
    if (program)
      expect_round_trip(program->bytes, {});
    else
      EXPECT_FALSE(program.error().detail.empty());
  }
}

} // namespace
} // namespace zvm::frontend::assembler
