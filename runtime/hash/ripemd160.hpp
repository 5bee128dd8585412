// RIPEMD-160 (Dobbertin, Bosselaers, Preneel: RIPEMD-160, a strengthened version of RIPEMD, 1996),
// which the precompile 0x03 offers.
#pragma once

#include <array>
#include <cstdint>

#include "base/types.hpp"

namespace zvm::runtime {

/// Advances `state` over whole blocks of 64 bytes.
void ripemd160_blocks(uint32_t (&state)[5], const uint8_t* data, size_t blocks);

[[nodiscard]] std::array<uint8_t, 20> ripemd160(ByteView data);

} // namespace zvm::runtime
