#include "runtime/hash/sha3.hpp"

#include <algorithm>

#include "runtime/hash/keccak.hpp"
#include "tests/unit/runtime/hash/hex.hpp"
#include "tests/unit/runtime/hash/openssl.hpp"

namespace zvm::runtime {
namespace {

using testing::expect_same_as_openssl;
using testing::openssl_hash;
using testing::to_hex;

TEST(Sha3, EveryLength) {
  expect_same_as_openssl(EVP_sha3_256(), 32, [](ByteView data) { return sha3_256(data).bytes; });
  expect_same_as_openssl(EVP_sha3_512(), 64, sha3_512);
}

/// Data and output of every length, which are blocks of their own on either side.
TEST(Sha3, ShakeEveryLength) {
  const auto check = [](const EVP_MD* algorithm, auto hash) {
    std::vector<uint8_t> data;
    for (unsigned length = 0; length <= 1000; ++length) {
      std::vector<uint8_t> out(1000 - length);
      hash(data, out);
      if (!out.empty())
        ASSERT_EQ(out, openssl_hash(algorithm, data, out.size())) << "length " << length;
      data.push_back(static_cast<uint8_t>(length));
    }
  };
  check(EVP_shake128(), shake128);
  check(EVP_shake256(), shake256);
}

TEST(Sha3, ShorterOutputIsThePrefix) {
  std::vector<uint8_t> whole(500);
  shake128({}, whole);
  for (size_t size = 0; size < whole.size(); ++size) {
    std::vector<uint8_t> part(size);
    shake128({}, part);
    ASSERT_TRUE(std::equal(part.begin(), part.end(), whole.begin())) << size;
  }
}

/// The Keccak team's vectors of the submission.
TEST(Sha3, Keccak512) {
  EXPECT_EQ(to_hex(keccak512({})),
            "0eab42de4c3ceb9235fc91acffe746b29c29a8c366b7c60e4e67c466f36a4304"
            "c00fa9caf9d87976ba469bcbe06713b435f091ef2769fb160cdab33d3670680e");
}

} // namespace
} // namespace zvm::runtime
