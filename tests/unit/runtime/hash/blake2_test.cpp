#include "runtime/hash/blake2.hpp"

#include <algorithm>

#include "tests/unit/runtime/hash/hex.hpp"
#include "tests/unit/runtime/hash/openssl.hpp"

namespace zvm::runtime {
namespace {

using testing::from_text;
using testing::to_hex;

/// RFC 7693, appendix A.
TEST(Blake2b, FullLength) {
  std::array<uint8_t, 64> digest;
  blake2b(from_text("abc"), digest);
  EXPECT_EQ(to_hex(digest), "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

/// Sizes around a block of 128 bytes, which is also the last one when it is full.
TEST(Blake2b, ShortDigest) {
  EXPECT_EQ(to_hex(blake2b256({}).bytes),
            "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  constexpr struct {
    size_t size;
    const char* hash;
  } kVectors[] = {
      {127, "59e2f1aba240f20aa591016f5ef429990bc9c2131dcd0d30f0ffd75ed18f317d"},
      {128, "ae2aa48507885c4c950fb809b2076f959cde9f8ea6da260d9a3587df33dac450"},
      {129, "2f64744a6de0d2c0b56e64cf6e29a5aaa255010d415d51c75ccc82f73dccd865"},
      {256, "eae4d3a7627549b383179dc18049964f91a6fed14c9f3fb26705eda3eeda5558"},
  };
  for (const auto& vector : kVectors)
    EXPECT_EQ(to_hex(blake2b256(from_text(std::string(vector.size, 'a'))).bytes), vector.hash);
}

TEST(Blake2b, EveryLength) { testing::expect_same_as_openssl(EVP_blake2b512(), 64, blake2b512); }

/// The first vectors of the reference's blake2b keyed list (BLAKE2/BLAKE2, testvectors), key 00 to
/// 3f.
TEST(Blake2b, Keyed) {
  std::array<uint8_t, 64> key, digest;
  for (size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<uint8_t>(i);
  blake2b({}, digest, key);
  EXPECT_EQ(to_hex(digest), "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
                            "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568");
  blake2b(std::array<uint8_t, 1>{0}, digest, key);
  EXPECT_EQ(to_hex(digest), "961f6dd1e4dd30f63901690c512e78e4b45e4742ed197c3c5e45c549fd25f2e4"
                            "187b0bc9fe30492b16b0d0bc4ef9b0f34c7003fac09a5ef1532e69430234cebd");
}

/// However the rounds are divided among the calls, the result is that of one call.
TEST(Blake2b, RoundsInSteps) {
  const std::array<uint64_t, 8> state = {1, 2, 3, 4, 5, 6, 7, 8};
  std::array<uint64_t, 16> message;
  for (size_t i = 0; i < 16; ++i)
    message[i] = 0x0101010101010101 * i;
  for (uint32_t total = 0; total <= 45; ++total) {
    Blake2bCompression whole{state, message, {9, 10}, true};
    whole.mix(total);
    for (uint32_t step = 1; step <= 23; ++step) {
      Blake2bCompression parts{state, message, {9, 10}, true};
      for (uint32_t done = 0; done < total; done += step)
        parts.mix(std::min(step, total - done));
      ASSERT_EQ(parts.finish(), whole.finish()) << total << " rounds in steps of " << step;
    }
  }
}

} // namespace
} // namespace zvm::runtime
