#include "base/uint256_text.hpp"

#include <random>

#include <gmp.h>
#include <gtest/gtest.h>

namespace zvm {
namespace {

constexpr U256 kMax = ~U256{};
const std::string kMaxDecimal =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

ErrorCode refusal(std::string_view text) {
  const Result<U256> parsed = parse_u256(text);
  EXPECT_FALSE(parsed.has_value()) << text;
  return parsed.has_value() ? ErrorCode::Internal : parsed.error().code;
}

TEST(U256Text, Writes) {
  EXPECT_EQ(to_hex(0), "0x0");
  EXPECT_EQ(to_hex(0xabc), "0xabc");
  EXPECT_EQ(to_hex(U256{0, 1, 0, 0}), "0x10000000000000000");
  EXPECT_EQ(to_hex(kMax), "0x" + std::string(64, 'f'));
  EXPECT_EQ(to_decimal(0), "0");
  EXPECT_EQ(to_decimal(10'000'000'000'000'000'000u), "10000000000000000000");
  EXPECT_EQ(to_decimal(kMax), kMaxDecimal);
}

TEST(U256Text, Reads) {
  EXPECT_EQ(parse_u256("0"), U256{});
  EXPECT_EQ(parse_u256("0x0"), U256{});
  EXPECT_EQ(parse_u256("0Xff"), U256{255});
  EXPECT_EQ(parse_u256("0xAbC"), U256{0xabc});
  EXPECT_EQ(parse_u256("00012"), U256{12});
  EXPECT_EQ(parse_u256(kMaxDecimal), kMax);
  EXPECT_EQ(parse_u256("0x" + std::string(64, 'F')), kMax);
  EXPECT_EQ(parse_u256("0x" + std::string(1000, '0') + "1"), U256{1});
  EXPECT_EQ(parse_u256(std::string(1000, '0') + "1"), U256{1});
}

TEST(U256Text, RefusesWhatIsTooLarge) {
  std::string above = kMaxDecimal;
  above.back() = '6';
  EXPECT_EQ(refusal(above), ErrorCode::LimitExceeded);
  EXPECT_EQ(refusal(kMaxDecimal + "0"), ErrorCode::LimitExceeded);
  EXPECT_EQ(refusal(std::string(200, '9')), ErrorCode::LimitExceeded);
  EXPECT_EQ(refusal("0x1" + std::string(64, '0')), ErrorCode::LimitExceeded);
}

TEST(U256Text, RefusesWhatIsNoNumber) {
  for (const std::string_view text :
       {"", "0x", "x1", "-1", "+1", " 1", "1 ", "1e3", "0xg", "12_0", "ff"})
    EXPECT_EQ(refusal(text), ErrorCode::BadNumber) << text;
  EXPECT_EQ(parse_u256("12x").error().offset, 2u);
  EXPECT_EQ(parse_u256("0x1-").error().offset, 3u);
  EXPECT_EQ(parse_u256("1\n").error().message(),
            "input: BadNumber at 1: not a decimal digit at character 2 of \"1?\"");
  // A wrong digit is named before the size is.
  EXPECT_EQ(refusal(std::string(200, '9') + "z"), ErrorCode::BadNumber);
}

TEST(U256Text, RoundTrips) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 2000; ++i) {
    U256 value{random(), random(), random(), random()};
    value >>= static_cast<unsigned>(random() % 257);
    ASSERT_EQ(parse_u256(to_hex(value)), value);
    ASSERT_EQ(parse_u256(to_decimal(value)), value);
  }
}

} // namespace
} // namespace zvm
