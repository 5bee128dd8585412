// BLAKE3's compression in portable code: one message in general registers, eight in the compiler's
// vectors.
#include <cstring>

#include "base/uint256_algorithms.hpp"
#include "runtime/hash/blake3.hpp"
#include "runtime/hash/blake3_constants.hpp"
#include "runtime/hash/variants.hpp"
#include "runtime/hash/words.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kBlock = kBlake3Block;

/// One word of each of eight messages. The compiler makes of it what the machine has.
constexpr size_t kLanes = 8;
typedef uint32_t Vector __attribute__((vector_size(4 * kLanes)));

template <unsigned kCount, typename Word>
[[gnu::always_inline]] inline void rotate_right(Word& x) {
  x = x >> kCount | x << (32 - kCount);
}

template <typename Word>
[[gnu::always_inline]] inline void quarter(Word& a, Word& b, Word& c, Word& d, const Word& x,
                                           const Word& y) {
  a += b + x;
  d ^= a;
  rotate_right<16>(d);
  c += d;
  b ^= c;
  rotate_right<12>(b);
  a += b + y;
  d ^= a;
  rotate_right<8>(d);
  c += d;
  b ^= c;
  rotate_right<7>(b);
}

/// All rounds, of one message or of one in each lane.
template <typename Word>
[[gnu::always_inline]] inline void mix(Word (&v)[16], const Word (&m)[16]) {
  ZVM_UNROLL
  for (unsigned round = 0; round < kBlake3Rounds; ++round) {
    const auto& s = kBlake3Schedule[round];
    quarter(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]]);
    quarter(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]]);
    quarter(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]]);
    quarter(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]]);
    quarter(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]]);
    quarter(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]]);
    quarter(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]]);
    quarter(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]]);
  }
}

template <size_t kMessages>
uint32_t flags_of_block(const Blake3Tweaks<kMessages>& tweaks, size_t block, size_t blocks) {
  return tweaks.flags | (block == 0 ? tweaks.first : 0) | (block == blocks - 1 ? tweaks.last : 0);
}

/// The eight of the messages that begin with `from`.
template <size_t kMessages>
void blocks_in_lanes(uint32_t (&states)[kMessages][8], const uint8_t* const (&data)[kMessages],
                     size_t blocks, const Blake3Tweaks<kMessages>& tweaks, size_t from) {
  Vector chaining[8];
  for (unsigned lane = 0; lane < kLanes; ++lane)
    for (unsigned i = 0; i < 8; ++i)
      chaining[i][lane] = states[from + lane][i];
  for (size_t block = 0; block < blocks; ++block) {
    Vector m[16], v[16];
    ZVM_UNROLL
    for (unsigned i = 0; i < 16; ++i) {
      ZVM_UNROLL
      for (unsigned lane = 0; lane < kLanes; ++lane)
        m[i][lane] = load_word32<std::endian::little>(data[from + lane] + kBlock * block + 4 * i);
    }
    ZVM_UNROLL
    for (unsigned i = 0; i < 8; ++i)
      v[i] = chaining[i];
    ZVM_UNROLL
    for (unsigned i = 0; i < 4; ++i)
      v[8 + i] = Vector{} + kBlake3Initial[i];
    std::memcpy(&v[12], &tweaks.counter[0][from], sizeof v[12]);
    std::memcpy(&v[13], &tweaks.counter[1][from], sizeof v[13]);
    std::memcpy(&v[14], &tweaks.sizes[from], sizeof v[14]);
    v[15] = Vector{} + flags_of_block(tweaks, block, blocks);
    mix(v, m);
    ZVM_UNROLL
    for (unsigned i = 0; i < 8; ++i)
      chaining[i] = v[i] ^ v[8 + i];
  }
  for (unsigned lane = 0; lane < kLanes; ++lane)
    for (unsigned i = 0; i < 8; ++i)
      states[from + lane][i] = chaining[i][lane];
}

} // namespace

void blake3_compress(const uint32_t (&chaining)[8], const uint8_t* block, uint32_t size,
                     uint64_t counter, uint32_t flags, uint32_t (&out)[16]) {
  uint32_t m[16], v[16];
  for (unsigned i = 0; i < 16; ++i)
    m[i] = load_word32<std::endian::little>(block + 4 * i);
  for (unsigned i = 0; i < 8; ++i)
    v[i] = chaining[i];
  for (unsigned i = 0; i < 4; ++i)
    v[8 + i] = kBlake3Initial[i];
  v[12] = static_cast<uint32_t>(counter);
  v[13] = static_cast<uint32_t>(counter >> 32);
  v[14] = size;
  v[15] = flags;
  mix(v, m);
  for (unsigned i = 0; i < 8; ++i) {
    out[i] = v[i] ^ v[8 + i];
    out[8 + i] = v[8 + i] ^ chaining[i];
  }
}

void blake3_blocks_portable(uint32_t (&states)[1][8], const uint8_t* const (&data)[1],
                            size_t blocks, const Blake3Tweaks<1>& tweaks) {
  const uint64_t counter = uint64_t{tweaks.counter[1][0]} << 32 | tweaks.counter[0][0];
  for (size_t block = 0; block < blocks; ++block) {
    uint32_t out[16];
    blake3_compress(states[0], data[0] + kBlock * block, tweaks.sizes[0], counter,
                    flags_of_block(tweaks, block, blocks), out);
    std::memcpy(states[0], out, sizeof states[0]);
  }
}

void blake3_blocks_x8_portable(uint32_t (&states)[8][8], const uint8_t* const (&data)[8],
                               size_t blocks, const Blake3Tweaks<8>& tweaks) {
  blocks_in_lanes(states, data, blocks, tweaks, 0);
}

void blake3_blocks_x16_portable(uint32_t (&states)[16][8], const uint8_t* const (&data)[16],
                                size_t blocks, const Blake3Tweaks<16>& tweaks) {
  blocks_in_lanes(states, data, blocks, tweaks, 0);
  blocks_in_lanes(states, data, blocks, tweaks, kLanes);
}

} // namespace zvm::runtime
