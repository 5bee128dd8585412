#include "frontend/wasm/validate.hpp"

#include <gtest/gtest.h>

#include "base/alloc.hpp"
#include "frontend/wasm/decode.hpp"
#include "tests/support/wasm_module.hpp"

namespace zvm::frontend::wasm {
namespace {

using namespace test::wasm;

/// What is wrong, with its offset; nothing for a sound module.
Result<Vec<FunctionFacts>> check(const Bytes& bytes, const Profile& profile = kEngineProfile) {
  auto decoded = decode(bytes, profile);
  if (!decoded)
    return std::unexpected{decoded.error()};
  return validate(*decoded, profile);
}
std::string refusal(const Bytes& bytes, const Profile& profile = kEngineProfile) {
  const auto facts = check(bytes, profile);
  return facts ? "" : facts.error().detail;
}

TEST(WasmValidate, GivesTheFactsOfFunctions) {
  // (i32) -> i64: two i64 locals; block (i64.const 1) (i64.const 2) add end
  const Bytes bytes =
      module({list(1, {function_type({kI32}, {kI64})}), list(3, {{0}}),
              list(10, {body({1, 2, kI64}, {0x02, kI64, 0x42, 1, 0x42, 2, 0x7c, 0x0b})})});
  const auto facts = check(bytes);
  ASSERT_TRUE(facts) << facts.error().message();
  ASSERT_EQ(facts->size(), 1u);
  EXPECT_EQ((*facts)[0].locals, 3u);
  EXPECT_EQ((*facts)[0].max_operands, 2u);
  EXPECT_EQ((*facts)[0].max_nesting, 2u);
  EXPECT_EQ(bytes[(*facts)[0].code.offset], 0x02);
  EXPECT_EQ((*facts)[0].code.end(), bytes.size());
}

struct Case {
  const char* name;
  Bytes bytes;
  const char* refusal; ///< how the message begins; empty: the module is valid
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class WasmSoundness : public testing::TestWithParam<Case> {};

TEST_P(WasmSoundness, SaysWhatIsWrong) {
  const std::string found = refusal(GetParam().bytes);
  if (*GetParam().refusal == 0)
    EXPECT_EQ(found, "");
  else
    EXPECT_TRUE(found.starts_with(GetParam().refusal)) << found;
}

Bytes code(const Bytes& text) { return one_function({}, {}, text); }
Bytes code(const Bytes& results, const Bytes& text) { return one_function({}, results, text); }

// Instructions by their bytes: 41 i32.const, 42 i64.const, 43 f32.const, 1a drop, 00 unreachable.
INSTANTIATE_TEST_SUITE_P(
    Operands, WasmSoundness,
    testing::Values(
        Case{"Nothing", code({}), ""}, Case{"Result", code({kI32}, {0x41, 1}), ""},
        Case{"NoResult", code({kI32}, {}), "type mismatch: end takes i32, finds nothing"},
        Case{"WrongResult", code({kI32}, {0x42, 1}), "type mismatch: end takes i32, finds i64"},
        Case{"TooMany", code({0x41, 1}), "type mismatch: operands are left at the end"},
        Case{"WrongOperand", code({0x41, 1, 0x42, 1, 0x6a, 0x1a}),
             "type mismatch: i32.add takes i32, finds i64"},
        Case{"NoOperand", code({0x41, 1, 0x6a, 0x1a}),
             "type mismatch: i32.add takes i32, finds nothing"},
        Case{"WideProduct", code({kI64, kI64}, {0x42, 1, 0x42, 2, 0xfc, 0x15}), ""},
        Case{"WideSum", code({kI64, kI64}, {0x42, 1, 0x42, 2, 0x42, 3, 0xfc, 0x13}),
             "type mismatch: i64.add128 takes i64, finds nothing"},
        Case{"SelectTakesNumbers", code({0xd0, 0x70, 0xd0, 0x70, 0x41, 0, 0x1b, 0x1a}),
             "type mismatch: select without a type"},
        Case{"SelectWithType", code({0xd0, 0x70, 0xd0, 0x70, 0x41, 0, 0x1c, 1, kFuncRef, 0x1a}),
             ""},
        Case{"SelectWithTypes", code({0x41, 0, 0x41, 0, 0x41, 0, 0x1c, 2, kI32, kI32, 0x1a}),
             "invalid result arity"},
        Case{"SelectDiffers", code({0x41, 0, 0x42, 0, 0x41, 0, 0x1b, 0x1a}), "type mismatch"},
        Case{"IsNullTakesReferences", code({0x41, 0, 0xd1, 0x1a}), "type mismatch"}));

INSTANTIATE_TEST_SUITE_P(
    Blocks, WasmSoundness,
    testing::Values(
        Case{"BelowABlock", code({kI32}, {0x41, 1, 0x02, 0x40, 0x1a, 0x0b, 0x41, 1}),
             "type mismatch: drop takes any, finds nothing"},
        Case{"IfElse", code({kI32}, {0x41, 1, 0x04, kI32, 0x41, 1, 0x05, 0x41, 2, 0x0b}), ""},
        Case{"IfWithoutElse", code({kI32}, {0x41, 1, 0x04, kI32, 0x41, 1, 0x0b}),
             "type mismatch: an if without else"},
        Case{"ElseAlone", code({0x02, 0x40, 0x05, 0x0b}), "else without if"},
        Case{"LoopLabelTakesParameters", code({0x03, kI32, 0x0c, 0, 0x0b, 0x1a}), ""},
        Case{"BlockLabelTakesResults", code({0x02, kI32, 0x0c, 0, 0x0b, 0x1a}),
             "type mismatch: br takes i32, finds nothing"},
        Case{"UnknownLabel", code({0x0c, 1}), "unknown label 1"},
        Case{"BranchIfKeeps", code({kI32}, {0x41, 7, 0x41, 1, 0x0d, 0}), ""},
        Case{"TableArity",
             code({0x02, kI32, 0x02, 0x40, 0x41, 0, 0x0e, 1, 0, 1, 0x0b, 0x41, 0, 0x0b, 0x1a}),
             "type mismatch"},
        Case{"BlockType", code({0x02, 0x07, 0x0b}), "unknown type 7"},
        Case{"CodeBehindTheEnd", code({0x0b}), "section size mismatch"},
        Case{"NoEnd", code({0x02, 0x40}), "unexpected end of section or function"}));

// Behind a branch operands are of any type, but those that were pushed since are what they are.
INSTANTIATE_TEST_SUITE_P(
    Unreachable, WasmSoundness,
    testing::Values(Case{"AnyOperand", code({kI32}, {0x00, 0x6a}), ""},
                    Case{"KnownOperand", code({kI32}, {0x00, 0x42, 1, 0x6a}),
                         "type mismatch: i32.add takes i32, finds i64"},
                    Case{"AnyResults", code({kI32, kI64}, {0x00}), ""},
                    Case{"SelectOfAny", code({kI64}, {0x00, 0x1b, 0x7b}), ""},
                    Case{"TooManyStill", code({0x00, 0x41, 1}), "type mismatch: operands are left"},
                    Case{"ElseIsReachable", code({kI32}, {0x41, 1, 0x04, kI32, 0x00, 0x05, 0x0b}),
                         "type mismatch: end takes i32, finds nothing"},
                    Case{"BranchTableKeepsTypes",
                         code({0x00, 0x42, 1, 0x41, 0, 0x0e, 0, 0, 0x42, 1}), "type mismatch"},
                    Case{"AnyReference", code({kI32}, {0x00, 0xd1}), ""}));

INSTANTIATE_TEST_SUITE_P(
    Names, WasmSoundness,
    testing::Values(Case{"Local", code({0x20, 0, 0x1a}), "unknown local 0"},
                    Case{"Global", code({0x23, 2, 0x1a}), "unknown global 2"},
                    Case{"SetGlobal", code({0x41, 1, 0x24, 0}), ""},
                    Case{"SetConstant", code({0x42, 1, 0x24, 1}), "global is immutable"},
                    Case{"Function", code({0x10, 1}), "unknown function 1"},
                    Case{"Memory", code({0x3f, 1, 0x1a}), "unknown memory 1"},
                    Case{"Table", code({0xfc, 0x10, 1, 0x1a}), "unknown table 1"},
                    Case{"CallType", code({0x41, 0, 0x11, 1, 0}), "unknown type 1"},
                    Case{"CallIndirect", code({0x41, 0, 0x11, 0, 0}), ""},
                    Case{"TailCall", code({kI32}, {0x12, 0}), ""},
                    Case{"TailCallBehind", code({kI32}, {0x12, 0, 0x6a}), ""},
                    Case{"Segment", code({0xfc, 0x0d, 0}), "unknown elem segment 0"},
                    Case{"NoDataCount", code({0xfc, 0x09, 0}), "data count section required"},
                    Case{"Undeclared", code({0xd2, 0, 0x1a}), "undeclared function reference"}));

INSTANTIATE_TEST_SUITE_P(
    Memory, WasmSoundness,
    testing::Values(
        Case{"Load", code({kI32}, {0x41, 0, 0x28, 2, 0}), ""},
        Case{"Alignment", code({kI32}, {0x41, 0, 0x28, 3, 0}),
             "alignment must not be larger than natural"},
        Case{"VectorAlignment", code({kV128}, {0x41, 0, 0xfd, 0x00, 4, 0}), ""},
        Case{"Offset", code({kI32}, {0x41, 0, 0x28, 2, 0x80, 0x80, 0x80, 0x80, 0x10}),
             "offset out of range"},
        Case{"Lane", code({kI32}, {0x41, 0, 0xfd, 0x11, 0xfd, 0x1b, 3}), ""},
        Case{"LaneTooLarge", code({kI32}, {0x41, 0, 0xfd, 0x11, 0xfd, 0x1b, 4}),
             "invalid lane index 4"},
        Case{"AddressOf64",
             module({list(1, {function_type({}, {})}), list(3, {{0}}), list(5, {{4, 1}}),
                     list(10, {body({0x42, 0, 0x28, 2, 0x80, 0x80, 0x80, 0x80, 0x10, 0x1a})})}),
             ""},
        Case{"CopyBetweenWidths",
             module({list(1, {function_type({}, {})}), list(3, {{0}}), list(5, {{4, 1}, {0, 1}}),
                     list(10, {body({0x42, 0, 0x41, 0, 0x41, 0, 0xfc, 0x0a, 0, 1})})}),
             ""},
        Case{"CopyBetweenWidthsOtherWay",
             module({list(1, {function_type({}, {})}), list(3, {{0}}), list(5, {{4, 1}, {0, 1}}),
                     list(10, {body({0x42, 0, 0x41, 0, 0x42, 0, 0xfc, 0x0a, 0, 1})})}),
             "type mismatch: memory.copy takes i32, finds i64"}));

Bytes with_global(const Bytes& initial) {
  return module({list(2, {{0, 0, 3, kI32, 0}, {0, 0, 3, kI32, 1}}),
                 list(6, {joined({{kI32, 0}, initial, {0x0b}})})});
}

INSTANTIATE_TEST_SUITE_P(
    Modules, WasmSoundness,
    testing::Values(
        Case{"FunctionType", module({list(3, {{3}}), list(10, {body({})})}), "unknown type 3"},
        Case{"MemoryTooLarge", module({list(5, {{0, 0x81, 0x80, 0x04}})}),
             "memory size must be at most 65536 pages (4GiB)"},
        Case{"TableTooLarge", module({list(4, {{kFuncRef, 0, 0x80, 0x80, 0x80, 0x80, 0x10}})}),
             "table size must be at most 2^32-1"},
        Case{"MinAboveMax", module({list(4, {{kFuncRef, 1, 2, 1}})}),
             "size minimum must not be greater than maximum"},
        Case{"DuplicateExport",
             module({list(5, {{0, 1}}), list(7, {{1, 'a', 2, 0}, {1, 'b', 2, 0}, {1, 'a', 2, 0}})}),
             "duplicate export name"},
        Case{"UnknownExport", module({list(7, {{1, 'a', 2, 0}})}), "unknown memory 0"},
        Case{"Start",
             module({list(1, {function_type({kI32}, {})}), list(2, {{0, 0, 0, 0}}),
                     section(8, {0})}),
             "start function"},
        Case{"Constant", with_global({0x23, 0}), ""},
        Case{"ConstantSum", with_global({0x23, 0, 0x41, 1, 0x6a}), ""},
        Case{"MutableIsNoConstant", with_global({0x23, 1}), "constant expression required"},
        Case{"NotItself", with_global({0x23, 2}), "unknown global 2"},
        Case{"NoConstant", with_global({0x41, 0, 0x45}), "constant expression required"},
        Case{"ConstantType", with_global({0x42, 0}), "type mismatch: end takes i32, finds i64"},
        Case{"ConstantBlock", with_global({0x02, 0x40, 0x0b, 0x41, 0}),
             "constant expression required"},
        Case{"SegmentOfOtherType",
             module({list(4, {{kExternRef, 0, 1}}), list(9, {{0, 0x41, 0, 0x0b, 0}})}),
             "type mismatch"},
        Case{"SegmentOfUnknown",
             module({list(4, {{kFuncRef, 0, 1}}), list(9, {{0, 0x41, 0, 0x0b, 1, 0}})}),
             "unknown function 0"},
        Case{"DataWithoutMemory", module({list(11, {{0, 0x41, 0, 0x0b, 0}})}),
             "unknown memory 0"}));

TEST(WasmValidate, NamesTheOffsetOfTheInstruction) {
  const Bytes bytes = code({0x41, 1, 0x42, 1, 0x6a, 0x1a});
  const auto facts = check(bytes);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::InvalidModule);
  EXPECT_EQ(bytes[facts.error().offset], 0x6a);
}

TEST(WasmValidate, OlderVersionsKnowLess) {
  Profile two = kEngineProfile;
  two.features = features_of_version(2);
  EXPECT_EQ(refusal(with_global({0x23, 0, 0x41, 1, 0x6a}), two), "constant expression required");
  EXPECT_EQ(refusal(module({list(5, {{0, 1}, {0, 1}})}), two), "multiple memories");
  Profile one = kEngineProfile;
  one.features = features_of_version(1);
  EXPECT_EQ(refusal(module({list(4, {{kFuncRef, 0, 1}, {kFuncRef, 0, 1}})}), one),
            "multiple tables");
}

TEST(WasmValidate, LimitsOperandsAndNesting) {
  Profile narrow = kEngineProfile;
  narrow.limits.operands = 3;
  narrow.limits.nesting = 2;
  EXPECT_EQ(refusal(code({0x41, 0, 0x41, 0, 0x41, 0, 0x1a, 0x1a, 0x1a}), narrow), "");
  EXPECT_EQ(refusal(code({0x41, 0, 0x41, 0, 0x41, 0, 0x41, 0, 0x00}), narrow),
            "too many operands at a time: 4, the limit is 3");
  EXPECT_EQ(refusal(code({0x02, 0x40, 0x0b}), narrow), "");
  EXPECT_EQ(refusal(code({0x02, 0x40, 0x02, 0x40, 0x0b, 0x0b}), narrow),
            "too many blocks in each other: 3, the limit is 2");
}

// Whichever allocation fails, the module is refused for want of memory.
TEST(WasmValidate, SurvivesWantOfMemory) {
  static int left;
  const Bytes bytes = one_function({kI32}, {kI32}, {0x20, 0, 0x02, kI32, 0x41, 1, 0x0b, 0x6a});
  int count = 0;
  for (bool refused = true; refused; ++count) {
    left = count;
    set_allocation_gate([](size_t) { return left-- > 0; });
    const auto facts = check(bytes);
    set_allocation_gate(nullptr);
    refused = !facts;
    if (refused)
      EXPECT_EQ(name(facts.error().code), name(ErrorCode::OutOfMemory)) << count;
    ASSERT_LT(count, 100);
  }
  EXPECT_GT(count, 8);
}

} // namespace
} // namespace zvm::frontend::wasm
