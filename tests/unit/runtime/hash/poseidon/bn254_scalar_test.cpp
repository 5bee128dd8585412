#include "runtime/hash/poseidon/bn254_scalar.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "base/uint256_text.hpp"

namespace zvm::runtime {
namespace {

constexpr U256 kModulus = Bn254Scalar::kModulus;

/// Ends of the field, of the range of elements and of words, and numbers in between.
std::vector<U256> words() {
  std::vector<U256> words = {
      0, 1, 2, kModulus - 1, kModulus, kModulus + 1, kModulus + kModulus, U256{} - 1, U256{} - 2};
  std::mt19937_64 random{1};
  for (int i = 0; i < 30; ++i)
    words.push_back({random(), random(), random(), random()});
  return words;
}

TEST(Bn254Scalar, ArithmeticOfWords) {
  for (const U256& a : words()) {
    const auto x = Bn254Scalar::from_word(a);
    EXPECT_EQ(x.to_word(), addmod(a, 0, kModulus));
    EXPECT_EQ(x.is_zero(), addmod(a, 0, kModulus).is_zero());
    for (const U256& b : words()) {
      const auto y = Bn254Scalar::from_word(b);
      EXPECT_EQ((x + y).to_word(), addmod(a, b, kModulus)) << to_hex(a) << " " << to_hex(b);
      EXPECT_EQ((x * y).to_word(), mulmod(a, b, kModulus)) << to_hex(a) << " " << to_hex(b);
      EXPECT_EQ(((x - y) + y).to_word(), x.to_word()) << to_hex(a) << " " << to_hex(b);
    }
    if (!x.is_zero())
      EXPECT_EQ((x * x.inverse()).to_word(), U256{1});
    const U256 square = mulmod(a, a, kModulus);
    EXPECT_EQ(Bn254Scalar::sbox(x).to_word(),
              mulmod(mulmod(square, square, kModulus), a, kModulus));
  }
}

/// Elements that are as large as they may be: what the sums of products have to hold.
TEST(Bn254Scalar, LargestSums) {
  const auto minus_one = Bn254Scalar::from_word(kModulus - 1);
  // The difference to 0 is the same element, above r where that is possible.
  const auto zero = Bn254Scalar::from_word(0);
  for (const U256& word : words()) {
    const std::vector<Bn254Scalar> factors(40, minus_one.normal());
    const std::vector<Bn254Scalar> values(40, Bn254Scalar::from_word(word) - zero);
    for (unsigned count = 0; count <= 40; ++count) {
      const U256 expected = addmod(
          kModulus - 1, mulmod(count, mulmod(kModulus - 1, word, kModulus), kModulus), kModulus);
      const auto sum = Bn254Scalar::dot(factors.data(), values.data(), count, minus_one.normal());
      ASSERT_EQ(sum.to_word(), expected) << to_hex(word) << " " << count;
      // What came out is an element: it may go in again.
      ASSERT_EQ((sum * sum).to_word(), mulmod(expected, expected, kModulus));
    }
    const auto expect_short = [&]<unsigned kCount>() {
      const auto sum = Bn254Scalar::dot<kCount>(factors.data(), values.data(), minus_one.normal());
      EXPECT_EQ(
          sum.to_word(),
          Bn254Scalar::dot(factors.data(), values.data(), kCount, minus_one.normal()).to_word());
    };
    expect_short.operator()<2>();
    expect_short.operator()<3>();
    expect_short.operator()<5>();
    expect_short.operator()<6>();
    expect_short.operator()<33>();
  }
}

} // namespace
} // namespace zvm::runtime
