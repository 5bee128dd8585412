// Bytes as hexadecimal text and back. Off the execution path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256_text.hpp"

namespace zvm {

/// The value of a hexadecimal digit of either case; -1 for any other character.
[[nodiscard]] constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

/// "0x" and two digits in lower case for each byte; leading zeros stay.
[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] std::string to_hex(const Address& address);
[[nodiscard]] std::string to_hex(const Bytes32& bytes);

/// Reads digits in either case, with or without "0x" in front, as files have them: with white space (blanks, tabs, line
/// ends) around bytes, but not inside of one. BadHex, with the offset of what is wrong.
[[nodiscard]] Result<std::vector<uint8_t>> parse_hex(std::string_view text);
/// Exactly 20 and 32 bytes, without white space.
[[nodiscard]] Result<Address> parse_address(std::string_view text);
[[nodiscard]] Result<Bytes32> parse_bytes32(std::string_view text);

} // namespace zvm
