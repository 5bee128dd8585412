#include "frontend/wasm/reader.hpp"

#include <gtest/gtest.h>

namespace zvm::frontend::wasm {
namespace {

using Bytes = std::vector<uint8_t>;

/// What a member of Reader makes of the bytes.
auto read(const Bytes& bytes, auto member) {
  Reader reader{bytes};
  const auto value = (reader.*member)();
  EXPECT_TRUE(reader.ok() && reader.at_end());
  return value;
}

TEST(WasmReader, ReadsNumbers) {
  EXPECT_EQ(read({0xe5, 0x8e, 0x26}, &Reader::u32), 624485u);
  EXPECT_EQ(read({0xff, 0xff, 0xff, 0xff, 0x0f}, &Reader::u32), UINT32_MAX);
  EXPECT_EQ(read({0x80, 0x00}, &Reader::u32), 0u) << "longer than needed is well-formed";
  EXPECT_EQ(read({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, &Reader::u64),
            UINT64_MAX);
  EXPECT_EQ(read({0xc0, 0xbb, 0x78}, &Reader::s32), -123456);
  EXPECT_EQ(read({0x80, 0x80, 0x80, 0x80, 0x78}, &Reader::s32), INT32_MIN);
  EXPECT_EQ(read({0x80, 0x80, 0x80, 0x80, 0x70}, &Reader::s33), -(int64_t{1} << 32));
  EXPECT_EQ(read({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f}, &Reader::s64),
            INT64_MIN);
  const Bytes word = {1, 2, 3, 4};
  EXPECT_EQ(Reader{word}.fixed(4), 0x04030201u);
}

struct Fault {
  Bytes bytes;
  void (*reads)(Reader&);
  size_t offset;
  const char* text;
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.text; }

class WasmReaderFault : public testing::TestWithParam<Fault> {};

TEST_P(WasmReaderFault, IsNamedWithItsOffset) {
  const Fault& fault = GetParam();
  Reader reader{fault.bytes};
  fault.reads(reader);
  ASSERT_FALSE(reader.ok());
  EXPECT_TRUE(reader.at_end()) << "nothing is left to read after a refusal";
  reader.refuse_malformed(99, "a later refusal does not count");
  const Error error = reader.take_error();
  EXPECT_EQ(error.code, ErrorCode::MalformedModule);
  EXPECT_EQ(error.offset, fault.offset);
  EXPECT_EQ(error.detail, fault.text);
}

void read_u32(Reader& reader) { (void)reader.u32(); }
void read_s32(Reader& reader) { (void)reader.s32(); }
void read_u64(Reader& reader) { (void)reader.u64(); }
void read_name(Reader& reader) { (void)reader.name(); }

INSTANTIATE_TEST_SUITE_P(
    Wasm, WasmReaderFault,
    testing::Values(
        Fault{{}, read_u32, 0, "unexpected end"}, Fault{{0x80}, read_u32, 1, "unexpected end"},
        Fault{{0x80, 0x80, 0x80, 0x80, 0x80, 0}, read_u32, 4, "integer representation too long"},
        Fault{{0xff, 0xff, 0xff, 0xff, 0x1f}, read_u32, 4, "integer too large"},
        Fault{{0x80, 0x80, 0x80, 0x80, 0x08}, read_s32, 4, "integer too large"},
        Fault{{0xff, 0xff, 0xff, 0xff, 0x77}, read_s32, 4, "integer too large"},
        Fault{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02},
              read_u64,
              9,
              "integer too large"},
        Fault{{3, 'a', 'b'}, read_name, 1, "length out of bounds"},
        Fault{{2, 'a', 0xff}, read_name, 1, "malformed UTF-8 encoding"}));

TEST(WasmReader, KnowsUtf8) {
  for (const char* text : {"", "zvm", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(text)) << testing::PrintToString(text);
  for (const char* text :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xe2\x28\xa1", "\xff"})
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
}

TEST(WasmReader, EndsEarlierInASection) {
  const Bytes bytes = {1, 2, 3, 4};
  Reader reader{bytes};
  const size_t end = reader.narrow(2);
  EXPECT_EQ(reader.byte(), 1);
  EXPECT_EQ(reader.byte(), 2);
  EXPECT_TRUE(reader.at_end());
  reader.restore_end(end);
  EXPECT_EQ(reader.left(), 2u);
  (void)reader.narrow(1);
  (void)reader.fixed(2);
  EXPECT_EQ(reader.take_error().detail, "unexpected end of section or function");
}

} // namespace
} // namespace zvm::frontend::wasm
