#include "frontend/wasm/decode.hpp"

#include <gtest/gtest.h>

#include "tests/support/wasm_module.hpp"

namespace zvm::frontend::wasm {
namespace {

using namespace test::wasm;
constexpr ErrorCode kMalformed = ErrorCode::MalformedModule;

TEST(WasmDecode, AnEmptyModule) {
  const Bytes bytes = module({});
  const auto decoded = decode(bytes, kEngineProfile);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->types.empty());
}

TEST(WasmDecode, EverySection) {
  const Bytes bytes = module({
      section(0, {3, 'a', 'b', 'c', 9}),
      list(1, {function_type({kI32}, {kI64}), function_type({}, {})}),
      list(2, {{1, 'm', 1, 'f', 0, 1}, {1, 'm', 1, 'g', 3, kF64, 0}}),
      list(3, {{0}, {1}}),
      list(4, {{kFuncRef, 1, 2, 3}, {kExternRef, 4, 5}}),
      list(5, {{0, 1}, {5, 1, 2}}),
      list(6, {{kI32, 1, 0x41, 7, 0x0b}}),
      list(7, {{1, 'x', 0, 1}, {1, 'y', 2, 0}}),
      section(8, {2}),
      list(9, {{0, 0x41, 0, 0x0b, 2, 1, 2}, {7, kFuncRef, 1, 0xd0, 0x70, 0x0b}}),
      section(12, {2}),
      list(10, {body({0x42, 0}), body({})}),
      list(11, {{0, 0x41, 0, 0x0b, 2, 'h', 'i'}, {1, 0}}),
  });
  const auto decoded = decode(bytes, kEngineProfile);
  ASSERT_TRUE(decoded) << decoded.error().message();
  const Module& m = *decoded;

  ASSERT_EQ(m.types.size(), 2u);
  ASSERT_EQ(m.parameters(m.types[0]).size(), 1u);
  EXPECT_EQ(m.parameters(m.types[0])[0], ValType::I32);
  EXPECT_EQ(m.results(m.types[0])[0], ValType::I64);

  ASSERT_EQ(m.imports.size(), 2u);
  EXPECT_EQ(m.imports[1].module, "m");
  EXPECT_EQ(m.imports[1].name, "g");
  EXPECT_EQ(m.imports[1].kind, ExternKind::Global);
  EXPECT_EQ(m.imported_functions, 1u);
  EXPECT_EQ(m.imported_globals, 1u);
  EXPECT_EQ(m.globals[0].type, ValType::F64);

  ASSERT_EQ(m.functions.size(), 3u) << "the imported one stands first";
  EXPECT_EQ(m.functions[0].type, 1u);
  EXPECT_EQ(m.functions[1].type, 0u);
  ASSERT_EQ(m.bodies.size(), 2u);
  EXPECT_EQ(m.bodies[0].size, 4u);
  EXPECT_EQ(bytes[m.bodies[0].offset + 1], 0x42);

  EXPECT_EQ(m.tables[0].limits.max, 3u);
  EXPECT_TRUE(m.tables[0].limits.has_max);
  EXPECT_EQ(m.tables[1].item, ValType::ExternRef);
  EXPECT_TRUE(m.tables[1].limits.is_64);
  EXPECT_EQ(m.memories[1].limits.address(), ValType::I64);
  EXPECT_TRUE(m.globals[1].is_mutable);
  EXPECT_EQ(m.globals[1].initial.size, 3u);
  EXPECT_EQ(m.exports[1].name, "y");
  EXPECT_EQ(m.start->function, 2u);

  EXPECT_EQ(m.elements[0].mode, SegmentMode::Active);
  EXPECT_EQ(m.elements[0].count, 2u);
  EXPECT_EQ(m.item_functions[1], 2u);
  EXPECT_EQ(m.elements[1].mode, SegmentMode::Declared);
  EXPECT_TRUE(m.elements[1].has_expressions);
  EXPECT_EQ(m.item_expressions[0].size, 3u);

  EXPECT_EQ(m.data_count, 2u);
  EXPECT_EQ(m.data[0].bytes[1], 'i');
  EXPECT_EQ(m.data[1].mode, SegmentMode::Passive);
  EXPECT_EQ(m.custom[0].name, "abc");
  EXPECT_EQ(m.custom[0].bytes.size(), 1u);
}

TEST(WasmDecode, Names) {
  const Bytes names = joined({{4, 'n', 'a', 'm', 'e'},
                              {0, 2, 1, 'M'},
                              {1, 4, 1, 0, 1, 'f'},
                              {2, 6, 1, 0, 1, 2, 1, 'x'},
                              {9, 1, 0}});
  const Bytes bytes = module({section(0, names)});
  const auto decoded = decode(bytes, kEngineProfile);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->names.module, "M");
  ASSERT_EQ(decoded->names.functions.size(), 1u);
  EXPECT_EQ(decoded->names.functions[0].name, "f");
  ASSERT_EQ(decoded->names.locals.size(), 1u);
  EXPECT_EQ(decoded->names.locals[0].local, 2u);
}

TEST(WasmDecode, BrokenNamesSayNothing) {
  for (const Bytes& broken : {Bytes{1, 4, 1, 0, 2, 'f'}, Bytes{1, 7, 2, 1, 1, 'f', 1, 1, 'g'},
                              Bytes{0, 2, 1, 0xff}, Bytes{0, 9, 1, 'M'}}) {
    const Bytes bytes = module({section(0, joined({{4, 'n', 'a', 'm', 'e'}, broken}))});
    const auto decoded = decode(bytes, kEngineProfile);
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(decoded->names.functions.empty());
    EXPECT_TRUE(decoded->names.module.empty());
  }
}

struct Fault {
  const char* name;
  Bytes bytes;
  ErrorCode code;
  size_t offset;
  const char* text; ///< what the message begins with
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class WasmDecodeFault : public testing::TestWithParam<Fault> {};

TEST_P(WasmDecodeFault, IsNamedWithItsOffset) {
  const Fault& fault = GetParam();
  const auto decoded = decode(fault.bytes, kEngineProfile);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(name(decoded.error().code), name(fault.code));
  EXPECT_EQ(decoded.error().offset, fault.offset) << decoded.error().detail;
  EXPECT_TRUE(decoded.error().detail.starts_with(fault.text)) << decoded.error().detail;
}

const Bytes kOneType = list(1, {function_type({}, {})}); // 6 bytes

INSTANTIATE_TEST_SUITE_P(
    Wasm, WasmDecodeFault,
    testing::Values(
        Fault{"Empty", {}, kMalformed, 0, "unexpected end"},
        Fault{
            "NoMagic", {'a', 's', 'm', 0, 1, 0, 0, 0}, kMalformed, 0, "magic header not detected"},
        Fault{"NoVersion", {0, 'a', 's', 'm', 1}, kMalformed, 5, "unexpected end"},
        Fault{"OtherVersion",
              {0, 'a', 's', 'm', 2, 0, 0, 0},
              kMalformed,
              4,
              "unknown binary version"},
        Fault{"SectionId", module({section(14, {})}), kMalformed, 8, "malformed section id 14"},
        Fault{"SectionTwice", module({kOneType, kOneType}), kMalformed, 14,
              "unexpected content after last section"},
        Fault{"SectionOrder", module({list(3, {}), kOneType}), kMalformed, 11,
              "unexpected content after last section"},
        Fault{"SectionTooLong", module({{1, 9, 0}}), kMalformed, 10, "length out of bounds"},
        Fault{"SectionNotFilled", module({section(1, {0, 0})}), kMalformed, 11,
              "section size mismatch"},
        Fault{"SectionTooShort", module({section(1, {1, 0x60, 0})}), kMalformed, 13,
              "unexpected end of section or function"},
        Fault{"ManyItemsInFewBytes", module({section(1, {0xff, 0xff, 0x03})}), kMalformed, 10,
              "unexpected end of section or function"},
        Fault{"ManyTypes", module({section(1, {0xff, 0xff, 0xff, 0x7f})}), ErrorCode::LimitExceeded,
              10, "too many types"},
        Fault{"NameNotUtf8", module({section(0, {1, 0x80})}), kMalformed, 11,
              "malformed UTF-8 encoding"},
        Fault{"ImportKind", module({list(2, {{0, 0, 5}})}), kMalformed, 13,
              "malformed import kind"},
        Fault{"LimitsFlags", module({list(5, {{0x10, 0}})}), kMalformed, 11,
              "malformed limits flags"},
        Fault{"Mutability", module({list(6, {{kI32, 2, 0x41, 0, 0x0b}})}), kMalformed, 12,
              "malformed mutability"},
        Fault{"ReferenceType", module({list(4, {{kI32, 0, 0}})}), kMalformed, 11,
              "malformed reference type"},
        Fault{"NoCode", module({kOneType, list(3, {{0}})}), kMalformed, 16,
              "function and code section have inconsistent lengths"},
        Fault{"NoFunctions", module({list(10, {body({})})}), kMalformed, 10,
              "function and code section have inconsistent lengths"},
        Fault{"DataCount", module({section(12, {1})}), kMalformed, 11,
              "data count and data section have inconsistent lengths"},
        Fault{"BodyTooLong", module({kOneType, list(3, {{0}}), section(10, {1, 9, 0, 0x0b})}),
              kMalformed, 22, "length out of bounds"},
        Fault{"Shared", module({list(5, {{3, 1, 1}})}), ErrorCode::Unsupported, 11, "threads"},
        Fault{"PageSize", module({list(5, {{8, 1, 0}})}), ErrorCode::Unsupported, 11,
              "custom page sizes"},
        Fault{"Tags", module({section(13, {0})}), ErrorCode::Unsupported, 10, "exception handling"},
        Fault{"Structs", module({list(1, {{0x5f, 0}})}), ErrorCode::Unsupported, 11,
              "garbage collection"},
        Fault{"TypedReference", module({list(4, {{0x63, 0, 0, 0}})}), ErrorCode::Unsupported, 11,
              "typed function references"}),
    [](const auto& one) { return one.param.name; });

TEST(WasmDecode, ContractsAreHeldToTheirProfile) {
  const auto refusal = [](const Bytes& bytes) {
    const auto decoded = decode(bytes, kContractProfile);
    return decoded ? std::string{"accepted"} : decoded.error().detail;
  };
  EXPECT_EQ(refusal(module({kOneType})), "accepted");
  EXPECT_EQ(refusal(module({list(1, {function_type({kF32}, {})})})),
            "floating point: not part of this profile; compute with integers");
  EXPECT_EQ(refusal(module({list(4, {{kExternRef, 0, 0}})})),
            "reference types: not part of this profile; compile without reference-types (clang "
            "-mno-reference-types, rustc -C target-feature=-reference-types)");
  EXPECT_EQ(refusal(module({list(5, {{0, 1}, {0, 1}})})), "too many memories: 2, the limit is 1");
  EXPECT_EQ(refusal(module({section(0, joined({{1, 'x'}, Bytes(1 << 20)}))})),
            "too many bytes of the module: 1048590, the limit is 1048576; strip names and debug "
            "information (clang -Wl,--strip-all, rustc -C strip=symbols, zig -fstrip)");
}

} // namespace
} // namespace zvm::frontend::wasm
