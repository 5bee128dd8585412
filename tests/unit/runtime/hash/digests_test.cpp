#include "runtime/hash/digests.hpp"

#include <gtest/gtest.h>

#include "tests/unit/runtime/hash/hex.hpp"

namespace zvm::runtime {
namespace {

using testing::from_text;
using testing::to_hex;

/// FIPS 180-2, appendix B.
TEST(Digests, Sha256) {
  EXPECT_EQ(to_hex(sha256({}).bytes),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256(from_text("abc")).bytes),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(from_text(std::string(1'000'000, 'a'))).bytes),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

} // namespace
} // namespace zvm::runtime
