// Bytes written as bare hexadecimal digits, as the vectors of the hash and precompile tests have
// them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hex.hpp"

namespace zvm::runtime::testing {

inline std::vector<uint8_t> from_hex(std::string_view digits) {
  return zvm::parse_hex(digits).value();
}

inline std::string to_hex(ByteView bytes) { return zvm::to_hex(bytes).substr(2); }

/// The bytes of a text.
inline std::vector<uint8_t> from_text(std::string_view text) { return {text.begin(), text.end()}; }

} // namespace zvm::runtime::testing
