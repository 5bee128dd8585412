#include "runtime/hash/sha256.hpp"

#include <bit>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/words.hpp"

namespace zvm::runtime {
namespace {

/// Fractions of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
constexpr uint32_t kConstants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// Fractions of the square roots of the first 8 primes (5.3.3).
constexpr uint32_t kInitial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// One step. The caller rotates the names of the eight variables instead of their values.
[[gnu::always_inline]] inline void step(uint32_t a, uint32_t b, uint32_t c, uint32_t& d, uint32_t e,
                                        uint32_t f, uint32_t g, uint32_t& h, uint32_t addend) {
  const uint32_t choice = g ^ (e & (f ^ g));
  const uint32_t majority = (a & b) | (c & (a | b));
  h += addend + choice + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25));
  d += h;
  h += majority + (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22));
}

} // namespace

void sha256_blocks(uint32_t (&state)[8], const uint8_t* data, size_t blocks) {
  for (; blocks != 0; --blocks, data += 64) {
    uint32_t w[16], v[8];
    for (unsigned i = 0; i < 16; ++i)
      w[i] = load_word32<std::endian::big>(data + 4 * i);
    for (unsigned i = 0; i < 8; ++i)
      v[i] = state[i];
    for (unsigned from = 0; from < 64; from += 16) {
      // The message schedule lies in a ring of 16 words.
      ZVM_UNROLL
      for (unsigned i = 0; i < 16; ++i) {
        if (from != 0) {
          const uint32_t x = w[(i + 1) % 16], y = w[(i + 14) % 16];
          w[i] += (std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3) + w[(i + 9) % 16] +
                  (std::rotr(y, 17) ^ std::rotr(y, 19) ^ y >> 10);
        }
        step(v[(16 - i) % 8], v[(17 - i) % 8], v[(18 - i) % 8], v[(19 - i) % 8], v[(20 - i) % 8],
             v[(21 - i) % 8], v[(22 - i) % 8], v[(23 - i) % 8], w[i] + kConstants[from + i]);
      }
    }
    for (unsigned i = 0; i < 8; ++i)
      state[i] += v[i];
  }
}

Bytes32 sha256_with(Sha256Blocks& blocks, ByteView data) {
  uint32_t state[8];
  std::memcpy(state, kInitial, sizeof state);
  for_padded_blocks<std::endian::big>(
      data, [&](const uint8_t* from, size_t count) { blocks(state, from, count); });
  Bytes32 digest;
  for (unsigned i = 0; i < 8; ++i)
    store_word32<std::endian::big>(digest.bytes.data() + 4 * i, state[i]);
  return digest;
}

} // namespace zvm::runtime
