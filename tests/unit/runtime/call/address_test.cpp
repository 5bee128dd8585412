#include "runtime/call/address.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/hex.hpp"
#include "base/uint256_text.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

/// The examples of EIP-1014.
TEST(Address, Create2) {
  struct Example {
    const char *sender, *salt, *init_code, *address;
  };
  constexpr Example kExamples[] = {
      {"0x0000000000000000000000000000000000000000", "0x0", "0x00",
       "0x4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38"},
      {"0xdeadbeef00000000000000000000000000000000", "0x0", "0x00",
       "0xb928f69bb1d91cd65274e3c79d8986362984fda3"},
      {"0x00000000000000000000000000000000deadbeef", "0xcafebabe", "0xdeadbeef",
       "0x60f3f640a8508fc6a86d45df051962668e1e8ac7"},
      {"0x0000000000000000000000000000000000000000", "0x0", "0x",
       "0xe33c0c7f7df4809055c3eba6c09cfe4baf1bd9e0"},
  };
  for (const Example& e : kExamples) {
    const Address sender = parse_address(e.sender).value();
    const U256 salt = parse_u256(e.salt).value();
    const std::vector<uint8_t> init_code = parse_hex(e.init_code).value();
    EXPECT_EQ(to_hex(create2_address(sender, salt, init_code)), e.address);
    Address found[1];
    create2_addresses(sender, keccak256(init_code), {&salt, 1}, found);
    EXPECT_EQ(to_hex(found[0]), e.address);
  }
}

TEST(Address, ManyCreate2) {
  const Address sender = to_address(U256{0xfac7});
  const std::vector<uint8_t> init_code{1, 2, 3};
  for (const size_t count : {0, 1, 7, 16, 33}) {
    std::vector<U256> salts(count);
    for (size_t i = 0; i < count; ++i)
      salts[i] = U256{i} << 200;
    std::vector<Address> found(count);
    create2_addresses(sender, keccak256(init_code), salts, found);
    for (size_t i = 0; i < count; ++i)
      EXPECT_EQ(found[i], create2_address(sender, salts[i], init_code)) << i;
  }
}

/// The first contracts of an account that is well known for its addresses.
TEST(Address, Create) {
  const Address sender = parse_address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0").value();
  EXPECT_EQ(to_hex(create_address(sender, 0)), "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d");
  EXPECT_EQ(to_hex(create_address(sender, 1)), "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8");
}

} // namespace
} // namespace zvm::runtime
