#include "runtime/hash/ripemd160.hpp"

#include "tests/unit/runtime/hash/hex.hpp"
#include "tests/unit/runtime/hash/openssl.hpp"

namespace zvm::runtime {
namespace {

using testing::from_text;
using testing::to_hex;

/// The vectors of the algorithm's authors.
TEST(Ripemd160, KnownHashes) {
  EXPECT_EQ(to_hex(ripemd160({})), "9c1185a5c5e9fc54612808977ee8f548b2258d31");
  EXPECT_EQ(to_hex(ripemd160(from_text("abc"))), "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
  EXPECT_EQ(to_hex(ripemd160(from_text(std::string(1'000'000, 'a')))),
            "52783243c1697bdbe16d37f97f68f08325dc1528");
}

TEST(Ripemd160, EveryLength) { testing::expect_same_as_openssl(EVP_ripemd160(), 20, ripemd160); }

} // namespace
} // namespace zvm::runtime
