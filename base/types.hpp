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

/// False for a view that has a size and no address, which nobody could look into.
template <typename T>
[[nodiscard]] constexpr bool is_readable(std::span<const T> view) {
  return view.data() != nullptr || view.empty();
}

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

/// An address as it is stored, copied and compared, so that nobody reads across two fresh stores: 8, 8 and 4 bytes.
struct AddressPieces {
  uint64_t high, middle;
  uint32_t low;
  friend bool operator==(const AddressPieces&, const AddressPieces&) = default;
};

[[nodiscard]] inline AddressPieces pieces_of(const Address& address) {
  AddressPieces p;
  std::memcpy(&p.high, address.bytes.data(), 8);
  std::memcpy(&p.middle, address.bytes.data() + 8, 8);
  std::memcpy(&p.low, address.bytes.data() + 16, 4);
  return p;
}

/// Low 20 bytes of the big-endian word.
[[nodiscard]] inline Address to_address(const U256& word) {
  Address a;
  const uint64_t high = to_big_endian(word.limb(2) << 32 | word.limb(1) >> 32);
  const uint64_t middle = to_big_endian(word.limb(1) << 32 | word.limb(0) >> 32);
  const uint32_t low = to_big_endian(static_cast<uint32_t>(word.limb(0)));
  std::memcpy(a.bytes.data(), &high, 8);
  std::memcpy(a.bytes.data() + 8, &middle, 8);
  std::memcpy(a.bytes.data() + 16, &low, 4);
  return a;
}

[[nodiscard]] inline U256 to_word(const Address& address) {
  const AddressPieces p = pieces_of(address);
  const uint64_t high = to_big_endian(p.high), middle = to_big_endian(p.middle);
  return {middle << 32 | to_big_endian(p.low), high << 32 | middle >> 32, high >> 32, 0};
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
