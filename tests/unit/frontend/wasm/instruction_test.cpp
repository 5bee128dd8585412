#include "frontend/wasm/instruction.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace zvm::frontend::wasm {
namespace {

using Bytes = std::vector<uint8_t>;

/// Of bytes that are one instruction.
Instruction read(const Bytes& bytes, Features features = kEngineProfile.features) {
  Reader reader{bytes};
  Instruction instruction;
  EXPECT_TRUE(read_instruction(reader, {features, {}}, instruction));
  EXPECT_TRUE(reader.at_end());
  return instruction;
}

TEST(WasmInstruction, HasItsImmediates) {
  EXPECT_EQ(read({0x41, 0x7f}).value, UINT64_MAX);
  EXPECT_EQ(read({0x43, 0, 0, 0x80, 0x3f}).value, 0x3f800000u);
  EXPECT_EQ(read({0x20, 0x85, 0x01}).index, 133u);

  const Instruction call = read({0x11, 3, 4});
  EXPECT_EQ(call.op, Op::CallIndirect);
  EXPECT_EQ(call.index, 3u);
  EXPECT_EQ(call.second, 4u);

  const Instruction init = read({0xfc, 12, 7, 1}); // the segment stands first
  EXPECT_EQ(init.op, Op::TableInit);
  EXPECT_EQ(init.index, 1u);
  EXPECT_EQ(init.second, 7u);

  const Instruction lane = read({0xfd, 0x55, 1, 8, 5});
  EXPECT_EQ(lane.op, Op::V128Load16Lane);
  EXPECT_EQ(lane.align, 1u);
  EXPECT_EQ(lane.value, 8u);
  EXPECT_EQ(lane.lane, 5);

  const Instruction product = read({0xfc, 0x15});
  EXPECT_EQ(product.op, Op::I64MulWideS);
}

TEST(WasmInstruction, IsTheSameHoweverItsNumbersAreWritten) {
  struct {
    Bytes shortest, longer;
  } const cases[] = {
      {{0x20, 5}, {0x20, 0x85, 0}},             // local.get
      {{0x10, 0x7f}, {0x10, 0xff, 0}},          // call
      {{0x0c, 0}, {0x0c, 0x80, 0x80, 0}},       // br
      {{0x41, 0x3f}, {0x41, 0xbf, 0}},          // i32.const 63
      {{0x41, 0x7f}, {0x41, 0xff, 0x7f}},       // i32.const -1
      {{0x42, 0x40}, {0x42, 0xc0, 0x7f}},       // i64.const -64
      {{0x28, 2, 0x7f}, {0x28, 2, 0xff, 0}},    // i32.load
      {{0x37, 3, 8}, {0x37, 0x83, 0, 0x88, 0}}, // i64.store
  };
  using Numbers = std::vector<uint64_t>;
  const auto numbers = [](const Instruction& in) -> Numbers {
    switch (info(in.op).immediates) {
    case Immediates::I32:
    case Immediates::I64:
      return {in.value};
    case Immediates::Memory:
      return {in.align, in.index, in.value};
    default:
      return {in.index};
    }
  };
  for (const auto& [shortest, longer] : cases) {
    const Instruction expected = read(longer);
    for (const size_t behind : {0, 1, 2, 3}) {
      Bytes bytes = shortest;
      bytes.resize(shortest.size() + behind, 0x80);
      Reader reader{bytes};
      Instruction found;
      ASSERT_TRUE(read_instruction(reader, kEngineProfile, found));
      EXPECT_EQ(found.op, expected.op);
      EXPECT_EQ(numbers(found), numbers(expected));
      EXPECT_EQ(reader.left(), behind);
    }
  }
}

TEST(WasmInstruction, HasBlockTypes) {
  EXPECT_EQ(read({0x02, 0x40}).block.kind, BlockType::Kind::Empty);
  const Instruction value = read({0x03, 0x7e});
  EXPECT_EQ(value.block.kind, BlockType::Kind::Value);
  EXPECT_EQ(value.block.value, ValType::I64);
  const Instruction type = read({0x04, 0xc0, 0x00}); // 64 takes two bytes
  EXPECT_EQ(type.block.kind, BlockType::Kind::Function);
  EXPECT_EQ(type.block.type, 64u);
}

TEST(WasmInstruction, HasLabelsInPlace) {
  const Bytes bytes = {0x0e, 2, 0, 0x81, 0x01, 3};
  const Instruction table = read(bytes);
  EXPECT_EQ(table.count, 2u);
  EXPECT_TRUE(std::ranges::equal(table.bytes, Bytes{0, 0x81, 0x01, 3}));
}

TEST(WasmInstruction, NamesAMemoryIfThereAreSeveral) {
  const Instruction load = read({0x28, 0x42, 3, 16});
  EXPECT_EQ(load.index, 3u);
  EXPECT_EQ(load.align, 2u);
  EXPECT_EQ(load.value, 16u);
  EXPECT_EQ(read({0x3f, 0}, features_of_version(2)).index, 0u);
}

// LLVM leaves room for an index that the linker fills in.
TEST(WasmInstruction, NamesItsTableInAnyNumberOfBytes) {
  const Bytes bytes = {0x11, 3, 0x80, 0x80, 0x80, 0x80, 0};
  for (const Features features : {features_of_version(2), kContractProfile.features}) {
    const Instruction call = read(bytes, features);
    EXPECT_EQ(call.op, Op::CallIndirect);
    EXPECT_EQ(call.index, 3u);
    EXPECT_EQ(call.second, 0u);
  }
}

struct Fault {
  Bytes bytes;
  int version;
  ErrorCode code;
  size_t offset;
  const char* text;
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.text; }

class WasmInstructionFault : public testing::TestWithParam<Fault> {};

TEST_P(WasmInstructionFault, IsNamedWithItsOffset) {
  const Fault& fault = GetParam();
  Reader reader{fault.bytes};
  Instruction instruction;
  ASSERT_FALSE(read_instruction(reader, {features_of_version(fault.version), {}}, instruction));
  const Error error = reader.take_error();
  EXPECT_EQ(name(error.code), name(fault.code));
  EXPECT_EQ(error.offset, fault.offset);
  EXPECT_EQ(error.detail, fault.text);
}

constexpr ErrorCode kMalformed = ErrorCode::MalformedModule;
INSTANTIATE_TEST_SUITE_P(
    Wasm, WasmInstructionFault,
    testing::Values(
        Fault{{0xff}, 4, kMalformed, 0, "illegal opcode ff"},
        Fault{{0xfc, 0x80, 0x02}, 4, kMalformed, 0, "illegal opcode fc 0100"},
        Fault{{0xfd, 0x9a, 0x01}, 4, kMalformed, 0, "illegal opcode fd 9a"},
        Fault{{0xfe, 0x10},
              4,
              ErrorCode::Unsupported,
              0,
              "threads: not supported; compile without atomics (clang -mno-atomics, rustc -C "
              "target-feature=-atomics) and link without --shared-memory"},
        Fault{{0xfd, 0x80, 0x02},
              4,
              ErrorCode::Unsupported,
              0,
              "relaxed vectors: not supported; compile without relaxed-simd (clang "
              "-mno-relaxed-simd, rustc -C target-feature=-relaxed-simd)"},
        Fault{{0x02, 0x64},
              4,
              ErrorCode::Unsupported,
              1,
              "typed function references: not supported; compile to indices of a table instead"},
        Fault{{0xd0, 0x6e},
              4,
              ErrorCode::Unsupported,
              1,
              "garbage collection: not supported; compile with objects in linear memory"},
        Fault{{0x12, 0},
              2,
              ErrorCode::Unsupported,
              0,
              "tail calls: not part of this profile; compile without tail-call (clang "
              "-mno-tail-call, rustc -C target-feature=-tail-call)"},
        Fault{{0xfd, 0x4d},
              1,
              ErrorCode::Unsupported,
              0,
              "vectors: not part of this profile; compile without simd128 (clang -mno-simd128, "
              "rustc -C target-feature=-simd128)"},
        Fault{{0x43, 0, 0, 0, 0},
              0,
              ErrorCode::Unsupported,
              0,
              "floating point: not part of this profile; compute with integers"},
        Fault{{0x11, 0, 0x80, 0}, 1, kMalformed, 2, "zero byte expected"},
        Fault{{0x3f, 1}, 2, kMalformed, 1, "zero byte expected"},
        Fault{{0x28, 0x20, 0}, 2, kMalformed, 1, "malformed memop flags"},
        Fault{{0x28, 0x80, 0x01, 0}, 4, kMalformed, 1, "malformed memop flags"},
        Fault{{0x02, 0x41}, 4, kMalformed, 1, "malformed value type"},
        Fault{{0x0e, 5, 0}, 4, kMalformed, 1, "unexpected end of section or function"},
        Fault{{0x41}, 4, kMalformed, 1, "unexpected end"}));

} // namespace
} // namespace zvm::frontend::wasm
