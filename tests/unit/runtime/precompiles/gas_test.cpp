#include "runtime/precompiles/gas.hpp"

#include <gtest/gtest.h>

#include "tests/unit/runtime/precompiles/call.hpp"

namespace zvm::runtime {
namespace {

using testing::from_hex;
using testing::gas;
using testing::word;
using testing::zeros;

uint64_t gas_of_size(uint16_t number, size_t size, Revision revision = Revision::Osaka) {
  return gas(number, std::vector<uint8_t>(size), revision);
}

TEST(PrecompileGas, ByWordsOfInput) {
  EXPECT_EQ(gas_of_size(1, 500), 3000u);
  EXPECT_EQ(gas_of_size(2, 0), 60u);
  EXPECT_EQ(gas_of_size(2, 32), 72u);
  EXPECT_EQ(gas_of_size(2, 33), 84u);
  EXPECT_EQ(gas_of_size(3, 1), 720u);
  EXPECT_EQ(gas_of_size(4, 1), 18u);
  EXPECT_EQ(gas_of_size(0x0a, 192), 50'000u);
  EXPECT_EQ(gas_of_size(0x100, 160), 6900u);
}

TEST(PrecompileGas, ByRevision) {
  EXPECT_EQ(gas_of_size(6, 128, Revision::Petersburg), 500u);
  EXPECT_EQ(gas_of_size(6, 128, Revision::Istanbul), 150u);
  EXPECT_EQ(gas_of_size(7, 96, Revision::Byzantium), 40'000u);
  EXPECT_EQ(gas_of_size(7, 96, Revision::Berlin), 6000u);
  EXPECT_EQ(gas_of_size(8, 384, Revision::Byzantium), 260'000u);
  EXPECT_EQ(gas_of_size(8, 384, Revision::Istanbul), 113'000u);
  EXPECT_EQ(gas_of_size(8, 0, Revision::Istanbul), 45'000u);
}

TEST(PrecompileGas, Blake2Rounds) {
  EXPECT_EQ(gas(9, from_hex("0000000c" + zeros(209)), Revision::Istanbul), 12u);
  EXPECT_EQ(gas(9, from_hex("ffffffff" + zeros(209)), Revision::Osaka), 0xffffffffu);
  EXPECT_EQ(gas(9, {}, Revision::Osaka), 0u);
}

/// The discounts of EIP-2537 at the ends of their tables.
TEST(PrecompileGas, MultiScalarMultiplication) {
  EXPECT_EQ(gas_of_size(0x0c, 160), 12'000u);
  EXPECT_EQ(gas_of_size(0x0c, 2 * 160), 2u * 12'000 * 949 / 1000);
  EXPECT_EQ(gas_of_size(0x0c, 128 * 160), 128u * 12'000 * 519 / 1000);
  EXPECT_EQ(gas_of_size(0x0c, 129 * 160), 129u * 12'000 * 519 / 1000);
  EXPECT_EQ(gas_of_size(0x0e, 288), 22'500u);
  EXPECT_EQ(gas_of_size(0x0e, 3 * 288), 3u * 22'500 * 923 / 1000);
  EXPECT_EQ(gas_of_size(0x0e, 200 * 288), 200u * 22'500 * 524 / 1000);
  EXPECT_EQ(gas_of_size(0x0b, 256), 375u);
  EXPECT_EQ(gas_of_size(0x0d, 512), 600u);
  EXPECT_EQ(gas_of_size(0x0f, 2 * 384), 37'700 + 2 * 32'600u);
  EXPECT_EQ(gas_of_size(0x10, 64), 5500u);
  EXPECT_EQ(gas_of_size(0x11, 128), 23'800u);
}

/// The first example of EIP-198: an exponent of 256 bits.
const std::string kExample = word(1) + word(32) + word(32) + "03" +
                             "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e" +
                             "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f";

TEST(PrecompileGas, ModexpByRevision) {
  EXPECT_EQ(gas(5, from_hex(kExample), Revision::Byzantium), 13'056u);
  EXPECT_EQ(gas(5, from_hex(kExample), Revision::Istanbul), 13'056u);
  EXPECT_EQ(gas(5, from_hex(kExample), Revision::Berlin), 1360u);
  EXPECT_EQ(gas(5, from_hex(kExample), Revision::Osaka), 4080u);
  EXPECT_EQ(gas(5, {}, Revision::Byzantium), 0u);
  EXPECT_EQ(gas(5, {}, Revision::Berlin), 200u);
  EXPECT_EQ(gas(5, {}, Revision::Osaka), 500u);
}

/// The three branches of the complexity in EIP-198.
TEST(PrecompileGas, ModexpComplexity) {
  const auto of_modulus = [](uint64_t size) {
    return gas(5, from_hex(word(0) + word(2) + word(size) + "0400"), Revision::Byzantium);
  };
  EXPECT_EQ(of_modulus(64), 64 * 64 * 10 / 20u);
  EXPECT_EQ(of_modulus(65), (65 * 65 / 4 + 96 * 65 - 3072) * 10 / 20u);
  EXPECT_EQ(of_modulus(1024), (1024 * 1024 / 4 + 96 * 1024 - 3072) * 10 / 20u);
  EXPECT_EQ(of_modulus(1025), (1025 * 1025 / 16 + 480 * 1025 - 199'680) * 10 / 20u);
}

TEST(PrecompileGas, ModexpExponent) {
  const auto of_exponent = [](uint64_t size, const std::string& digits, Revision revision) {
    return gas(5, from_hex(word(0) + word(size) + word(64) + digits), revision);
  };
  // Zero counts as one iteration, and so does one.
  EXPECT_EQ(of_exponent(1, "00", Revision::Byzantium), 4096 / 20u);
  EXPECT_EQ(of_exponent(1, "01", Revision::Byzantium), 4096 / 20u);
  EXPECT_EQ(of_exponent(1, "80", Revision::Byzantium), 4096 * 7 / 20u);
  // Only the first 32 bytes are looked at; what follows them counts by its size.
  EXPECT_EQ(of_exponent(34, zeros(32) + "ffff", Revision::Berlin), 64 * 16 / 3u);
  EXPECT_EQ(of_exponent(34, zeros(31) + "80ff00", Revision::Berlin), 64 * (16 + 7) / 3u);
  EXPECT_EQ(of_exponent(33, zeros(31) + "80ff", Revision::Osaka), 2 * 64 * (16 + 7));
  // Bytes past the end of the input are zeros.
  EXPECT_EQ(of_exponent(32, "01", Revision::Berlin), 64 * 248 / 3u);
}

/// Sizes up to 2^256 - 1 saturate the price, unless the other operands make it nothing.
TEST(PrecompileGas, ModexpHugeSizes) {
  const std::string huge(64, 'f');
  for (const Revision revision : {Revision::Byzantium, Revision::Berlin, Revision::Osaka}) {
    EXPECT_EQ(gas(5, from_hex(huge + huge + huge), revision), UINT64_MAX);
    EXPECT_EQ(gas(5, from_hex(word(0) + word(0) + huge), revision), UINT64_MAX);
    EXPECT_EQ(gas(5, from_hex(huge + word(1) + word(1)), revision), UINT64_MAX);
    EXPECT_EQ(gas(5, from_hex(word(0) + huge + word(1)), revision), UINT64_MAX);
  }
  EXPECT_EQ(gas(5, from_hex(word(0) + huge + word(0)), Revision::Byzantium), 0u);
  EXPECT_EQ(gas(5, from_hex(word(0) + huge + word(0)), Revision::Berlin), 200u);
}

} // namespace
} // namespace zvm::runtime
