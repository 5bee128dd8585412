#include "base/hex.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace zvm {
namespace {

TEST(Hex, RoundTrip) {
  const std::vector<uint8_t> bytes{0x00, 0x0a, 0xff};
  EXPECT_EQ(to_hex(bytes), "0x000aff");
  EXPECT_EQ(to_hex(ByteView{}), "0x");
  EXPECT_EQ(parse_hex("0x000aFF"), bytes);
  EXPECT_EQ(parse_hex("000aff"), bytes);
  EXPECT_EQ(parse_hex("")->size(), 0u);
  EXPECT_EQ(parse_hex("0x")->size(), 0u);
}

TEST(Hex, Refusals) {
  EXPECT_EQ(parse_hex("abc").error().detail, "an odd number of hexadecimal digits (3)");
  EXPECT_EQ(parse_hex("0xabzz").error().detail, "'z' is no hexadecimal digit (character 5)");
  EXPECT_EQ(parse_hex("0xabzz").error().code, ErrorCode::BadHex);
  EXPECT_EQ(parse_hex("0xabzz").error().offset, 4u);
  EXPECT_EQ(parse_hex("@`gG").error().offset, 0u);
}

TEST(Hex, WhiteSpaceStandsAroundBytes) {
  const std::vector<uint8_t> bytes{0x00, 0x0a, 0xff};
  for (const char* text : {"000aff\n", " 0x00 0a\tff ", "00\r\n0a\r\nff\r\n", "\n0x\n000aff"})
    EXPECT_EQ(parse_hex(text), bytes) << text;
  EXPECT_EQ(parse_hex(" \n")->size(), 0u);
  EXPECT_EQ(parse_hex("0 0").error().detail, "the byte 0x20 is no hexadecimal digit (character 2)");
  EXPECT_EQ(parse_hex("00 0\n").error().offset, 4u);
  EXPECT_EQ(parse_hex("00 0").error().detail, "an odd number of hexadecimal digits (3)");
  for (const char* text : {"00 0x00", "0 x00", "x00", "0x0x", "00\f", "00\v00", "00,00", "00_00",
                           "00 # zero", "00\xc2\xa0"})
    EXPECT_FALSE(parse_hex(text)) << text;
}

// What `xxd -p` and compilers write, and the documents show.
TEST(Hex, FilesOfTheTreeAreRead) {
  size_t files = 0;
  for (const char* folder : {"/docs/examples", "/tests/unit/engine/wasm/contract"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator{ZVM_SOURCE_DIR + std::string{folder}}) {
      if (entry.path().extension() != ".hex")
        continue;
      std::ifstream stream{entry.path()};
      const std::string text{std::istreambuf_iterator<char>{stream}, {}};
      const auto bytes = parse_hex(text);
      ASSERT_TRUE(bytes) << entry.path() << ": " << bytes.error().detail;
      EXPECT_GT(bytes->size(), 100u) << entry.path();
      ++files;
    }
  }
  EXPECT_GE(files, 9u);
}

TEST(Hex, FixedSizes) {
  const std::string digits = "0x00000000000000000000000000000000000000a1";
  ASSERT_TRUE(parse_address(digits));
  EXPECT_EQ(parse_address(digits)->bytes[19], 0xa1);
  EXPECT_EQ(to_hex(*parse_address(digits)), digits);
  EXPECT_FALSE(parse_address(digits + "\n"));
  EXPECT_FALSE(parse_address(" " + digits));
  EXPECT_EQ(parse_address("0xa1").error().detail, "20 bytes are wanted, here are 1");
  EXPECT_EQ(parse_bytes32(digits).error().detail, "32 bytes are wanted, here are 20");
}

} // namespace
} // namespace zvm
