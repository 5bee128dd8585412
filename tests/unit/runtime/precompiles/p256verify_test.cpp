#include <gtest/gtest.h>

#include "runtime/hash/digests.hpp"
#include "tests/unit/runtime/precompiles/call.hpp"

namespace zvm::runtime {
namespace {

using testing::call;
using testing::from_text;
using testing::to_hex;
using testing::word;

// RFC 6979, A.2.5: "sample" with SHA-256.
const std::string kHash = to_hex(sha256(from_text("sample")).bytes);
const std::string kR = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
const std::string kS = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
const std::string kX = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
const std::string kY = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const std::string kOrder = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const std::string kField = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

void expect(const std::string& input, const std::string& output) {
  const testing::Called called = call(0x100, input);
  EXPECT_EQ(called.status, Status::Success);
  EXPECT_EQ(called.output, output) << input;
}

TEST(P256Verify, AcceptsAGoodSignature) { expect(kHash + kR + kS + kX + kY, word(1)); }

/// Order - s is as good: EIP-7951 does not ask for the lower one.
TEST(P256Verify, AcceptsEitherS) {
  expect(kHash + kR + "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9" + kX + kY,
         word(1));
}

TEST(P256Verify, RejectsWithoutOutput) {
  expect("", "");
  expect(kHash + kR + kS + kX + kY + "00", "");
  expect(kHash + kR + kS + kX, "");
  expect(word(1) + kR + kS + kX + kY, "");
  expect(kHash + kS + kR + kX + kY, "");
  expect(kHash + word(0) + kS + kX + kY, "");
  expect(kHash + kR + word(0) + kX + kY, "");
  expect(kHash + kOrder + kS + kX + kY, "");
  expect(kHash + kR + kOrder + kX + kY, "");
  expect(kHash + kR + kS + kField + kY, "");
  expect(kHash + kR + kS + kX + kField, "");
  expect(kHash + kR + kS + word(0) + word(0), "");
  expect(kHash + kR + kS + kX + kX, "");
}

} // namespace
} // namespace zvm::runtime
