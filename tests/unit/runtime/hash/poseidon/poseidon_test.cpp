#include "runtime/hash/poseidon/poseidon.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <vector>

#include "base/uint256_text.hpp"
#include "runtime/hash/poseidon/bn254_scalar.hpp"
#include "runtime/hash/poseidon/goldilocks.hpp"
#include "tests/support/poseidon_reference.hpp"

namespace zvm::runtime {
namespace {

/// circomlib's tests.
TEST(Poseidon, KnownBn254) {
  const std::array<U256, 4> inputs = {1, 2, 3, 4};
  EXPECT_EQ(to_hex(poseidon_bn254(std::span{inputs}.first(2))),
            "0x115cc0f5e7d690413df64c6b9662e9cf2a3617f2743245519e19607a4417189a");
  EXPECT_EQ(to_hex(poseidon_bn254(inputs)),
            "0x299c867db6c1fdd79dcefa40e4510b9837e60ebb1ce0663dbaa525df65250465");
}

/// Every width against the definition, with elements at both ends and between.
TEST(Poseidon, SameAsTheDefinition) {
  std::mt19937_64 random{7};
  for (unsigned width = kMinBn254Width; width <= kMaxBn254Width; ++width) {
    const zvm::testing::PoseidonReference reference{width};
    for (int turn = 0; turn < 8; ++turn) {
      std::vector<U256> state(width);
      for (U256& element : state) {
        if (turn == 1)
          element = Bn254Scalar::kModulus - 1;
        else if (turn > 1)
          element = addmod({random(), random(), random(), random()}, 0, Bn254Scalar::kModulus);
      }
      std::vector<U256> expected = state;
      reference.permute(expected);
      const U256 hash = poseidon_bn254(std::span{state}.subspan(1), state[0]);
      poseidon_bn254_permute(state);
      ASSERT_EQ(state, expected) << "width " << width;
      ASSERT_EQ(hash, expected[0]) << "width " << width;
    }
  }
}

TEST(Poseidon, ElementsAreTakenModuloR) {
  const U256 all_ones = U256{} - 1;
  const std::array<U256, 3> large = {all_ones, Bn254Scalar::kModulus,
                                     Bn254Scalar::kModulus + Bn254Scalar::kModulus};
  const std::array<U256, 3> small = {addmod(all_ones, 0, Bn254Scalar::kModulus), 0, 0};
  EXPECT_EQ(poseidon_bn254(large), poseidon_bn254(small));
}

TEST(Poseidon, OfUpTo31BytesIsCircomlibsOfTheirNumberAndThem) {
  std::vector<uint8_t> bytes;
  for (unsigned size = 0; size <= 31; ++size) {
    U256 number;
    for (const uint8_t byte : bytes)
      number = number << 8 | U256{byte};
    const std::array<U256, 2> inputs{U256{size}, number << (8 * (31 - size))};
    EXPECT_EQ(poseidon_bn254_sponge(bytes), to_bytes32(poseidon_bn254(inputs))) << size;
    bytes.push_back(static_cast<uint8_t>(0xff - size));
  }
}

TEST(Poseidon, LongerBytesAreAbsorbedInPairs) {
  const std::vector<uint8_t> bytes(31 * 3 + 1, 0xff);
  const U256 chunk = (U256{1} << 248) - 1;
  std::array<U256, 3> state{0, bytes.size(), chunk};
  poseidon_bn254_permute(state);
  state = {state[0], addmod(state[1], chunk, Bn254Scalar::kModulus),
           addmod(state[2], chunk, Bn254Scalar::kModulus)};
  poseidon_bn254_permute(state);
  state[1] = addmod(state[1], U256{0xff} << 240, Bn254Scalar::kModulus);
  poseidon_bn254_permute(state);
  EXPECT_EQ(poseidon_bn254_sponge(bytes), to_bytes32(state[0]));
}

/// plonky2's tests (plonky2/src/hash/poseidon_goldilocks.rs).
TEST(Poseidon, KnownGoldilocks) {
  std::array<uint64_t, 12> state{};
  poseidon_goldilocks_permute(state);
  EXPECT_EQ(state,
            (std::array<uint64_t, 12>{0x3c18a9786cb0b359, 0xc4055e3364a246c3, 0x7953db0ab48808f4,
                                      0xc71603f33a1144ca, 0xd7709673896996dc, 0x46a84e87642f44ed,
                                      0xd032648251ee0b3c, 0x1c687363b207df62, 0xdf8565563e8045fe,
                                      0x40f5b37ff4254dae, 0xd070f637b431067c, 0x1792b1c4342109d7}));
}

/// The definition: constants, x^7 of all elements or of the first, the matrix.
TEST(Poseidon, GoldilocksSameAsTheDefinition) {
  std::vector<uint64_t> constants(30 * 12), matrix(144);
  goldilocks_parameters(constants, matrix);
  std::mt19937_64 random{3};
  for (int turn = 0; turn < 50; ++turn) {
    std::array<uint64_t, 12> state;
    std::array<Goldilocks, 12> x;
    for (unsigned i = 0; i < 12; ++i) {
      state[i] = turn == 0 ? ~uint64_t{0} : random();
      x[i] = Goldilocks::from_word(state[i]);
    }
    for (unsigned round = 0; round < 30; ++round) {
      for (unsigned i = 0; i < 12; ++i)
        x[i] = x[i] + Goldilocks::from_word(constants[12 * round + i]);
      for (unsigned i = 0; i < (round < 4 || round >= 26 ? 12u : 1u); ++i)
        x[i] = Goldilocks::sbox(x[i]);
      std::array<Goldilocks, 12> mixed;
      for (unsigned i = 0; i < 12; ++i) {
        mixed[i] = Goldilocks::from_word(0);
        for (unsigned j = 0; j < 12; ++j)
          mixed[i] = mixed[i] + Goldilocks::from_word(matrix[12 * i + j]) * x[j];
      }
      x = mixed;
    }
    poseidon_goldilocks_permute(state);
    for (unsigned i = 0; i < 12; ++i)
      ASSERT_EQ(state[i], x[i].to_word());
  }
}

/// The first use may come from many threads at once.
TEST(Poseidon, FirstUseFromManyThreads) {
  std::array<U256, 8> hashes;
  std::vector<std::thread> threads;
  threads.reserve(hashes.size());
  for (U256& hash : hashes) {
    threads.emplace_back([&hash] {
      const std::array<U256, 13> inputs{};
      hash = poseidon_bn254(inputs);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (const U256& hash : hashes)
    EXPECT_EQ(hash, hashes[0]);
}

} // namespace
} // namespace zvm::runtime
