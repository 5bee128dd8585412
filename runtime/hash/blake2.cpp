#include "runtime/hash/blake2.hpp"

#include <bit>

#include "base/assert.hpp"
#include "runtime/hash/lanes.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kBlock = 128;
constexpr uint32_t kRounds = 12;

/// The initial values of SHA-512 (RFC 7693, 2.6).
constexpr std::array<uint64_t, 8> kInitial = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

/// The order in which each round takes the message (RFC 7693, 2.7).
constexpr uint8_t kSigma[10][16] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                                    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
                                    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
                                    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
                                    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
                                    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
                                    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
                                    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
                                    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
                                    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

using Words = std::array<uint64_t, 16>;

[[gnu::always_inline]] inline void quarter(uint64_t& a, uint64_t& b, uint64_t& c, uint64_t& d,
                                           uint64_t x, uint64_t y) {
  a += b + x;
  d = std::rotr(d ^ a, 32);
  c += d;
  b = std::rotr(b ^ c, 24);
  a += b + y;
  d = std::rotr(d ^ a, 16);
  c += d;
  b = std::rotr(b ^ c, 63);
}

/// One round; its permutation is a constant, so that the message is addressed directly.
template <unsigned kIndex>
[[gnu::always_inline]] inline void round(uint64_t (&v)[16], const Words& m) {
  constexpr const uint8_t(&s)[16] = kSigma[kIndex];
  quarter(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]]);
  quarter(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]]);
  quarter(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]]);
  quarter(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]]);
  quarter(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]]);
  quarter(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]]);
  quarter(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]]);
  quarter(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]]);
}

} // namespace

Blake2bCompression::Blake2bCompression(const std::array<uint64_t, 8>& state,
                                       const std::array<uint64_t, 16>& message,
                                       const std::array<uint64_t, 2>& offset, bool is_last)
    : state_{state}, message_{message} {
  for (size_t i = 0; i < 8; ++i) {
    v_[i] = state[i];
    v_[8 + i] = kInitial[i];
  }
  v_[12] ^= offset[0];
  v_[13] ^= offset[1];
  if (is_last)
    v_[14] = ~v_[14];
}

void Blake2bCompression::mix(uint32_t rounds) {
  uint64_t v[16];
  for (size_t i = 0; i < 16; ++i)
    v[i] = v_[i];
  const Words& m = message_;
  unsigned next = next_;
  // Enters the cycle of ten where the last call left it; each case falls into the next round.
  while (rounds != 0) {
    const uint32_t run = rounds < 10 - next ? rounds : 10 - next;
    const unsigned end = next + run;
#define ZVM_BLAKE2_ROUND(i)                                                                        \
  case i:                                                                                          \
    round<i>(v, m);                                                                                \
    if (end == i + 1)                                                                              \
      break;                                                                                       \
    [[fallthrough]];
    switch (next) {
      ZVM_BLAKE2_ROUND(0)
      ZVM_BLAKE2_ROUND(1)
      ZVM_BLAKE2_ROUND(2)
      ZVM_BLAKE2_ROUND(3)
      ZVM_BLAKE2_ROUND(4)
      ZVM_BLAKE2_ROUND(5)
      ZVM_BLAKE2_ROUND(6)
      ZVM_BLAKE2_ROUND(7)
      ZVM_BLAKE2_ROUND(8)
    default:
      round<9>(v, m);
    }
#undef ZVM_BLAKE2_ROUND
    rounds -= run;
    next = end % 10;
  }
  next_ = next;
  for (size_t i = 0; i < 16; ++i)
    v_[i] = v[i];
}

std::array<uint64_t, 8> Blake2bCompression::finish() const {
  std::array<uint64_t, 8> out;
  for (size_t i = 0; i < 8; ++i)
    out[i] = state_[i] ^ v_[i] ^ v_[8 + i];
  return out;
}

void blake2b(ByteView data, std::span<uint8_t> digest, ByteView key) {
  ZVM_ASSERT(!digest.empty() && digest.size() <= 64 && key.size() <= 64);
  std::array<uint64_t, 8> state = kInitial;
  state[0] ^= 0x01010000 ^ key.size() << 8 ^ digest.size();
  uint64_t offset = 0;
  const auto compress = [&](ByteView block, bool is_last) {
    Words message{};
    for (size_t i = 0; i < block.size() / 8; ++i)
      message[i] = load_lane(block.data() + 8 * i);
    if (block.size() % 8 != 0)
      message[block.size() / 8] =
          load_partial_lane(block.data() + block.size() / 8 * 8, block.size() % 8);
    Blake2bCompression compression{state, message, {offset, 0}, is_last};
    compression.mix(kRounds);
    state = compression.finish();
  };
  // A key is a block of its own in front of the data.
  if (!key.empty()) {
    offset = kBlock;
    compress(key, data.empty());
  }
  // The last block is compressed with its own flag even where it is full; no data and no key is one block of zeros.
  for (bool more = !data.empty() || key.empty(); more; more = !data.empty()) {
    const size_t size = data.size() < kBlock ? data.size() : kBlock;
    const ByteView block = data.first(size);
    data = data.subspan(size);
    offset += size;
    compress(block, data.empty());
  }
  uint8_t bytes[64];
  for (size_t i = 0; i < 8; ++i)
    store_lane(bytes + 8 * i, state[i]);
  std::memcpy(digest.data(), bytes, digest.size());
}

Bytes32 blake2b256(ByteView data) {
  Bytes32 digest;
  blake2b(data, digest.bytes);
  return digest;
}

std::array<uint8_t, 64> blake2b512(ByteView data) {
  std::array<uint8_t, 64> digest;
  blake2b(data, digest);
  return digest;
}

} // namespace zvm::runtime
