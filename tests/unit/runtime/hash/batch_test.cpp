#include "runtime/hash/batch.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "runtime/hash/blake3.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "tests/unit/runtime/hash/forced_kernels.hpp"

namespace zvm::runtime {
namespace {

using testing::ForcedKernels;
using testing::variant_names;

class Batch : public ::testing::Test {
 protected:
  Batch() {
    for (uint8_t& byte : bytes_)
      byte = static_cast<uint8_t>(random_());
  }

  [[nodiscard]] ByteView any_message(size_t most) {
    const size_t size = random_() % (most + 1);
    return ByteView{bytes_}.subspan(random_() % (bytes_.size() - size), size);
  }

  static void check(const std::vector<ByteView>& inputs) {
    std::vector<Bytes32> keccak(inputs.size()), sha(inputs.size()), blake3(inputs.size());
    keccak256_many(inputs, keccak);
    sha256_many(inputs, sha);
    blake3_many(inputs, blake3);
    for (size_t i = 0; i < inputs.size(); ++i) {
      EXPECT_EQ(keccak[i], keccak256(inputs[i])) << i << " of " << inputs.size();
      EXPECT_EQ(sha[i], sha256(inputs[i])) << i << " of " << inputs.size();
      EXPECT_EQ(blake3[i], blake3_256(inputs[i])) << i << " of " << inputs.size();
    }
  }

  std::mt19937_64 random_{7};
  std::vector<uint8_t> bytes_ = std::vector<uint8_t>(4096);
};

TEST_F(Batch, EverySizeWithMixedLengthsAndEveryVariant) {
  for (const std::string_view name : variant_names()) {
    SCOPED_TRACE(name);
    const ForcedKernels forced{name};
    for (size_t count = 0; count <= 40; ++count) {
      for (const size_t most : {60, 300, 1000, 2500}) {
        std::vector<ByteView> inputs;
        inputs.reserve(count);
        for (size_t i = 0; i < count; ++i)
          inputs.push_back(any_message(most));
        check(inputs);
      }
    }
  }
}

TEST_F(Batch, EveryLength) {
  std::vector<ByteView> inputs;
  inputs.reserve(1001);
  for (size_t size = 0; size <= 1000; ++size)
    inputs.push_back(ByteView{bytes_}.subspan(size % 9, size));
  check(inputs);
}

/// Keccak's block is absorbed in quads of lanes, of which messages of different lengths share only
/// some.
TEST_F(Batch, EveryTwoLengthsWithinABlock) {
  constexpr size_t kRate = 136;
  std::vector<Bytes32> expected;
  for (size_t size = 0; size < kRate; ++size)
    expected.push_back(keccak256(ByteView{bytes_}.first(size)));
  for (size_t a = 0; a < kRate; ++a) {
    for (size_t b = 0; b < kRate; ++b) {
      const ByteView inputs[] = {ByteView{bytes_}.first(a), ByteView{bytes_}.first(b)};
      Bytes32 hashes[2];
      keccak256_many(inputs, hashes);
      ASSERT_EQ(hashes[0], expected[a]) << a << " beside " << b;
      ASSERT_EQ(hashes[1], expected[b]) << b << " beside " << a;
    }
  }
}

TEST_F(Batch, MessagesOfOneLengthFillAllLanes) {
  for (const size_t size : {0,   7,   8,   31,  32,  33,  55,  56,  63,   64,  96,
                            127, 128, 129, 135, 136, 137, 272, 532, 1024, 1025}) {
    std::vector<ByteView> inputs;
    inputs.reserve(300);
    for (size_t i = 0; i < 300; ++i)
      inputs.push_back(ByteView{bytes_}.subspan(i, size));
    check(inputs);
  }
}

} // namespace
} // namespace zvm::runtime
