#include "runtime/hash/sha256.hpp"

#include "runtime/hash/digests.hpp"
#include "tests/unit/runtime/hash/hex.hpp"
#include "tests/unit/runtime/hash/openssl.hpp"

namespace zvm::runtime {
namespace {

using testing::expect_same_as_openssl;
using testing::from_text;

TEST(Sha256, EveryLength) {
  expect_same_as_openssl(EVP_sha256(), 32,
                         [](ByteView data) { return sha256_portable(data).bytes; });
  expect_same_as_openssl(EVP_sha256(), 32, [](ByteView data) { return sha256(data).bytes; });
}

/// Many blocks in one call.
TEST(Sha256, LongMessage) {
  const std::vector<uint8_t> data = from_text(std::string(1'000'003, 'a'));
  EXPECT_EQ(sha256_portable(data), sha256(data));
}

} // namespace
} // namespace zvm::runtime
