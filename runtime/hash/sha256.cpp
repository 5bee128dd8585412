#include "runtime/hash/sha256.hpp"

#include <bit>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/variants.hpp"
#include "runtime/hash/words.hpp"

namespace zvm::runtime {
namespace {

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
             v[(21 - i) % 8], v[(22 - i) % 8], v[(23 - i) % 8], w[i] + kSha256Constants[from + i]);
      }
    }
    for (unsigned i = 0; i < 8; ++i)
      state[i] += v[i];
  }
}

void sha256_blocks_x2_portable(uint32_t (&states)[2][8], const uint8_t* const (&data)[2],
                               size_t blocks) {
  for (unsigned i = 0; i < 2; ++i)
    sha256_blocks(states[i], data[i], blocks);
}

Bytes32 sha256_with(Sha256Blocks& blocks, ByteView data) {
  uint32_t state[8];
  std::memcpy(state, kSha256Initial, sizeof state);
  for_padded_blocks<std::endian::big>(
      data, [&](const uint8_t* from, size_t count) { blocks(state, from, count); });
  Bytes32 digest;
  for (unsigned i = 0; i < 8; ++i)
    store_word32<std::endian::big>(digest.bytes.data() + 4 * i, state[i]);
  return digest;
}

} // namespace zvm::runtime
