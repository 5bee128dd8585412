#include "runtime/hash/ripemd160.hpp"

#include <bit>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/words.hpp"

namespace zvm::runtime {
namespace {

constexpr unsigned kRounds = 5;
constexpr unsigned kWords = 16; // of a block; as many steps a round

/// Fractions of the square roots of 2, 3, 5 and 7 for the left line, of the cube roots for the
/// right one.
constexpr uint32_t kLeftConstants[kRounds] = {0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e};
constexpr uint32_t kRightConstants[kRounds] = {0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0};

/// By round and word; the same for both lines.
constexpr uint8_t kShifts[kRounds][kWords] = {
    {11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8},
    {12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7},
    {13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9},
    {14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6},
    {15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5}};

struct Orders {
  uint8_t left[kRounds][kWords];
  uint8_t right[kRounds][kWords];
};
/// The word each step takes: rho as often as rounds went before, on the right line behind pi.
constexpr Orders kOrders = [] {
  constexpr uint8_t kRho[kWords] = {7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8};
  Orders orders{};
  for (unsigned i = 0; i < kWords; ++i) {
    orders.left[0][i] = static_cast<uint8_t>(i);
    orders.right[0][i] = static_cast<uint8_t>((9 * i + 5) % kWords);
    for (unsigned round = 1; round < kRounds; ++round) {
      orders.left[round][i] = kRho[orders.left[round - 1][i]];
      orders.right[round][i] = kRho[orders.right[round - 1][i]];
    }
  }
  return orders;
}();

/// Adds the function of a round; the left line uses them in this order, the right one from the last
/// to the first. What does not wait for `x`, the word that the step before made, comes first.
template <unsigned kIndex>
[[gnu::always_inline]] inline uint32_t add_mixed(uint32_t sum, uint32_t x, uint32_t y, uint32_t z) {
  if constexpr (kIndex == 0)
    return sum + (x ^ (y ^ z));
  else if constexpr (kIndex == 1)
    return sum + (z ^ (x & (y ^ z)));
  else if constexpr (kIndex == 2)
    return sum + ((x | ~y) ^ z);
  else if constexpr (kIndex == 3)
    return sum + (y & ~z) + (x & z);
  else
    return sum + (x ^ (y | ~z));
}

/// Step `j` of a line: what the variables are called rotates, not what they hold.
template <unsigned kIndex>
[[gnu::always_inline]] inline void step(uint32_t (&v)[5], unsigned j, uint32_t addend, int shift) {
  uint32_t& a = v[(80 - j) % 5];
  uint32_t& c = v[(82 - j) % 5];
  uint32_t sum = a + addend;
  asm(""
      : "+r"(sum)); // the compiler would add the constant in it last, on the way to the next step
  a = std::rotl(add_mixed<kIndex>(sum, v[(81 - j) % 5], c, v[(83 - j) % 5]), shift) +
      v[(84 - j) % 5];
  c = std::rotl(c, 10);
}

/// A round of both lines, which do not know of each other, side by side.
template <unsigned kRound>
[[gnu::always_inline]] inline void round(uint32_t (&left)[5], uint32_t (&right)[5],
                                         const uint32_t (&words)[kWords]) {
  ZVM_UNROLL
  for (unsigned i = 0; i < kWords; ++i) {
    const unsigned l = kOrders.left[kRound][i], r = kOrders.right[kRound][i];
    step<kRound>(left, kWords * kRound + i, words[l] + kLeftConstants[kRound], kShifts[kRound][l]);
    step<kRounds - 1 - kRound>(right, kWords * kRound + i, words[r] + kRightConstants[kRound],
                               kShifts[kRound][r]);
  }
}

} // namespace

void ripemd160_blocks(uint32_t (&state)[5], const uint8_t* data, size_t blocks) {
  for (; blocks != 0; --blocks, data += 64) {
    uint32_t words[kWords], left[5], right[5];
    for (unsigned i = 0; i < kWords; ++i)
      words[i] = load_word32<std::endian::little>(data + 4 * i);
    for (unsigned i = 0; i < 5; ++i)
      left[i] = right[i] = state[i];
    round<0>(left, right, words);
    round<1>(left, right, words);
    round<2>(left, right, words);
    round<3>(left, right, words);
    round<4>(left, right, words);
    const uint32_t first = state[0];
    for (unsigned i = 0; i < 5; ++i)
      state[i] = (i < 4 ? state[i + 1] : first) + left[(i + 2) % 5] + right[(i + 3) % 5];
  }
}

std::array<uint8_t, 20> ripemd160(ByteView data) {
  uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for_padded_blocks<std::endian::little>(
      data, [&](const uint8_t* from, size_t count) { ripemd160_blocks(state, from, count); });
  std::array<uint8_t, 20> digest;
  for (unsigned i = 0; i < 5; ++i)
    store_word32<std::endian::little>(digest.data() + 4 * i, state[i]);
  return digest;
}

} // namespace zvm::runtime
