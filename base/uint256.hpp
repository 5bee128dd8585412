// U256: the 256-bit word of the EVM and the ZVM, with their arithmetic.
// Values are unsigned modulo 2^256; functions that say so read them as two's complement.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/uint256_algorithms.hpp"

namespace zvm {

struct alignas(8) U256 {
  static constexpr unsigned kLimbBits = 64;
  static constexpr unsigned kLimbs = 4;

  uint64_t limbs[4]; ///< least significant first

  constexpr U256() : limbs{} {}
  constexpr U256(uint64_t value) : limbs{value, 0, 0, 0} {} // NOLINT: implicit on purpose
  constexpr U256(uint64_t limb0, uint64_t limb1, uint64_t limb2, uint64_t limb3)
      : limbs{limb0, limb1, limb2, limb3} {}

  /// From 32 big-endian bytes.
  [[nodiscard]] static constexpr U256 load_be(const uint8_t* bytes) {
    return {load_limb(bytes + 24), load_limb(bytes + 16), load_limb(bytes + 8), load_limb(bytes)};
  }
  /// To 32 big-endian bytes.
  constexpr void store_be(uint8_t* bytes) const {
    for (unsigned i = 0; i < 4; ++i)
      store_limb(bytes + 8 * (3 - i), limbs[i]);
  }
  /// From at most 32 big-endian bytes, which are the low ones.
  [[nodiscard]] static constexpr U256 from_be_bytes(std::span<const uint8_t> bytes) {
    U256 value;
    const size_t size = bytes.size() < 32 ? bytes.size() : 32;
    for (size_t i = 0; i < size; ++i)
      value.limbs[i / 8] |= uint64_t{bytes[size - 1 - i]} << (i % 8 * 8);
    return value;
  }

  [[nodiscard]] constexpr uint64_t limb(unsigned i) const { return limbs[i]; }
  [[nodiscard]] constexpr uint64_t low64() const { return limbs[0]; }
  [[nodiscard]] constexpr bool is_zero() const {
    return (limbs[0] | limbs[1] | limbs[2] | limbs[3]) == 0;
  }
  [[nodiscard]] constexpr bool fits_u64() const { return (limbs[1] | limbs[2] | limbs[3]) == 0; }
  [[nodiscard]] constexpr bool is_negative() const { return (limbs[3] >> 63) != 0; }
  /// Bits up to the highest one that is set; 0 for 0.
  [[nodiscard]] constexpr unsigned bit_width() const;
  /// Bytes up to the highest one that is not zero; 0 for 0.
  [[nodiscard]] constexpr unsigned byte_width() const { return (bit_width() + 7) / 8; }

  friend constexpr bool operator==(const U256& a, const U256& b) {
    return ((a.limbs[0] ^ b.limbs[0]) | (a.limbs[1] ^ b.limbs[1]) | (a.limbs[2] ^ b.limbs[2]) |
            (a.limbs[3] ^ b.limbs[3])) == 0;
  }

 private:
  [[nodiscard]] static constexpr uint64_t load_limb(const uint8_t* bytes) {
    uint64_t limb = 0;
    if consteval {
      for (unsigned i = 0; i < 8; ++i)
        limb = limb << 8 | bytes[i];
    } else {
      std::memcpy(&limb, bytes, 8);
      if constexpr (std::endian::native == std::endian::little)
        limb = __builtin_bswap64(limb);
    }
    return limb;
  }
  static constexpr void store_limb(uint8_t* bytes, uint64_t limb) {
    if consteval {
      for (unsigned i = 0; i < 8; ++i)
        bytes[i] = static_cast<uint8_t>(limb >> (56 - 8 * i));
    } else {
      if constexpr (std::endian::native == std::endian::little)
        limb = __builtin_bswap64(limb);
      std::memcpy(bytes, &limb, 8);
    }
  }
};

static_assert(sizeof(U256) == 32 && alignof(U256) == 8);

constexpr unsigned U256::bit_width() const { return Wide<U256>::bit_width(*this); }

[[nodiscard]] constexpr U256 operator+(const U256& a, const U256& b) {
  return Wide<U256>::add(a, b);
}
[[nodiscard]] constexpr U256 operator-(const U256& a, const U256& b) {
  return Wide<U256>::sub(a, b);
}
[[nodiscard]] constexpr U256 operator*(const U256& a, const U256& b) {
  return Wide<U256>::mul(a, b);
}
[[nodiscard]] constexpr U256 operator-(const U256& a) { return Wide<U256>::negate(a); }
[[nodiscard]] constexpr U256 operator~(const U256& a) {
  return {~a.limbs[0], ~a.limbs[1], ~a.limbs[2], ~a.limbs[3]};
}
[[nodiscard]] constexpr U256 operator&(const U256& a, const U256& b) {
  return {a.limbs[0] & b.limbs[0], a.limbs[1] & b.limbs[1], a.limbs[2] & b.limbs[2],
          a.limbs[3] & b.limbs[3]};
}
[[nodiscard]] constexpr U256 operator|(const U256& a, const U256& b) {
  return {a.limbs[0] | b.limbs[0], a.limbs[1] | b.limbs[1], a.limbs[2] | b.limbs[2],
          a.limbs[3] | b.limbs[3]};
}
[[nodiscard]] constexpr U256 operator^(const U256& a, const U256& b) {
  return {a.limbs[0] ^ b.limbs[0], a.limbs[1] ^ b.limbs[1], a.limbs[2] ^ b.limbs[2],
          a.limbs[3] ^ b.limbs[3]};
}
/// Shifts by a count from 256 on give 0.
[[nodiscard]] constexpr U256 operator<<(const U256& a, unsigned count) {
  return count < 256 ? Wide<U256>::shift_left(a, count) : U256{};
}
[[nodiscard]] constexpr U256 operator>>(const U256& a, unsigned count) {
  return count < 256 ? Wide<U256>::shift_right(a, count) : U256{};
}
constexpr U256& operator+=(U256& a, const U256& b) { return a = a + b; }
constexpr U256& operator-=(U256& a, const U256& b) { return a = a - b; }
constexpr U256& operator*=(U256& a, const U256& b) { return a = a * b; }
constexpr U256& operator&=(U256& a, const U256& b) { return a = a & b; }
constexpr U256& operator|=(U256& a, const U256& b) { return a = a | b; }
constexpr U256& operator^=(U256& a, const U256& b) { return a = a ^ b; }
constexpr U256& operator<<=(U256& a, unsigned count) { return a = a << count; }
constexpr U256& operator>>=(U256& a, unsigned count) { return a = a >> count; }

/// The unsigned order.
[[nodiscard]] constexpr bool operator<(const U256& a, const U256& b) {
  return Wide<U256>::less(a, b);
}
[[nodiscard]] constexpr bool operator>(const U256& a, const U256& b) { return b < a; }
[[nodiscard]] constexpr bool operator<=(const U256& a, const U256& b) { return !(b < a); }
[[nodiscard]] constexpr bool operator>=(const U256& a, const U256& b) { return !(a < b); }
[[nodiscard]] constexpr std::strong_ordering operator<=>(const U256& a, const U256& b) {
  return a < b    ? std::strong_ordering::less
         : a == b ? std::strong_ordering::equal
                  : std::strong_ordering::greater;
}
/// The two's complement order.
[[nodiscard]] constexpr bool slt(const U256& a, const U256& b) {
  return Wide<U256>::signed_less(a, b);
}
[[nodiscard]] constexpr bool sgt(const U256& a, const U256& b) { return slt(b, a); }

// Opcode semantics (Yellow Paper, appendix H). A divisor or modulus of 0 gives 0.
[[nodiscard]] U256 div(const U256& a, const U256& b);
[[nodiscard]] U256 mod(const U256& a, const U256& b);
/// Truncates towards zero; -2^255 / -1 is -2^255.
[[nodiscard]] U256 sdiv(const U256& a, const U256& b);
/// Has the sign of the dividend.
[[nodiscard]] U256 smod(const U256& a, const U256& b);
/// (a + b) mod m, and (a * b) mod m, of the exact sum and product.
[[nodiscard]] U256 addmod(const U256& a, const U256& b, const U256& m);
[[nodiscard]] U256 mulmod(const U256& a, const U256& b, const U256& m);
[[nodiscard]] U256 exp(const U256& base, const U256& exponent);

// The same to `result`, which may be an operand. What stands there limb by limb is best read so.
void div_to(const U256& a, const U256& b, U256& result);
void mod_to(const U256& a, const U256& b, U256& result);
void sdiv_to(const U256& a, const U256& b, U256& result);
void smod_to(const U256& a, const U256& b, U256& result);
void addmod_to(const U256& a, const U256& b, const U256& m, U256& result);
void mulmod_to(const U256& a, const U256& b, const U256& m, U256& result);

/// The byte `index`, counted from the most significant (EVM BYTE).
[[nodiscard]] constexpr U256 byte_at(const U256& index, const U256& a) {
  if (!index.fits_u64() || index.low64() >= 32)
    return {};
  return {(a >> (8 * (31 - static_cast<unsigned>(index.low64())))).low64() & 0xff};
}
/// The sign bits of words of 1 to 32 bytes. A table, since finding the limb of the sign takes branches or as many
/// instructions as all the rest.
inline constexpr auto kByteSigns = [] {
  std::array<Wide<U256>::SignMask, 32> masks{};
  for (unsigned i = 0; i < 32; ++i)
    masks[i] = Wide<U256>::sign_mask(8 * i + 7);
  return masks;
}();
/// Extends the sign of the low `index` + 1 bytes.
[[nodiscard]] constexpr U256 signextend(const U256& index, const U256& a) {
  if (!index.fits_u64())
    return a;
  if (index.low64() >= 31)
    return a;
  return Wide<U256>::extend_sign(a, kByteSigns[index.low64()]);
}
/// Shifts by a word (EIP-145).
[[nodiscard]] constexpr U256 shl(const U256& count, const U256& a) {
  return Wide<U256>::shl(count, a);
}
[[nodiscard]] constexpr U256 shr(const U256& count, const U256& a) {
  return Wide<U256>::shr(count, a);
}
[[nodiscard]] constexpr U256 sar(const U256& count, const U256& a) {
  return Wide<U256>::sar(count, a);
}
/// Leading zero bits, 256 for 0 (EIP-7939).
[[nodiscard]] constexpr unsigned clz(const U256& a) { return 256 - a.bit_width(); }

/// Quotient and remainder at once; both 0 where the divisor is.
struct U256Division {
  U256 quotient;
  U256 remainder;
};
[[nodiscard]] U256Division div_mod(const U256& a, const U256& b);

/// A modulus with its reciprocal: for constant or repeated moduli, whose products then need no division.
struct Modulus {
  /// The modulus must not be 0.
  explicit Modulus(const U256& modulus);

  U256 value;
  U256 normalized; ///< value << shift, its top bit set
  U256 reciprocal; ///< floor((2^512 - 1) / normalized) - 2^256
  unsigned shift = 0;
};
[[nodiscard]] U256 mulmod(const U256& a, const U256& b, const Modulus& m);

} // namespace zvm
