// Keccak-f[1600] in portable code: one state in general registers, several in the compiler's
// vectors.
#include <bit>
#include <cstring>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/keccak.hpp"
#include "runtime/hash/keccak_constants.hpp"
#include "runtime/hash/variants.hpp"

namespace zvm::runtime {
namespace {

using Lane4 [[gnu::vector_size(32)]] = uint64_t;

template <typename Lane>
[[gnu::always_inline]] inline void rotate_left(Lane& lane, unsigned bits) {
  if (bits != 0)
    lane = lane << bits | lane >> (64 - bits);
}

/// One round from a to e, row by row so that few lanes are alive at a time. All indices are
/// constant once the loops are unrolled, so that lanes are registers.
template <typename Lane>
[[gnu::always_inline]] inline void round(const Lane (&a)[25], Lane (&e)[25], uint64_t constant) {
  Lane parity[5], d[5], b[5];
  ZVM_UNROLL
  for (unsigned x = 0; x < 5; ++x)
    parity[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
  ZVM_UNROLL
  for (unsigned x = 0; x < 5; ++x) {
    d[x] = parity[(x + 1) % 5];
    rotate_left(d[x], 1);
    d[x] ^= parity[(x + 4) % 5];
  }
  ZVM_UNROLL
  for (unsigned y = 0; y < 5; ++y) {
    ZVM_UNROLL
    for (unsigned x = 0; x < 5; ++x) {
      const unsigned lane = pi_source(x, y);
      b[x] = a[lane] ^ d[lane % 5];
      rotate_left(b[x], kRotations[lane]);
    }
    ZVM_UNROLL
    for (unsigned x = 0; x < 5; ++x)
      e[x + 5 * y] = b[x] ^ (~b[(x + 1) % 5] & b[(x + 2) % 5]);
  }
  e[0] ^= constant;
}

/// The last `rounds` rounds. Lane i of the state, or of the states beside one another, lies at
/// lanes + i * stride.
template <typename Lane, unsigned rounds = kKeccakRounds>
[[gnu::always_inline]] inline void permute(uint64_t* lanes, size_t stride) {
  Lane a[25], e[25];
  ZVM_UNROLL
  for (unsigned i = 0; i < 25; ++i)
    std::memcpy(&a[i], lanes + i * stride, sizeof(Lane));
#if defined(__clang__)
#pragma clang loop unroll(disable)
#endif
  for (unsigned i = kKeccakRounds - rounds; i < kKeccakRounds; i += 2) {
    round(a, e, kRoundConstants[i]);
    round(e, a, kRoundConstants[i + 1]);
  }
  ZVM_UNROLL
  for (unsigned i = 0; i < 25; ++i)
    std::memcpy(lanes + i * stride, &a[i], sizeof(Lane));
}

} // namespace

void keccak_f1600_portable(uint64_t (&lanes)[25]) { permute<uint64_t>(lanes, 1); }

void keccak_p1600_12(uint64_t (&lanes)[25]) { permute<uint64_t, 12>(lanes, 1); }

void keccak_f1600_x4_portable(uint64_t (&lanes)[25][4]) { permute<Lane4>(lanes[0], 4); }

void keccak_f1600_x8_portable(uint64_t (&lanes)[25][8]) {
  permute<Lane4>(lanes[0], 8);
  permute<Lane4>(lanes[0] + 4, 8);
}

void keccak256_64_portable(const uint64_t (&message)[8], uint64_t (&hash)[4]) {
  uint64_t lanes[25]{};
  std::memcpy(lanes, message, sizeof message);
  lanes[8] = 1;
  lanes[16] = uint64_t{1} << 63;
  keccak_f1600_portable(lanes);
  std::memcpy(hash, lanes, sizeof hash);
}

} // namespace zvm::runtime
