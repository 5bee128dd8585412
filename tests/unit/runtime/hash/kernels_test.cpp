#include "runtime/hash/kernels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "runtime/hash/blake3.hpp"
#include "runtime/hash/digests.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/poseidon/bn254_scalar.hpp"
#include "runtime/hash/sha256.hpp"
#include "runtime/hash/variants.hpp"
#include "tests/fuzz/oracles/hashes.hpp"
#include "tests/unit/runtime/hash/forced_kernels.hpp"

namespace zvm::runtime {
namespace {

using testing::ForcedKernels;
using testing::variant_names;

/// Calls `check(name, function)` for each variant of a kind that the CPU runs.
template <typename Function>
void for_variants(KernelKind kind, auto check) {
  for (const KernelVariant& variant : kernel_variants()) {
    if (variant.kind == kind) {
      SCOPED_TRACE(variant.name);
      EXPECT_TRUE(variant.is_sound);
      check(reinterpret_cast<Function*>(variant.function));
    }
  }
}

TEST(Kernels, EveryKindHasAPortableVariantFirstAndOneThatIsChosen) {
  std::set<KernelKind> kinds;
  std::set<KernelKind> chosen;
  for (const KernelVariant& variant : kernel_variants()) {
    EXPECT_EQ(kinds.insert(variant.kind).second, variant.name == "portable");
    if (variant.is_chosen)
      EXPECT_TRUE(chosen.insert(variant.kind).second);
    EXPECT_FALSE(kernel_name(variant.kind).empty());
    EXPECT_TRUE(kernel_meaning(variant.kind).ends_with('.'));
  }
  EXPECT_EQ(kinds, chosen);
  constexpr size_t kRows = 0
#define KERNEL(name, parameters, meaning) +1
#include "runtime/hash/kernels.def"
#undef KERNEL
      ;
  EXPECT_EQ(kinds.size(), kRows);
}

TEST(Kernels, OnlyNamedVariantsAreChosen) {
  for (const std::string_view name : variant_names()) {
    if (name == "all")
      continue;
    const ForcedKernels forced{name};
    std::set<KernelKind> has_name;
    for (const KernelVariant& variant : kernel_variants()) {
      if (variant.name == name)
        has_name.insert(variant.kind);
    }
    for (const KernelVariant& variant : kernel_variants()) {
      const bool wanted = variant.name == (has_name.contains(variant.kind) ? name : "portable");
      EXPECT_EQ(variant.is_chosen, wanted) << kernel_name(variant.kind) << ' ' << variant.name;
    }
  }
}

TEST(Kernels, AnUnknownNameChangesNothing) {
  const ForcedKernels forced{"portable"};
  EXPECT_FALSE(choose_kernels("portable,abacus"));
  for (const KernelVariant& variant : kernel_variants())
    EXPECT_EQ(variant.is_chosen, variant.name == "portable");
}

TEST(Kernels, PermutationsOfRandomStates) {
  std::mt19937_64 random{1};
  for_variants<void(uint64_t(&)[25])>(KernelKind::keccak_f1600, [&](auto* permute) {
    for (unsigned round = 0; round < 200; ++round) {
      uint64_t expected[25], lanes[25];
      for (unsigned i = 0; i < 25; ++i)
        expected[i] = lanes[i] = random();
      keccak_f1600_portable(expected);
      permute(lanes);
      EXPECT_TRUE(std::ranges::equal(lanes, expected));
    }
  });
}

template <size_t kStates>
void check_interleaved(KernelKind kind) {
  std::mt19937_64 random{2};
  for_variants<void(uint64_t(&)[25][kStates])>(kind, [&](auto* permute) {
    for (unsigned round = 0; round < 200; ++round) {
      uint64_t expected[kStates][25], lanes[25][kStates];
      for (unsigned j = 0; j < kStates; ++j) {
        for (unsigned i = 0; i < 25; ++i)
          expected[j][i] = lanes[i][j] = random();
        keccak_f1600_portable(expected[j]);
      }
      permute(lanes);
      for (unsigned j = 0; j < kStates; ++j) {
        for (unsigned i = 0; i < 25; ++i)
          ASSERT_EQ(lanes[i][j], expected[j][i]) << "state " << j << " lane " << i;
      }
    }
  });
}
TEST(Kernels, PermutationsOfFourStates) { check_interleaved<4>(KernelKind::keccak_f1600_x4); }
TEST(Kernels, PermutationsOfEightStates) { check_interleaved<8>(KernelKind::keccak_f1600_x8); }

TEST(Kernels, HashesOf64Bytes) {
  std::mt19937_64 random{3};
  for_variants<void(const uint64_t(&)[8], uint64_t(&)[4])>(
      KernelKind::keccak256_64, [&](auto* hash) {
        for (unsigned round = 0; round < 200; ++round) {
          uint64_t message[8], digest[4], lanes[25]{};
          for (unsigned i = 0; i < 8; ++i)
            message[i] = lanes[i] = random();
          lanes[8] = 1;
          lanes[16] = uint64_t{1} << 63;
          keccak_f1600_portable(lanes);
          hash(message, digest);
          EXPECT_TRUE(std::ranges::equal(digest, std::span{lanes}.first(4)));
        }
      });
}

/// Calls `check(data, states before, states after, blocks)` for messages at any place of any number
/// of blocks.
template <size_t kMessages>
void for_sha256(auto check) {
  std::mt19937_64 random{4};
  std::vector<uint8_t> bytes(64 * 20);
  for (uint8_t& byte : bytes)
    byte = static_cast<uint8_t>(random());
  for (size_t blocks = 0; blocks < 10; ++blocks) {
    uint32_t before[kMessages][8], expected[kMessages][8];
    const uint8_t* data[kMessages];
    for (size_t i = 0; i < kMessages; ++i) {
      data[i] = bytes.data() + random() % (bytes.size() - 64 * blocks);
      for (uint32_t& word : before[i])
        word = static_cast<uint32_t>(random());
      std::memcpy(expected[i], before[i], sizeof before[i]);
      sha256_blocks(expected[i], data[i], blocks);
    }
    check(data, before, expected, blocks);
  }
}

TEST(Kernels, Sha256OfOneMessage) {
  for_sha256<1>([](auto& data, auto& before, auto& expected, size_t blocks) {
    for_variants<Sha256Blocks>(KernelKind::sha256_blocks, [&](auto* advance) {
      uint32_t state[8];
      std::memcpy(state, before[0], sizeof state);
      advance(state, data[0], blocks);
      EXPECT_TRUE(std::ranges::equal(state, expected[0])) << blocks;
    });
  });
}

template <size_t kMessages>
void check_sha256(KernelKind kind) {
  for_sha256<kMessages>([kind](auto& data, auto& before, auto& expected, size_t blocks) {
    for_variants<Sha256BlocksOf<kMessages>>(kind, [&](auto* advance) {
      uint32_t states[kMessages][8];
      std::memcpy(states, before, sizeof states);
      advance(states, data, blocks);
      for (size_t i = 0; i < kMessages; ++i)
        ASSERT_TRUE(std::ranges::equal(states[i], expected[i])) << blocks << " blocks of " << i;
    });
  });
}
TEST(Kernels, Sha256OfTwoMessages) { check_sha256<2>(KernelKind::sha256_blocks_x2); }
TEST(Kernels, Sha256OfEightMessages) { check_sha256<8>(KernelKind::sha256_blocks_x8); }
TEST(Kernels, Sha256OfSixteenMessages) { check_sha256<16>(KernelKind::sha256_blocks_x16); }

/// What the chosen variant of a kind costs.
unsigned cost_of(KernelKind kind) {
  for (const KernelVariant& variant : kernel_variants()) {
    if (variant.kind == kind && variant.is_chosen)
      return variant.cost;
  }
  return 0;
}

TEST(Kernels, Sha256LanesAreTheCheapest) {
  const std::map<size_t, KernelKind> kinds{{1, KernelKind::sha256_blocks},
                                           {2, KernelKind::sha256_blocks_x2},
                                           {8, KernelKind::sha256_blocks_x8},
                                           {16, KernelKind::sha256_blocks_x16}};
  for (const std::string_view name : variant_names()) {
    const ForcedKernels forced{name};
    for (size_t count = 1; count <= kMostSha256Lanes; ++count) {
      unsigned cost = 0;
      for (size_t left = count; left != 0;) {
        const size_t lanes = sha256_lanes(left);
        ASSERT_TRUE(kinds.contains(lanes)) << lanes;
        cost += cost_of(kinds.at(lanes));
        left -= std::min(left, lanes);
      }
      for (const auto& [lanes, kind] : kinds) {
        ASSERT_GT(cost_of(kind), 0u) << name;
        EXPECT_LE(cost, (count + lanes - 1) / lanes * cost_of(kind)) << name << ' ' << count;
      }
    }
  }
  const ForcedKernels forced{"portable"};
  constexpr size_t kExpected[] = {1, 1, 1, 1, 8, 8, 8, 8};
  for (size_t count = 1; count <= std::size(kExpected); ++count)
    EXPECT_EQ(sha256_lanes(count), kExpected[count - 1]) << count;
}

template <size_t kMessages>
void check_blake3(KernelKind kind) {
  std::mt19937_64 random{6};
  std::vector<uint8_t> bytes(64 * 20 + kMessages);
  for (uint8_t& byte : bytes)
    byte = static_cast<uint8_t>(random());
  for (size_t blocks = 1; blocks <= 17; ++blocks) {
    uint32_t before[kMessages][8], expected[kMessages][8];
    const uint8_t* data[kMessages];
    Blake3Tweaks<kMessages> tweaks;
    tweaks.flags = static_cast<uint32_t>(random());
    tweaks.first = static_cast<uint32_t>(random());
    tweaks.last = static_cast<uint32_t>(random());
    for (size_t i = 0; i < kMessages; ++i) {
      data[i] = bytes.data() + random() % (bytes.size() - 64 * blocks);
      for (uint32_t& word : before[i])
        word = static_cast<uint32_t>(random());
      const uint64_t counter = random();
      tweaks.counter[0][i] = static_cast<uint32_t>(counter);
      tweaks.counter[1][i] = static_cast<uint32_t>(counter >> 32);
      tweaks.sizes[i] = static_cast<uint32_t>(random() % 65);
      std::memcpy(expected[i], before[i], sizeof before[i]);
      for (size_t block = 0; block < blocks; ++block) {
        uint32_t flags = tweaks.flags;
        flags |= block == 0 ? tweaks.first : 0;
        flags |= block == blocks - 1 ? tweaks.last : 0;
        uint32_t out[16];
        blake3_compress(expected[i], data[i] + 64 * block, tweaks.sizes[i], counter, flags, out);
        std::memcpy(expected[i], out, sizeof expected[i]);
      }
    }
    for_variants<Blake3Blocks<kMessages>>(kind, [&](auto* compress) {
      uint32_t states[kMessages][8];
      std::memcpy(states, before, sizeof states);
      compress(states, data, blocks, tweaks);
      for (size_t i = 0; i < kMessages; ++i)
        ASSERT_TRUE(std::ranges::equal(states[i], expected[i])) << blocks << " blocks of " << i;
    });
  }
}
TEST(Kernels, Blake3OfOneMessage) { check_blake3<1>(KernelKind::blake3_blocks); }
TEST(Kernels, Blake3OfEightMessages) { check_blake3<8>(KernelKind::blake3_blocks_x8); }
TEST(Kernels, Blake3OfSixteenMessages) { check_blake3<16>(KernelKind::blake3_blocks_x16); }

/// An element whose number in Montgomery's form is `number`.
Bn254Scalar raw_element(const U256& number) {
  static_assert(sizeof(Bn254Scalar) == sizeof(U256));
  Bn254Scalar element;
  std::memcpy(static_cast<void*>(&element), &number, sizeof number);
  return element;
}

/// Factors and values as large as they may be, which is what decides whether carries have room.
TEST(Kernels, Bn254OfTheLargestElements) {
  constexpr size_t kMost = 33, kRounds = 5;
  const std::vector<Bn254Scalar> factors(kMost, raw_element(Bn254Scalar::kModulus - 1));
  const std::vector<Bn254Scalar> values(kMost, raw_element(Bn254Scalar::kTwice - 1));
  const auto same = [](const std::vector<Bn254Scalar>& a, const std::vector<Bn254Scalar>& b) {
    return std::memcmp(a.data(), b.data(), a.size() * sizeof(Bn254Scalar)) == 0;
  };
  for_variants<decltype(bn254_sboxes_portable)>(KernelKind::bn254_sboxes, [&](auto* sboxes) {
    std::vector<Bn254Scalar> expected(kMost), out(kMost);
    bn254_sboxes_portable(values.data(), expected.data(), kMost);
    sboxes(values.data(), out.data(), kMost);
    EXPECT_TRUE(same(out, expected));
  });
  for_variants<decltype(bn254_products_portable)>(KernelKind::bn254_products, [&](auto* products) {
    for (size_t width = 1; width <= kMost; ++width) {
      std::vector<Bn254Scalar> expected(1), out(1);
      bn254_products_portable(factors.data(), values.data(), factors.data(), expected.data(), 1,
                              width);
      products(factors.data(), values.data(), factors.data(), out.data(), 1, width);
      EXPECT_TRUE(same(out, expected)) << width;
    }
  });
  for_variants<decltype(bn254_recurrence_portable)>(
      KernelKind::bn254_recurrence, [&](auto* recurrence) {
        for (size_t rest = 1; rest <= 16; ++rest) {
          std::vector<Bn254Scalar> expected(2 * (rest + kRounds), values[0]), line = expected;
          bn254_recurrence_portable(expected.data(), factors.data(), factors.data(), rest, kRounds);
          recurrence(line.data(), factors.data(), factors.data(), rest, kRounds);
          EXPECT_TRUE(same(line, expected)) << rest;
        }
      });
}

/// Choices that go on for ever.
fuzz::Choices choices_of(uint16_t seed) {
  const uint8_t bytes[2] = {static_cast<uint8_t>(seed >> 8), static_cast<uint8_t>(seed)};
  return fuzz::Choices{bytes};
}

class EveryVariant : public ::testing::Test {
 protected:
  EveryVariant() {
    for (uint8_t& byte : bytes_)
      byte = static_cast<uint8_t>(random_());
  }
  std::mt19937_64 random_{5};
  std::vector<uint8_t> bytes_ = std::vector<uint8_t>(5000);
};

TEST_F(EveryVariant, OnAnyInput) {
  for (uint16_t seed = 0; seed < 300; ++seed) {
    fuzz::Choices choices = choices_of(seed);
    ASSERT_EQ(fuzz::compare_kernels(choices), "") << seed;
  }
}

TEST_F(EveryVariant, InAllFunctionsOfEveryLength) {
  for (size_t size = 0; size <= 1000; ++size)
    ASSERT_EQ(fuzz::compare_digests(ByteView{bytes_}.subspan(size % 7, size)), "") << size;
  for (const size_t size : {1023, 1024, 1025, 2047, 2048, 2049, 4097, 5000})
    ASSERT_EQ(fuzz::compare_digests(ByteView{bytes_}.first(size)), "") << size;
  for (const size_t chunks : {9, 16, 17, 64, 65, 128, 131, 200}) {
    const std::vector<uint8_t> message(1024 * chunks - 5, 0x5a);
    ASSERT_EQ(fuzz::compare_digests(message), "") << chunks;
  }
}

TEST_F(EveryVariant, InParts) {
  for (uint16_t size = 0; size <= 1000; ++size) {
    fuzz::Choices choices = choices_of(size);
    ASSERT_EQ(fuzz::compare_parts(choices, ByteView{bytes_}.first(size)), "") << size;
  }
}

TEST_F(EveryVariant, InBatches) {
  for (size_t count = 0; count <= 20; ++count) {
    for (const size_t most : {0, 60, 140, 300, 1100, 2500}) {
      std::vector<ByteView> same, mixed;
      const size_t size = most == 0 ? 64 : random_() % most;
      for (size_t i = 0; i < count; ++i) {
        same.push_back(ByteView{bytes_}.subspan(i, size));
        mixed.push_back(ByteView{bytes_}.subspan(random_() % 2000, random_() % (most + 1)));
      }
      ASSERT_EQ(fuzz::compare_batches(same), "") << size;
      ASSERT_EQ(fuzz::compare_batches(mixed), "") << most;
    }
  }
}

TEST(Kernels, ManyThreadsAtOnce) {
  const Bytes32 expected = keccak256({});
  std::vector<std::jthread> threads;
  threads.reserve(8);
  std::atomic<unsigned> wrong = 0;
  for (unsigned i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (unsigned round = 0; round < 100; ++round)
        wrong += keccak256({}) == expected ? 0 : 1;
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0u);
}

} // namespace
} // namespace zvm::runtime
