// BLAKE3 (O'Connor, Aumasson, Neves, Wilcox-O'Hearn: BLAKE3, one function, fast everywhere) in its three modes.
// Outputs have any length; the first bytes of a longer one are the shorter one.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/types.hpp"

namespace zvm::runtime {

void blake3(ByteView data, std::span<uint8_t> out);
void blake3_keyed(std::span<const uint8_t, 32> key, ByteView data, std::span<uint8_t> out);
/// A key from `material`; `context` is a constant of the application.
void blake3_derive_key(std::string_view context, ByteView material, std::span<uint8_t> out);
[[nodiscard]] Bytes32 blake3_256(ByteView data);

using Blake3Words = std::array<uint32_t, 8>; ///< a key, or a chaining value

/// The compression function (2.2): `block` is 64 bytes, of which `size` are data. The first eight words of `out`
/// are the new chaining value, all sixteen are output where the flags have the root's.
void blake3_compress(const Blake3Words& chaining, const uint8_t* block, uint32_t size,
                     uint64_t counter, uint32_t flags, std::array<uint32_t, 16>& out);

/// The chaining values of `count` whole chunks of 1,024 bytes, the first of which is number `counter`.
/// A variant for a CPU has this signature.
void blake3_chunks(const Blake3Words& key, const uint8_t* data, size_t count, uint64_t counter,
                   uint32_t flags, Blake3Words* out);

} // namespace zvm::runtime
