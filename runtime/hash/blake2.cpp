#include "runtime/hash/blake2.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "runtime/hash/blake2_constants.hpp"
#include "runtime/hash/kernels.hpp"
#include "runtime/hash/lanes.hpp"

namespace zvm::runtime {
namespace {

constexpr size_t kBlock = 128;
constexpr uint32_t kRounds = 12;

using Words = std::array<uint64_t, 16>;

} // namespace

Blake2bCompression::Blake2bCompression(const std::array<uint64_t, 8>& state,
                                       const std::array<uint64_t, 16>& message,
                                       const std::array<uint64_t, 2>& offset, bool is_last)
    : state_{state} {
  std::ranges::copy(message, message_);
  std::memcpy(v_, state.data(), sizeof state);
  std::memcpy(v_ + 8, kBlake2bInitial.data(), sizeof kBlake2bInitial);
  v_[12] ^= offset[0];
  v_[13] ^= offset[1];
  if (is_last)
    v_[14] = ~v_[14];
}

void Blake2bCompression::mix(uint32_t rounds) {
  kernels.blake2b_mix(v_, message_, next_, rounds);
  next_ = (next_ + rounds % 10) % 10;
}

std::array<uint64_t, 8> Blake2bCompression::finish() const {
  // In the rows that kernels load and store: a load of a row waits long for stores of its words.
  typedef uint64_t Row __attribute__((vector_size(32)));
  Row state[2], v[4];
  std::memcpy(state, state_.data(), sizeof state);
  std::memcpy(v, v_, sizeof v);
  for (size_t i = 0; i < 2; ++i)
    state[i] ^= v[i] ^ v[2 + i];
  std::array<uint64_t, 8> out;
  std::memcpy(out.data(), state, sizeof state);
  return out;
}

void blake2b(ByteView data, std::span<uint8_t> digest, ByteView key) {
  ZVM_ASSERT(!digest.empty() && digest.size() <= 64 && key.size() <= 64);
  std::array<uint64_t, 8> state = kBlake2bInitial;
  state[0] ^= 0x01010000 ^ key.size() << 8 ^ digest.size();
  uint64_t offset = 0;
  const auto compress = [&](ByteView block, bool is_last) {
    Words message;
    uint8_t padded[kBlock] = {};
    const uint8_t* bytes = block.data();
    if (block.size() != kBlock) {
      if (!block.empty())
        std::memcpy(padded, bytes, block.size());
      bytes = padded;
    }
    for (size_t i = 0; i < message.size(); ++i)
      message[i] = load_lane(bytes + 8 * i);
    Blake2bCompression compression{state, message, {offset, 0}, is_last};
    compression.mix(kRounds);
    state = compression.finish();
  };
  // A key is a block of its own in front of the data.
  if (!key.empty()) {
    offset = kBlock;
    compress(key, data.empty());
  }
  // The last block is compressed with its own flag even where it is full; no data and no key is one
  // block of zeros.
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
