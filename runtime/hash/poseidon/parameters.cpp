#include "runtime/hash/poseidon/parameters.hpp"

#include <array>
#include <bit>

#include "base/assert.hpp"
#include "runtime/hash/poseidon/bn254_scalar.hpp"
#include "runtime/hash/poseidon/goldilocks.hpp"

namespace zvm::runtime {
namespace {

/// Grain in self-shrinking mode (Poseidon paper, appendix E): 80 bits of state, of which the oldest
/// is the lowest.
class Grain {
 public:
  /// Of an instance over a prime field with x^alpha.
  Grain(unsigned field_bits, unsigned width, unsigned full_rounds, unsigned partial_rounds) {
    append(1, 2); // a prime field
    append(0, 4); // x^alpha
    append(field_bits, 12);
    append(width, 12);
    append(full_rounds, 10);
    append(partial_rounds, 10);
    append((1u << 30) - 1, 30);
    for (unsigned i = 0; i < 160; ++i)
      step();
  }

  /// A number of `count` <= 256 bits, the highest first.
  U256 number(unsigned count) {
    U256 value;
    for (unsigned i = count; i-- > 0;) {
      while (step() == 0)
        step();
      value.limbs[i / 64] |= step() << (i % 64);
    }
    return value;
  }

 private:
  void append(unsigned value, unsigned count) {
    for (unsigned i = count; i-- > 0;)
      state_ |= State{value >> i & 1} << size_++;
  }
  uint64_t step() {
    if (left_ == 0) {
      // The next 18 bits do not depend on each other.
      ahead_ = static_cast<uint16_t>(state_ >> 62 ^ state_ >> 51 ^ state_ >> 38 ^ state_ >> 23 ^
                                     state_ >> 13 ^ state_);
      state_ = state_ >> 16 | State{ahead_} << 64;
      left_ = 16;
    }
    --left_;
    const uint64_t bit = ahead_ & 1u;
    ahead_ = static_cast<uint16_t>(ahead_ >> 1);
    return bit;
  }

  using State = unsigned __int128;
  State state_ = 0;
  unsigned size_ = 0;
  uint16_t ahead_ = 0; ///< steps made and not taken, the first the lowest
  unsigned left_ = 0;
};

/// ChaCha of 8 rounds as the Rust crates rand_chacha and rand_core 0.6 have it, seeded by
/// seed_from_u64(0).
class ChaCha8 {
 public:
  ChaCha8() {
    // The key comes from a PCG32 whose state is the seed.
    uint64_t pcg = 0;
    for (uint32_t& word : key_) {
      pcg = pcg * 6364136223846793005 + 11634580027462260723u;
      const auto mixed = static_cast<uint32_t>((pcg >> 18 ^ pcg) >> 27);
      word = std::rotr(mixed, static_cast<int>(pcg >> 59));
    }
  }

  uint64_t next() {
    if (used_ == kWords) {
      fill();
      used_ = 0;
    }
    const uint64_t low = block_[used_], high = block_[used_ + 1];
    used_ += 2;
    return high << 32 | low;
  }

 private:
  static constexpr unsigned kWords = 16;

  static void quarter(uint32_t& a, uint32_t& b, uint32_t& c, uint32_t& d) {
    a += b;
    d = std::rotl(d ^ a, 16);
    c += d;
    b = std::rotl(b ^ c, 12);
    a += b;
    d = std::rotl(d ^ a, 8);
    c += d;
    b = std::rotl(b ^ c, 7);
  }
  void fill() {
    std::array<uint32_t, kWords> input = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    for (unsigned i = 0; i < 8; ++i)
      input[4 + i] = key_[i];
    input[12] = counter_++;
    block_ = input;
    auto& v = block_;
    for (unsigned i = 0; i < 4; ++i) {
      for (unsigned j = 0; j < 4; ++j)
        quarter(v[j], v[4 + j], v[8 + j], v[12 + j]);
      for (unsigned j = 0; j < 4; ++j)
        quarter(v[j], v[4 + (j + 1) % 4], v[8 + (j + 2) % 4], v[12 + (j + 3) % 4]);
    }
    for (unsigned i = 0; i < kWords; ++i)
      v[i] += input[i];
  }

  std::array<uint32_t, 8> key_;
  std::array<uint32_t, kWords> block_;
  uint32_t counter_ = 0;
  unsigned used_ = kWords;
};

} // namespace

void bn254_parameters(unsigned width, std::span<U256> constants, std::span<U256> matrix) {
  constexpr unsigned kBits = 254;
  const unsigned partial_rounds = bn254_partial_rounds(width);
  ZVM_ASSERT(constants.size() == (kPoseidonFullRounds + partial_rounds) * width);
  ZVM_ASSERT(matrix.size() == width * width);
  Grain grain{kBits, width, kPoseidonFullRounds, partial_rounds};
  for (U256& constant : constants) {
    do
      constant = grain.number(kBits);
    while (!Wide<U256>::less(constant, Bn254Scalar::kModulus));
  }
  // A Cauchy matrix, 1 / (x + y), of numbers that the rule takes modulo r instead of drawing again.
  // The first matrix passes the rule's tests for invariant subspaces at each width here.
  std::array<Bn254Scalar, 2 * kMaxBn254Width> numbers;
  for (unsigned i = 0; i < 2 * width; ++i)
    numbers[i] = Bn254Scalar::from_word(grain.number(kBits));
  for (unsigned row = 0; row < width; ++row)
    for (unsigned column = 0; column < width; ++column)
      matrix[row * width + column] = (numbers[row] + numbers[width + column]).inverse().to_word();
}

void goldilocks_parameters(std::span<uint64_t> constants, std::span<uint64_t> matrix) {
  constexpr unsigned kWidth = kGoldilocksWidth;
  ZVM_ASSERT(constants.size() == (kPoseidonFullRounds + kGoldilocksPartialRounds) * kWidth);
  ZVM_ASSERT(matrix.size() == kWidth * kWidth);
  // rand 0.8's gen_range(0..p): the high half of a product, unless the low half would make it
  // uneven.
  ChaCha8 random;
  for (uint64_t& constant : constants) {
    unsigned __int128 product;
    do
      product = static_cast<unsigned __int128>(random.next()) * Goldilocks::kModulus;
    while (static_cast<uint64_t>(product) >= Goldilocks::kModulus);
    constant = static_cast<uint64_t>(product >> 64);
  }
  // A circulant matrix, and 8 more in the corner.
  constexpr uint8_t kCircle[kWidth] = {17, 15, 41, 16, 2, 28, 13, 13, 39, 18, 34, 20};
  for (unsigned row = 0; row < kWidth; ++row)
    for (unsigned column = 0; column < kWidth; ++column)
      matrix[row * kWidth + column] = kCircle[(column + kWidth - row) % kWidth];
  matrix[0] += 8;
}

} // namespace zvm::runtime
