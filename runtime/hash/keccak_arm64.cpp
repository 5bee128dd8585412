// Keccak-f[1600] of one state in the general registers of AArch64, whose logical instructions
// rotate an operand on the way: rho is never done. Each lane waits for its rotation until an
// instruction reads it, a trick of Becker and Kannwischer (Hybrid scalar/vector implementations of
// Keccak and SPHINCS+ on AArch64, 2022).
#include "runtime/hash/kernels_arm64.hpp"

#if defined(__aarch64__)

#include <array>
#include <bit>
#include <cstring>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/keccak_constants.hpp"

namespace zvm::runtime {
namespace {

/// Between rounds a lane is what is kept, rotated left by this. Chi leaves it as that of its first
/// operand.
constexpr auto kPending = [] {
  std::array<unsigned, 25> pending{};
  for (unsigned lane = 0; lane < 25; ++lane)
    pending[lane] = kRotations[pi_source(lane % 5, lane / 5)];
  return pending;
}();

/// `bits` modulo 64.
[[gnu::always_inline]] inline uint64_t rotate(uint64_t x, unsigned bits) {
  return std::rotl(x, static_cast<int>(bits % 64));
}

[[gnu::always_inline]] inline void round(const uint64_t (&a)[25], uint64_t (&e)[25],
                                         uint64_t constant) {
  uint64_t parity[5], d[5], b[5];
  ZVM_UNROLL
  for (unsigned x = 0; x < 5; ++x) {
    parity[x] = a[x];
    ZVM_UNROLL
    for (unsigned lane = x + 5; lane < 25; lane += 5) {
      parity[x] ^= rotate(a[lane], kPending[lane] - kPending[x]);
      asm("" : "+r"(parity[x])); // in another order two operands of an instruction would be rotated
    }
    parity[x] = rotate(parity[x], kPending[x]);
    asm("" : "+r"(parity[x]));
  }
  ZVM_UNROLL
  for (unsigned x = 0; x < 5; ++x)
    d[x] = parity[(x + 4) % 5] ^ rotate(parity[(x + 1) % 5], 1);
  ZVM_UNROLL
  for (unsigned y = 0; y < 5; ++y) {
    unsigned rho[5];
    ZVM_UNROLL
    for (unsigned x = 0; x < 5; ++x) {
      const unsigned lane = pi_source(x, y);
      b[x] = d[lane % 5] ^ rotate(a[lane], kPending[lane]);
      rho[x] = kRotations[lane];
    }
    ZVM_UNROLL
    for (unsigned x = 0; x < 5; ++x) {
      const unsigned next = (x + 1) % 5, second = (x + 2) % 5;
      const uint64_t masked = b[second] & ~rotate(b[next], rho[next] - rho[second]);
      e[x + 5 * y] = b[x] ^ rotate(masked, rho[second] - rho[x]);
    }
  }
  e[0] ^= constant; // pi and rho leave it where and as it is
}

[[gnu::always_inline]] inline void permute(uint64_t (&lanes)[25]) {
  uint64_t a[25], e[25];
  ZVM_UNROLL
  for (unsigned lane = 0; lane < 25; ++lane)
    a[lane] = rotate(lanes[lane], 64 - kPending[lane]);
#if defined(__clang__)
#pragma clang loop unroll(disable)
#endif
  for (unsigned i = 0; i < kKeccakRounds; i += 2) {
    round(a, e, kRoundConstants[i]);
    round(e, a, kRoundConstants[i + 1]);
  }
  ZVM_UNROLL
  for (unsigned lane = 0; lane < 25; ++lane)
    lanes[lane] = rotate(a[lane], kPending[lane]);
}

/// Interleaved states, one after another: with two vector pipes (Neoverse N1, Cortex-A76) that is
/// faster than pairs in NEON.
template <size_t kStates>
void permute_each(uint64_t (&lanes)[25][kStates]) {
  for (size_t state = 0; state < kStates; ++state) {
    uint64_t one[25];
    for (unsigned lane = 0; lane < 25; ++lane)
      one[lane] = lanes[lane][state];
    keccak_f1600_ror(one);
    for (unsigned lane = 0; lane < 25; ++lane)
      lanes[lane][state] = one[lane];
  }
}

} // namespace

void keccak_f1600_ror(uint64_t (&lanes)[25]) { permute(lanes); }
void keccak_f1600_x4_ror(uint64_t (&lanes)[25][4]) { permute_each(lanes); }
void keccak_f1600_x8_ror(uint64_t (&lanes)[25][8]) { permute_each(lanes); }

void keccak256_64_ror(const uint64_t (&message)[8], uint64_t (&hash)[4]) {
  uint64_t lanes[25]{};
  std::memcpy(lanes, message, sizeof message);
  lanes[8] = 1;
  lanes[16] = uint64_t{1} << 63;
  permute(lanes);
  std::memcpy(hash, lanes, sizeof hash);
}

} // namespace zvm::runtime

#endif
