#include "runtime/hash/algorithms.hpp"

#include <gtest/gtest.h>

#include <set>

#include "runtime/hash/keccak.hpp"
#include "runtime/hash/poseidon/poseidon.hpp"
#include "tests/unit/runtime/hash/hex.hpp"

namespace zvm::runtime {
namespace {

using testing::from_text;
using testing::to_hex;

std::vector<uint8_t> run(const char* name, ByteView data) {
  const HashAlgorithm* algorithm = find_hash_algorithm(name);
  std::vector<uint8_t> digest(algorithm->digest);
  algorithm->hash(data, digest);
  return digest;
}

TEST(HashAlgorithms, Rows) {
  std::set<std::string_view> names;
  for (const HashAlgorithm& one : hash_algorithms()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_EQ(find_hash_algorithm(one.name), &one);
    EXPECT_TRUE(one.accepts_output(one.digest)) << one.name;
    EXPECT_TRUE(one.text.ends_with('.')) << one.name;
    // It is measured somewhere, and what it gives depends on what it gets.
    size_t measured = 0;
    for (const size_t size : kMeasuredSizes) {
      if (!one.accepts_input(size))
        continue;
      ++measured;
      std::vector<uint8_t> data(size, 1), first(one.digest), second(one.digest);
      one.hash(data, first);
      data.back() ^= 1;
      one.hash(data, second);
      EXPECT_NE(first, second) << one.name << " of " << size;
    }
    EXPECT_NE(measured, 0u) << one.name;
  }
  EXPECT_EQ(find_hash_algorithm("md5"), nullptr);
}

TEST(HashAlgorithms, KnownHashes) {
  const std::vector<uint8_t> abc = from_text("abc");
  EXPECT_EQ(to_hex(run("keccak256", abc)), to_hex(keccak256(abc).bytes));
  EXPECT_EQ(to_hex(run("sha256", abc)), to_hex(run("sha256_portable", abc)));
  EXPECT_EQ(to_hex(run("ripemd160", abc)), "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
}

/// Elements are big-endian, lanes little-endian.
TEST(HashAlgorithms, Elements) {
  std::vector<uint8_t> words(64);
  words[31] = 1;
  words[63] = 2;
  EXPECT_EQ(to_hex(run("poseidon_bn254", words)),
            "115cc0f5e7d690413df64c6b9662e9cf2a3617f2743245519e19607a4417189a");

  std::array<uint64_t, 12> state;
  std::vector<uint8_t> numbers;
  for (uint64_t i = 0; i < 12; ++i) {
    state[i] = i << 40 | 7;
    for (int shift = 56; shift >= 0; shift -= 8)
      numbers.push_back(static_cast<uint8_t>(state[i] >> shift));
  }
  poseidon_goldilocks_permute(state);
  std::vector<uint8_t> expected;
  for (const uint64_t element : state)
    for (int shift = 56; shift >= 0; shift -= 8)
      expected.push_back(static_cast<uint8_t>(element >> shift));
  EXPECT_EQ(run("poseidon_goldilocks", numbers), expected);

  EXPECT_EQ(to_hex(run("keccak_f1600", std::vector<uint8_t>(200))).substr(0, 16),
            "e7dde140798f25f1");
}

} // namespace
} // namespace zvm::runtime
