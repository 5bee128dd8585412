// How modules of WebAssembly begin (core specification, 5.5.16).
#pragma once

#include "base/types.hpp"

namespace zvm::frontend::wasm {

inline constexpr uint32_t kMagic = 0x6d736100; ///< "\0asm", little-endian

/// Whether the bytes begin as a module does, whatever follows.
[[nodiscard]] constexpr bool is_module(ByteView bytes) {
  if (bytes.size() < sizeof kMagic)
    return false;
  uint32_t begins = 0;
  for (size_t i = 0; i < sizeof kMagic; ++i)
    begins |= uint32_t{bytes[i]} << 8 * i;
  return begins == kMagic;
}

} // namespace zvm::frontend::wasm
