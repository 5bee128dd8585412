#include "runtime/hash/blake3.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/unit/runtime/hash/hex.hpp"

namespace zvm::runtime {
namespace {

using testing::from_text;
using testing::to_hex;

constexpr std::string_view kKey = "whats the Elvish word for friend";
constexpr std::string_view kContext = "BLAKE3 2019-12-27 16:29:52 test vectors context";

struct Vector {
  size_t size; ///< of the data, whose byte i is i mod 251
  const char* hash;
  const char* keyed;
  const char* derived;
};

std::vector<uint8_t> data_of(size_t size) {
  std::vector<uint8_t> data(size);
  for (size_t i = 0; i < size; ++i)
    data[i] = static_cast<uint8_t>(i % 251);
  return data;
}

std::vector<uint8_t> keyed(ByteView data, size_t size) {
  std::array<uint8_t, 32> key;
  std::copy(kKey.begin(), kKey.end(), key.begin());
  std::vector<uint8_t> out(size);
  blake3_keyed(key, data, out);
  return out;
}

/// The list of the algorithm's authors (test_vectors.json), 32 bytes of each output.
TEST(Blake3, KnownHashes) {
  constexpr Vector kVectors[] = {
      {1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
       "6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b",
       "b3e2e340a117a499c6cf2398a19ee0d29cca2bb7404c73063382693bf66cb06c"},
      {64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98",
       "ba8ced36f327700d213f120b1a207a3b8c04330528586f414d09f2f7d9ccb7e6",
       "a5c4a7053fa86b64746d4bb688d06ad1f02a18fce9afd3e818fefaa7126bf73e"},
      {127, "d81293fda863f008c09e92fc382a81f5a0b4a1251cba1634016a0f86a6bd640d",
       "c64200ae7dfaf35577ac5a9521c47863fb71514a3bcad18819218b818de85818",
       "c91c090ceee3a3ac81902da31838012625bbcd73fcb92e7d7e56f78deba4f0c3"},
      {1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
       "75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4",
       "7356cd7720d5b66b6d0697eb3177d9f8d73a4a5c5e968896eb6a689684302706"},
      {3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2",
       "044a0e7b172a312dc02a4c9a818c036ffa2776368d7f528268d2e6b5df191770",
       "050df97f8c2ead654d9bb3ab8c9178edcd902a32f8495949feadcc1e0480c46b"},
      {4097, "9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995",
       "00df940cd36bb9fa7cbbc3556744e0dbc8191401afe70520ba292ee3ca80abbc",
       "aca51029626b55fda7117b42a7c211f8c6e9ba4fe5b7a8ca922f34299500ead8"},
      {8193, "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b",
       "954a2a75420c8d6547e3ba5b98d963e6fa6491addc8c023189cc519821b4a1f5",
       "af1e0346e389b17c23200270a64aa4e1ead98c61695d917de7d5b00491c9b0f1"},
      {31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47",
       "efa53b389ab67c593dba624d898d0f7353ab99e4ac9d42302ee64cbf9939a419",
       "39772aef80e0ebe60596361e45b061e8f417429d529171b6764468c22928e28e"},
  };
  for (const Vector& vector : kVectors) {
    const std::vector<uint8_t> data = data_of(vector.size);
    EXPECT_EQ(to_hex(blake3_256(data).bytes), vector.hash) << vector.size;
    EXPECT_EQ(to_hex(keyed(data, 32)), vector.keyed) << vector.size;
    std::vector<uint8_t> derived(32);
    blake3_derive_key(kContext, data, derived);
    EXPECT_EQ(to_hex(derived), vector.derived) << vector.size;
  }
}

TEST(Blake3, ShorterOutputIsThePrefix) {
  const std::vector<uint8_t> data = data_of(5000);
  const std::vector<uint8_t> whole = keyed(data, 300);
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::vector<uint8_t> part = keyed(data, size);
    ASSERT_TRUE(std::equal(part.begin(), part.end(), whole.begin())) << size;
  }
}

} // namespace
} // namespace zvm::runtime
