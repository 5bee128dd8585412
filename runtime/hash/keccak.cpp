#include "runtime/hash/keccak.hpp"

#include <bit>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/lanes.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kRate = 136; // bytes a block of Keccak-256
constexpr size_t kRateLanes = kRate / 8;

/// The constants of iota (Keccak reference 3.0, 1.2): bits of an LFSR.
constexpr auto kRoundConstants = [] {
  std::array<uint64_t, 24> constants{};
  uint8_t state = 1;
  for (uint64_t& constant : constants) {
    for (unsigned j = 0; j < 7; ++j) {
      if ((state & 1) != 0)
        constant |= uint64_t{1} << ((1u << j) - 1);
      state = static_cast<uint8_t>(state << 1 ^ (state >> 7) * 0x71);
    }
  }
  return constants;
}();

/// The rotation of each lane in rho: triangular numbers along the orbit of (x, y) -> (y, 2x + 3y).
constexpr auto kRotations = [] {
  std::array<unsigned, 25> rotations{};
  unsigned x = 1, y = 0;
  for (unsigned t = 0; t < 24; ++t) {
    rotations[x + 5 * y] = (t + 1) * (t + 2) / 2 % 64;
    const unsigned next = (2 * x + 3 * y) % 5;
    x = y;
    y = next;
  }
  return rotations;
}();

using Lanes = uint64_t[25];

/// One round from a to e, row by row so that few lanes are alive at a time. All indices are constant once
/// the loops are unrolled, so that lanes are registers.
[[gnu::always_inline]] inline void round(const Lanes& a, Lanes& e, uint64_t constant) {
  uint64_t parity[5], d[5], b[5];
  ZVM_UNROLL
  for (unsigned x = 0; x < 5; ++x)
    parity[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
  ZVM_UNROLL
  for (unsigned x = 0; x < 5; ++x)
    d[x] = parity[(x + 4) % 5] ^ std::rotl(parity[(x + 1) % 5], 1);
  ZVM_UNROLL
  for (unsigned y = 0; y < 5; ++y) {
    // Row y of pi's image comes from the lanes (x + 3y, x).
    ZVM_UNROLL
    for (unsigned x = 0; x < 5; ++x) {
      const unsigned column = (x + 3 * y) % 5;
      const unsigned lane = column + 5 * x;
      b[x] = std::rotl(a[lane] ^ d[column], static_cast<int>(kRotations[lane]));
    }
    ZVM_UNROLL
    for (unsigned x = 0; x < 5; ++x)
      e[x + 5 * y] = b[x] ^ (~b[(x + 1) % 5] & b[(x + 2) % 5]);
  }
  e[0] ^= constant;
}

/// Pads the last `size` < kRate bytes, and takes the first lanes as the hash.
void absorb_last(Lanes& lanes, const uint8_t* bytes, size_t size) {
  const size_t whole = size / 8;
  for (size_t i = 0; i < whole; ++i)
    lanes[i] ^= load_lane(bytes + 8 * i);
  const size_t rest = size % 8;
  lanes[whole] ^= load_partial_lane(bytes + 8 * whole, rest) | uint64_t{1} << (8 * rest);
  lanes[kRateLanes - 1] ^= uint64_t{1} << 63;
  keccak_f1600(lanes);
}

/// A lane of a word's big-endian bytes, `i` counted from the most significant.
uint64_t lane_of(const U256& word, unsigned i) { return __builtin_bswap64(word.limbs[3 - i]); }

U256 word_of(const Lanes& lanes) {
  return {__builtin_bswap64(lanes[3]), __builtin_bswap64(lanes[2]), __builtin_bswap64(lanes[1]),
          __builtin_bswap64(lanes[0])};
}

} // namespace

void keccak_f1600(uint64_t (&lanes)[25]) {
  Lanes a, e;
  ZVM_UNROLL
  for (unsigned i = 0; i < 25; ++i)
    a[i] = lanes[i];
#if defined(__clang__)
#pragma clang loop unroll(disable)
#endif
  for (unsigned i = 0; i < 24; i += 2) {
    round(a, e, kRoundConstants[i]);
    round(e, a, kRoundConstants[i + 1]);
  }
  ZVM_UNROLL
  for (unsigned i = 0; i < 25; ++i)
    lanes[i] = a[i];
}

Bytes32 keccak256(ByteView data) {
  Lanes lanes{};
  const uint8_t* bytes = data.data();
  size_t size = data.size();
  for (; size >= kRate; bytes += kRate, size -= kRate) {
    for (size_t i = 0; i < kRateLanes; ++i)
      lanes[i] ^= load_lane(bytes + 8 * i);
    keccak_f1600(lanes);
  }
  absorb_last(lanes, bytes, size);
  Bytes32 hash;
  for (size_t i = 0; i < 4; ++i)
    store_lane(hash.bytes.data() + 8 * i, lanes[i]);
  return hash;
}

U256 keccak256_pair(const U256& first, const U256& second) {
  Lanes lanes{};
  for (unsigned i = 0; i < 4; ++i) {
    lanes[i] = lane_of(first, i);
    lanes[4 + i] = lane_of(second, i);
  }
  lanes[8] = 1;
  lanes[kRateLanes - 1] = uint64_t{1} << 63;
  keccak_f1600(lanes);
  return word_of(lanes);
}

U256 keccak256_word(const U256& word) {
  Lanes lanes{};
  for (unsigned i = 0; i < 4; ++i)
    lanes[i] = lane_of(word, i);
  lanes[4] = 1;
  lanes[kRateLanes - 1] = uint64_t{1} << 63;
  keccak_f1600(lanes);
  return word_of(lanes);
}

} // namespace zvm::runtime
