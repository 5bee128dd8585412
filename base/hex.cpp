#include "base/hex.hpp"

#include <algorithm>

namespace zvm {
namespace {

std::string describe(char c) {
  if (c > ' ' && c <= '~')
    return std::string{'\''} + c + '\'';
  std::string out = "the byte ";
  const auto byte = static_cast<uint8_t>(c);
  return out + to_hex(ByteView{&byte, 1});
}

template <typename T>
Result<T> parse_exactly(std::string_view text) {
  ZVM_TRY(const std::vector<uint8_t> bytes, parse_hex(text));
  T value;
  if (bytes.size() != value.bytes.size()) {
    return fail(ErrorCode::BadHex, 0,
                std::to_string(value.bytes.size()) + " bytes are wanted, here are " +
                    std::to_string(bytes.size()));
  }
  std::ranges::copy(bytes, value.bytes.begin());
  return value;
}

} // namespace

std::string to_hex(ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "0x";
  out.reserve(2 + 2 * bytes.size());
  for (const uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string to_hex(const Address& address) { return to_hex(ByteView{address.bytes}); }
std::string to_hex(const Bytes32& bytes) { return to_hex(ByteView{bytes.bytes}); }

Result<std::vector<uint8_t>> parse_hex(std::string_view text) {
  const size_t first = text.starts_with("0x") || text.starts_with("0X") ? 2 : 0;
  std::vector<uint8_t> bytes;
  bytes.reserve((text.size() - first) / 2);
  int high = -1;
  for (size_t i = first; i < text.size(); ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) {
      return fail(ErrorCode::BadHex, i,
                  describe(text[i]) + " is no hexadecimal digit (character " +
                      std::to_string(i + 1) + ")");
    }
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  if (high >= 0) {
    return fail(ErrorCode::BadHex, text.size(),
                "an odd number of hexadecimal digits (" + std::to_string(text.size() - first) +
                    ")");
  }
  return bytes;
}

Result<Address> parse_address(std::string_view text) { return parse_exactly<Address>(text); }
Result<Bytes32> parse_bytes32(std::string_view text) { return parse_exactly<Bytes32>(text); }

} // namespace zvm
