#include "base/hex.hpp"

#include <gtest/gtest.h>

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
  EXPECT_EQ(parse_hex("0xab\n").error().detail,
            "the byte 0x0a is no hexadecimal digit (character 5)");
  EXPECT_EQ(parse_hex("0xab\n").error().code, ErrorCode::BadHex);
  EXPECT_EQ(parse_hex("0xab\n").error().offset, 4u);
  EXPECT_EQ(parse_hex("@`gG").error().offset, 0u);
}

TEST(Hex, FixedSizes) {
  const std::string digits = "0x00000000000000000000000000000000000000a1";
  ASSERT_TRUE(parse_address(digits));
  EXPECT_EQ(parse_address(digits)->bytes[19], 0xa1);
  EXPECT_EQ(to_hex(*parse_address(digits)), digits);
  EXPECT_EQ(parse_address("0xa1").error().detail, "20 bytes are wanted, here are 1");
  EXPECT_EQ(parse_bytes32(digits).error().detail, "32 bytes are wanted, here are 20");
}

} // namespace
} // namespace zvm
