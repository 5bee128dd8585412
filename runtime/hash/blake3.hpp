// BLAKE3 (O'Connor, Aumasson, Neves, Wilcox-O'Hearn: BLAKE3, one function, fast everywhere) in its
// three modes. Outputs have any length; the first bytes of a longer one are the shorter one.
#pragma once

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

/// The compression function (2.2) in portable code: `block` is 64 bytes, of which `size` are data.
/// The first eight words of `out` are the new chaining value, all sixteen are output where the
/// flags have the root's.
void blake3_compress(const uint32_t (&chaining)[8], const uint8_t* block, uint32_t size,
                     uint64_t counter, uint32_t flags, uint32_t (&out)[16]);

} // namespace zvm::runtime
