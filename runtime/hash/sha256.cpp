#include "runtime/hash/sha256.hpp"

#include <bit>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/variants.hpp"
#include "runtime/hash/words.hpp"

namespace zvm::runtime {
namespace {

template <typename Word>
[[gnu::always_inline]] inline void rotate_right(Word& to, const Word& from, unsigned count) {
  to = from >> count | from << (32 - count);
}

/// One step of one message, or of one in each lane. The caller rotates the names of the eight
/// variables instead of their values.
template <typename Word>
[[gnu::always_inline]] inline void step(const Word& a, const Word& b, const Word& c, Word& d,
                                        const Word& e, const Word& f, const Word& g, Word& h,
                                        const Word& addend) {
  Word x, y, z;
  rotate_right(x, e, 6);
  rotate_right(y, e, 11);
  rotate_right(z, e, 25);
  h += addend + (g ^ (e & (f ^ g))) + (x ^ y ^ z);
  d += h;
  rotate_right(x, a, 2);
  rotate_right(y, a, 13);
  rotate_right(z, a, 22);
  h += ((a & b) | (c & (a | b))) + (x ^ y ^ z);
}

/// Word i + 16 of the message schedule, which lies in a ring of 16 words, in the place of word i.
template <typename Word>
[[gnu::always_inline]] inline void schedule(Word (&w)[16], unsigned i) {
  const Word &first = w[(i + 1) % 16], &second = w[(i + 14) % 16];
  Word x, y;
  rotate_right(x, first, 7);
  rotate_right(y, first, 18);
  w[i] += (x ^ y ^ first >> 3) + w[(i + 9) % 16];
  rotate_right(x, second, 17);
  rotate_right(y, second, 19);
  w[i] += x ^ y ^ second >> 10;
}

template <typename Word>
[[gnu::always_inline]] inline void compress(Word (&v)[8], Word (&w)[16]) {
  for (unsigned from = 0; from < 64; from += 16) {
    ZVM_UNROLL
    for (unsigned i = 0; i < 16; ++i) {
      if (from != 0)
        schedule(w, i);
      const Word addend = w[i] + kSha256Constants[from + i];
      step(v[(16 - i) % 8], v[(17 - i) % 8], v[(18 - i) % 8], v[(19 - i) % 8], v[(20 - i) % 8],
           v[(21 - i) % 8], v[(22 - i) % 8], v[(23 - i) % 8], addend);
    }
  }
}

/// One word of each of eight messages. The compiler makes of it what the machine has.
constexpr size_t kLanes = 8;
typedef uint32_t Vector __attribute__((vector_size(4 * kLanes)));

void blocks_in_lanes(uint32_t (*states)[8], const uint8_t* const* data, size_t blocks) {
  Vector state[8];
  for (unsigned lane = 0; lane < kLanes; ++lane)
    for (unsigned i = 0; i < 8; ++i)
      state[i][lane] = states[lane][i];
  for (size_t block = 0; block < blocks; ++block) {
    Vector w[16], v[8];
    ZVM_UNROLL
    for (unsigned i = 0; i < 16; ++i) {
      ZVM_UNROLL
      for (unsigned lane = 0; lane < kLanes; ++lane)
        w[i][lane] = load_word32<std::endian::big>(data[lane] + 64 * block + 4 * i);
    }
    ZVM_UNROLL
    for (unsigned i = 0; i < 8; ++i)
      v[i] = state[i];
    compress(v, w);
    ZVM_UNROLL
    for (unsigned i = 0; i < 8; ++i)
      state[i] += v[i];
  }
  for (unsigned lane = 0; lane < kLanes; ++lane)
    for (unsigned i = 0; i < 8; ++i)
      states[lane][i] = state[i][lane];
}

} // namespace

void sha256_blocks(uint32_t (&state)[8], const uint8_t* data, size_t blocks) {
  for (; blocks != 0; --blocks, data += 64) {
    uint32_t w[16], v[8];
    for (unsigned i = 0; i < 16; ++i)
      w[i] = load_word32<std::endian::big>(data + 4 * i);
    for (unsigned i = 0; i < 8; ++i)
      v[i] = state[i];
    compress(v, w);
    for (unsigned i = 0; i < 8; ++i)
      state[i] += v[i];
  }
}

void sha256_blocks_x2_portable(uint32_t (&states)[2][8], const uint8_t* const (&data)[2],
                               size_t blocks) {
  for (unsigned i = 0; i < 2; ++i)
    sha256_blocks(states[i], data[i], blocks);
}

void sha256_blocks_x8_portable(uint32_t (&states)[8][8], const uint8_t* const (&data)[8],
                               size_t blocks) {
  blocks_in_lanes(states, data, blocks);
}

void sha256_blocks_x16_portable(uint32_t (&states)[16][8], const uint8_t* const (&data)[16],
                                size_t blocks) {
  for (size_t from = 0; from < 16; from += kLanes)
    blocks_in_lanes(states + from, data + from, blocks);
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
