#include "frontend/wasm/opcodes.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace zvm::frontend::wasm {
namespace {

// The counts are the specification's (appendix, index of instructions), by the feature that brought
// them.
TEST(WasmOpcodes, AreAllOfTheSpecification) {
  std::array<size_t, std::size(kFeatureTexts)> counts{};
  for (const OpInfo& op : kOps)
    ++counts[static_cast<size_t>(op.feature)];
  const auto count = [&](Feature feature) { return counts[static_cast<size_t>(feature)]; };
  EXPECT_EQ(count(Feature::Core) + count(Feature::Floats), 172u);
  EXPECT_EQ(count(Feature::SignExtension), 5u);
  EXPECT_EQ(count(Feature::SaturatingConversions), 8u);
  EXPECT_EQ(count(Feature::BulkMemory), 7u);
  EXPECT_EQ(count(Feature::ReferenceTypes), 9u);
  EXPECT_EQ(count(Feature::Simd), 236u);
  EXPECT_EQ(count(Feature::TailCalls), 2u);
  EXPECT_EQ(count(Feature::WideArithmetic), 4u);
}

TEST(WasmOpcodes, HaveNamesOfTheirOwn) {
  std::set<std::string_view> texts;
  for (const OpInfo& op : kOps)
    texts.insert(op.text);
  EXPECT_EQ(texts.size(), kOpCount - 1) << "select alone stands twice";
}

TEST(WasmOpcodes, AreFoundByTheirBytes) {
  for (size_t i = 0; i < kOpCount; ++i) {
    const OpInfo& op = kOps[i];
    const DecodeTable& table = op.prefix == 0             ? kSingleByteOps
                               : op.prefix == kBulkPrefix ? kBulkOps
                                                          : kVectorOps;
    EXPECT_EQ(table[op.code], static_cast<Op>(i)) << op.text;
    EXPECT_EQ(find_refused(op.prefix, op.code), nullptr) << op.text;
  }
  EXPECT_EQ(kSingleByteOps[0xff], kNoOp);
}

TEST(WasmOpcodes, HaveSignatures) {
  const Signature& store = info(Op::I64Store).signature;
  EXPECT_EQ(store.parameters, 2);
  EXPECT_EQ(store.parameter[0], Operand::Address);
  EXPECT_EQ(store.parameter[1], static_cast<Operand>(ValType::I64));
  EXPECT_EQ(store.results, 0);
  EXPECT_TRUE(info(Op::Br).signature.is_special);
  EXPECT_FALSE(info(Op::Nop).signature.is_special);
}

// A width is what alignment and lanes are checked against, so all that need one must have one that
// fits.
TEST(WasmOpcodes, HaveWidthsWhereTheyNeedThem) {
  for (const OpInfo& op : kOps) {
    const bool needs = op.immediates == Immediates::Memory ||
                       op.immediates == Immediates::MemoryLane || op.immediates == Immediates::Lane;
    if (needs)
      EXPECT_TRUE(op.width == 1 || op.width == 2 || op.width == 4 || op.width == 8 ||
                  op.width == 16)
          << op.text;
    else if (op.immediates != Immediates::Lanes)
      EXPECT_EQ(op.width, 0) << op.text;
  }
}

TEST(WasmOpcodes, KnowWhatIsNotSupported) {
  const auto feature = [](uint8_t prefix, uint32_t code) {
    const RefusedRange* range = find_refused(prefix, code);
    return range == nullptr ? "" : std::string{text(range->feature)};
  };
  EXPECT_EQ(feature(0, 0x08), "exception handling");
  EXPECT_EQ(feature(0, 0x14), "typed function references");
  EXPECT_EQ(feature(0xfb, 0), "garbage collection");
  EXPECT_EQ(feature(0xfd, 0x100), "relaxed vectors");
  EXPECT_EQ(feature(0xfe, 0x10), "threads");
  EXPECT_EQ(feature(0, 0xe0), "stack switching");
  EXPECT_EQ(feature(0, 0xff), "");
}

} // namespace
} // namespace zvm::frontend::wasm
