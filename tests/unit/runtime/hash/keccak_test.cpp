#include "runtime/hash/keccak.hpp"

#include <gtest/gtest.h>

#include "base/uint256_text.hpp"
#include "tests/unit/runtime/hash/hex.hpp"

namespace zvm::runtime {
namespace {

using testing::from_text;
using testing::to_hex;

TEST(Keccak, PermutationOfZeros) {
  uint64_t lanes[25]{};
  keccak_f1600(lanes);
  EXPECT_EQ(lanes[0], 0xf1258f7940e1dde7);
  EXPECT_EQ(lanes[1], 0x84d5ccf933c0478a);
  EXPECT_EQ(lanes[24], 0xeaf1ff7b5ceca249);
  keccak_f1600(lanes);
  EXPECT_EQ(lanes[0], 0x2d5c954df96ecb3c);
}

TEST(Keccak, KnownHashes) {
  EXPECT_EQ(to_hex(keccak256({}).bytes),
            "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_EQ(to_hex(keccak256(from_text("abc")).bytes),
            "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}

/// Sizes around a lane (8 bytes) and around one and two blocks (136 bytes).
TEST(Keccak, SizesAroundLanesAndBlocks) {
  constexpr struct {
    size_t size;
    const char* hash;
  } kVectors[] = {
      {7, "99db6a1b9f80d230b0f148af10e8d6e186bbb5492bbd22f58d93318b93fd8039"},
      {8, "a6eb2a81043a7349b2d066b3433ceadd8dd290343e6c41a4e36e82261e0b25cb"},
      {9, "d976263a31b7b5d986e429c3b54f529145fa4c6c09d2e3928c7057fdd3e706dd"},
      {135, "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446"},
      {136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e"},
      {137, "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39"},
      {271, "132f47effd6c8b1b299efa53fe68aece77ec8ae4eb2e294f668eec94f76001e1"},
      {272, "cf7fcd4f705ee749930d19ca84561a9bf62516bd90a471545fa2f49fdc7e63c8"},
      {1000, "b6a4ac1f51884d71f30fa397a5e155de3099e11fc0edef5d08b646e621e19de9"},
  };
  for (const auto& vector : kVectors)
    EXPECT_EQ(to_hex(keccak256(from_text(std::string(vector.size, 'a'))).bytes), vector.hash);
}

TEST(Keccak, WordsAreBigEndian) {
  EXPECT_EQ(zvm::to_hex(keccak256_word(0)),
            "0x290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563");
  EXPECT_EQ(zvm::to_hex(keccak256_pair(0, 0)),
            "0xad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5");
  const U256 first{0x0123456789abcdef, 2, 3, 0xff00000000000004};
  const U256 second{5, 6, 7, 8};
  uint8_t bytes[64];
  first.store_be(bytes);
  second.store_be(bytes + 32);
  EXPECT_EQ(keccak256_pair(first, second), to_word(keccak256(bytes)));
  EXPECT_EQ(keccak256_word(first), to_word(keccak256(ByteView{bytes}.first(32))));
}

} // namespace
} // namespace zvm::runtime
