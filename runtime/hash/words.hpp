// 32-bit words in byte strings, for the hash functions, and the padding that MD4 began and SHA-256
// kept.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/types.hpp"

namespace zvm::runtime {

/// Words of `order`, whichever the machine's is.
template <std::endian order>
[[nodiscard]] inline uint32_t load_word32(const uint8_t* bytes) {
  uint32_t word;
  std::memcpy(&word, bytes, 4);
  return order == std::endian::native ? word : __builtin_bswap32(word);
}

template <std::endian order>
inline void store_word32(uint8_t* bytes, uint32_t word) {
  if constexpr (order != std::endian::native)
    word = __builtin_bswap32(word);
  std::memcpy(bytes, &word, 4);
}

/// All words, at once where their order is the machine's.
template <std::endian order, size_t kCount>
inline void store_words32(uint8_t* bytes, const uint32_t (&words)[kCount]) {
  if constexpr (order == std::endian::native) {
    std::memcpy(bytes, words, sizeof words);
  } else {
    for (size_t i = 0; i < kCount; ++i)
      store_word32<order>(bytes + 4 * i, words[i]);
  }
}

/// What follows the whole blocks of 64 bytes of `data`: the rest, a bit 1, zeros, and the length in
/// bits as 64 bits of `order` (FIPS 180-4, 5.1.1).
template <std::endian order>
struct LastBlocks {
  static constexpr size_t kBlock = 64;

  explicit LastBlocks(ByteView data) {
    const size_t rest = data.size() % kBlock;
    if (rest != 0)
      std::memcpy(bytes, data.data() + data.size() - rest, rest);
    bytes[rest] = 0x80;
    count = rest + 1 + 8 <= kBlock ? 1 : 2;
    uint64_t bits = uint64_t{data.size()} * 8;
    if constexpr (order != std::endian::native)
      bits = __builtin_bswap64(bits);
    std::memcpy(bytes + count * kBlock - 8, &bits, 8);
  }

  uint8_t bytes[2 * kBlock] = {};
  size_t count;
};

/// Runs `blocks(data, count)` over all of `data` in blocks of 64 bytes: the whole ones where they
/// lie, then the last.
template <std::endian order>
[[gnu::always_inline]] inline void for_padded_blocks(ByteView data, auto blocks) {
  if (const size_t whole = data.size() / LastBlocks<order>::kBlock; whole != 0)
    blocks(data.data(), whole);
  const LastBlocks<order> last{data};
  blocks(last.bytes, last.count);
}

} // namespace zvm::runtime
