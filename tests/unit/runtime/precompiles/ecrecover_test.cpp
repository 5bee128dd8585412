#include <algorithm>

#include "runtime/precompiles/recover.hpp"

#include <gtest/gtest.h>

#include "tests/unit/runtime/precompiles/call.hpp"

namespace zvm::runtime {
namespace {

using testing::call;
using testing::from_hex;
using testing::word;
using testing::zeros;

const std::string kHash = "18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c";
const std::string kR = "73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f";
const std::string kS = "eeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549";
const std::string kOrder = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
const std::string kSigner = "a94f5374fce5edbc8e2a8697c15331677e6ebf0b";

void expect(const std::string& input, const std::string& output) {
  const testing::Called called = call(1, input, Revision::Frontier);
  EXPECT_EQ(called.status, Status::Success);
  EXPECT_EQ(called.output, output) << input;
}

/// Its s is above half the order: EIP-2 holds for transactions only.
TEST(Ecrecover, FindsTheSigner) {
  expect(kHash + word(28) + kR + kS, zeros(12) + kSigner);
  expect(kHash + word(28) + kR + kS + "ff", zeros(12) + kSigner);
}

TEST(Ecrecover, RejectsWithoutOutput) {
  expect("", "");
  expect(kHash + word(26) + kR + kS, "");
  expect(kHash + word(29) + kR + kS, "");
  expect(kHash + word(0) + kR + kS, "");
  expect(kHash + "01" + zeros(30) + "1c" + kR + kS, "");
  expect(kHash + word(28) + word(0) + kS, "");
  expect(kHash + word(28) + kR + word(0), "");
  expect(kHash + word(28) + kOrder + kS, "");
  expect(kHash + word(28) + kR + kOrder, "");
  // No point of the curve has this x.
  expect(kHash + word(28) + word(5) + kS, "");
  expect(kHash + word(28) + kR, "");
}

TEST(Ecrecover, AsAFunction) {
  Bytes32 hash, r, s;
  std::ranges::copy(from_hex(kHash), hash.bytes.begin());
  std::ranges::copy(from_hex(kR), r.bytes.begin());
  std::ranges::copy(from_hex(kS), s.bytes.begin());
  const auto signer = recover_address(hash, to_word(r), to_word(s), true);
  ASSERT_TRUE(signer.has_value());
  EXPECT_EQ(testing::to_hex(signer->bytes), kSigner);
  EXPECT_NE(recover_address(hash, to_word(r), to_word(s), false), signer);
  EXPECT_FALSE(recover_address(hash, 0, to_word(s), true).has_value());
}

} // namespace
} // namespace zvm::runtime
