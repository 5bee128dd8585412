// Addresses of the contracts of system_contracts.def.
#pragma once

#include <string_view>

#include "base/hex.hpp"

namespace zvm::runtime {

/// 40 digits; anything else does not compile.
[[nodiscard]] consteval Address address_literal(std::string_view digits) {
  Address address;
  for (size_t i = 0; i < address.bytes.size(); ++i) {
    const int byte = hex_digit(digits[2 * i]) << 4 | hex_digit(digits[2 * i + 1]);
    if (byte < 0 || digits.size() != 2 * address.bytes.size())
      __builtin_unreachable();
    address.bytes[i] = static_cast<uint8_t>(byte);
  }
  return address;
}

#define START_CALL(name, address, rule, input, source, text)                                       \
  inline constexpr Address k##name##Address = address_literal(address);
#include "runtime/block/system_contracts.def"
#undef START_CALL
#define REQUEST_CALL(name, address, rule, type, source, text)                                      \
  inline constexpr Address k##name##Address = address_literal(address);
#include "runtime/block/system_contracts.def"
#undef REQUEST_CALL

} // namespace zvm::runtime
