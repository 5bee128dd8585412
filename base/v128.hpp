// V128: 16 bytes as WebAssembly's vector instructions see them. Lane 0 has the lowest addresses;
// numbers in lanes are little-endian. What computes on it is in base/lanes.hpp, by instruction in
// base/vector.hpp.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace zvm {

static_assert(std::endian::native == std::endian::little,
              "lanes are read as the machine's numbers");

struct alignas(16) V128 {
  /// A vector and no array, so that functions take and return it in one register, and a value is
  /// stored by one instruction: loads of what two have stored wait for both.
  using Bytes [[gnu::vector_size(16)]] = uint8_t;
  Bytes bytes;

  /// From 16 bytes anywhere.
  [[nodiscard]] static V128 load(const uint8_t* from) {
    V128 value;
    std::memcpy(&value, from, sizeof(value));
    return value;
  }
  void store(uint8_t* to) const { std::memcpy(to, this, sizeof(*this)); }

  friend bool operator==(const V128& a, const V128& b) {
    using Words = std::array<uint64_t, 2>;
    return std::bit_cast<Words>(a) == std::bit_cast<Words>(b);
  }
};
static_assert(sizeof(V128) == 16);

} // namespace zvm
