// Reading the input of a precompile: bytes past its end are 0.
#pragma once

#include <algorithm>
#include <cstring>

#include "base/types.hpp"

namespace zvm::runtime {

/// The input's bytes from `offset` on, at most `size`.
[[nodiscard]] inline ByteView slice(ByteView input, uint64_t offset, uint64_t size) {
  if (offset >= input.size())
    return {};
  return input.subspan(offset, std::min<uint64_t>(size, input.size() - offset));
}

/// The 32 bytes from `offset` on.
[[nodiscard]] inline U256 word_at(ByteView input, uint64_t offset) {
  const ByteView part = slice(input, offset, 32);
  if (part.size() == 32)
    return U256::load_be(part.data());
  uint8_t bytes[32]{};
  if (!part.empty())
    std::memcpy(bytes, part.data(), part.size());
  return U256::load_be(bytes);
}

} // namespace zvm::runtime
