#include "runtime/hash/keccak.hpp"

#include "runtime/hash/kernels.hpp"
#include "runtime/hash/lanes.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kRate = kKeccak256Rate;
constexpr size_t kRateLanes = kRate / 8;

using Lanes = uint64_t[25];

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

Bytes32 keccak256_64(const uint8_t* bytes) {
  uint64_t message[8], hash[4];
  for (size_t i = 0; i < 8; ++i)
    message[i] = load_lane(bytes + 8 * i);
  kernels.keccak256_64(message, hash);
  Bytes32 digest;
  for (size_t i = 0; i < 4; ++i)
    store_lane(digest.bytes.data() + 8 * i, hash[i]);
  return digest;
}

/// A lane of a word's big-endian bytes, `i` counted from the most significant.
uint64_t lane_of(const U256& word, unsigned i) { return __builtin_bswap64(word.limbs[3 - i]); }

U256 word_of(const uint64_t* lanes) {
  return {__builtin_bswap64(lanes[3]), __builtin_bswap64(lanes[2]), __builtin_bswap64(lanes[1]),
          __builtin_bswap64(lanes[0])};
}

} // namespace

void keccak_f1600(uint64_t (&lanes)[25]) { kernels.keccak_f1600(lanes); }

Bytes32 keccak256(ByteView data) {
  if (data.size() == 64)
    return keccak256_64(data.data());
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
  uint64_t message[8], hash[4];
  for (unsigned i = 0; i < 4; ++i) {
    message[i] = lane_of(first, i);
    message[4 + i] = lane_of(second, i);
  }
  kernels.keccak256_64(message, hash);
  return word_of(hash);
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
