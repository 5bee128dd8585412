#include "runtime/hash/poseidon/goldilocks.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace zvm::runtime {
namespace {

using Double = unsigned __int128;
constexpr uint64_t kModulus = Goldilocks::kModulus;

std::vector<uint64_t> words() {
  std::vector<uint64_t> words = {0,
                                 1,
                                 2,
                                 0xfffffffe,
                                 0xffffffff,
                                 0x100000000,
                                 kModulus - 1,
                                 kModulus,
                                 kModulus + 1,
                                 ~uint64_t{0},
                                 ~uint64_t{0} - 1};
  std::mt19937_64 random{1};
  for (int i = 0; i < 40; ++i)
    words.push_back(random());
  return words;
}

uint64_t remainder(Double x) { return static_cast<uint64_t>(x % kModulus); }

TEST(Goldilocks, ArithmeticOfWords) {
  for (const uint64_t a : words()) {
    const auto x = Goldilocks::from_word(a);
    EXPECT_EQ(x.to_word(), a % kModulus);
    for (const uint64_t b : words()) {
      const auto y = Goldilocks::from_word(b);
      EXPECT_EQ((x + y).to_word(), remainder(Double{a} + b)) << a << " " << b;
      EXPECT_EQ((x - y).to_word(), remainder(Double{a} + kModulus - b % kModulus)) << a << " " << b;
      EXPECT_EQ((x * y).to_word(), remainder(Double{a} * b)) << a << " " << b;
    }
    if (!x.is_zero())
      EXPECT_EQ((x * x.inverse()).to_word(), 1u);
    uint64_t power = 1;
    for (int i = 0; i < 7; ++i)
      power = remainder(Double{power} * a);
    EXPECT_EQ(Goldilocks::sbox(x).to_word(), power);
  }
}

/// Sums beyond 128 bits.
TEST(Goldilocks, LargestSums) {
  for (const uint64_t a : words()) {
    const std::vector<Goldilocks> factors(40, Goldilocks::from_word(~uint64_t{0}));
    const std::vector<Goldilocks> values(40, Goldilocks::from_word(a));
    for (unsigned count = 0; count <= 40; ++count) {
      const uint64_t product = remainder(Double{~uint64_t{0}} * a);
      EXPECT_EQ(Goldilocks::dot(factors.data(), values.data(), count, values[0]).to_word(),
                remainder(Double{product} * count + a))
          << a << " " << count;
    }
  }
}

} // namespace
} // namespace zvm::runtime
