// Constants of the curve BLS12-381 that can be checked without its arithmetic.
#pragma once

#include <array>
#include <cstring>

#include "base/types.hpp"

namespace zvm::runtime {

inline constexpr size_t kBls12FieldBytes = 48;

/// The field's prime, big-endian (EIP-2537).
inline constexpr std::array<uint8_t, kBls12FieldBytes> kBls12Field = {
    0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7,
    0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf, 0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24,
    0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab};

/// The order of the subgroups, which is also the field of scalars (EIP-4844: BLS_MODULUS).
inline constexpr U256 kBls12Order{0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                                  0x73eda753299d7d48};

/// Whether 48 big-endian bytes are below the prime.
[[nodiscard]] inline bool is_bls12_element(const uint8_t* bytes) {
  return std::memcmp(bytes, kBls12Field.data(), kBls12FieldBytes) < 0;
}

} // namespace zvm::runtime
