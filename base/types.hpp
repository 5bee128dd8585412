// Small fixed types that every folder speaks: bytes, addresses, hashes.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/uint256.hpp"

namespace zvm {

using ByteView = std::span<const uint8_t>;

/// Between the machine's order of bytes and the big-endian one; its own inverse.
template <typename T>
[[nodiscard]] constexpr T to_big_endian(T value) {
  if constexpr (std::endian::native == std::endian::big)
    return value;
  return std::byteswap(value);
}

/// A 20-byte account address.
struct Address {
  std::array<uint8_t, 20> bytes{};
  friend constexpr auto operator<=>(const Address&, const Address&) = default;
};

/// 32 bytes: a hash, or a storage key as it stands in a trie.
struct Bytes32 {
  std::array<uint8_t, 32> bytes{};
  friend constexpr auto operator<=>(const Bytes32&, const Bytes32&) = default;
};

/// Low 20 bytes of the big-endian word. By limbs, so that nobody reads across two fresh stores.
[[nodiscard]] inline Address to_address(const U256& word) {
  Address a;
  const uint32_t high = to_big_endian(static_cast<uint32_t>(word.limb(2)));
  const uint64_t middle = to_big_endian(word.limb(1));
  const uint64_t low = to_big_endian(word.limb(0));
  std::memcpy(a.bytes.data(), &high, 4);
  std::memcpy(a.bytes.data() + 4, &middle, 8);
  std::memcpy(a.bytes.data() + 12, &low, 8);
  return a;
}

[[nodiscard]] inline U256 to_word(const Address& address) {
  uint32_t high;
  uint64_t middle, low;
  std::memcpy(&high, address.bytes.data(), 4);
  std::memcpy(&middle, address.bytes.data() + 4, 8);
  std::memcpy(&low, address.bytes.data() + 12, 8);
  return {to_big_endian(low), to_big_endian(middle), to_big_endian(high), 0};
}

[[nodiscard]] inline U256 to_word(const Bytes32& bytes) {
  return U256::load_be(bytes.bytes.data());
}

[[nodiscard]] inline Bytes32 to_bytes32(const U256& word) {
  Bytes32 b;
  word.store_be(b.bytes.data());
  return b;
}

} // namespace zvm
