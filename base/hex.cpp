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

constexpr bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Digits of whole bytes; `first` is the offset of the first of them.
Result<std::vector<uint8_t>> parse_digits(std::string_view text, size_t first, bool takes_white) {
  std::vector<uint8_t> bytes;
  bytes.reserve((text.size() - first) / 2);
  size_t digits = 0;
  int high = 0;
  for (size_t i = first; i < text.size(); ++i) {
    if (takes_white && digits % 2 == 0 && is_white(text[i]))
      continue;
    const int digit = hex_digit(text[i]);
    if (digit < 0) {
      return fail(ErrorCode::BadHex, i,
                  describe(text[i]) + " is no hexadecimal digit (character " +
                      std::to_string(i + 1) + ")");
    }
    if (++digits % 2 == 0)
      bytes.push_back(static_cast<uint8_t>(high << 4 | digit));
    high = digit;
  }
  if (digits % 2 != 0) {
    return fail(ErrorCode::BadHex, text.size(),
                "an odd number of hexadecimal digits (" + std::to_string(digits) + ")");
  }
  return bytes;
}

/// Whether digits have a prefix at this offset.
bool has_prefix(std::string_view text, size_t at) {
  return text.substr(at, 2) == "0x" || text.substr(at, 2) == "0X";
}

template <typename T>
Result<T> parse_exactly(std::string_view text) {
  ZVM_TRY(const std::vector<uint8_t> bytes, parse_digits(text, has_prefix(text, 0) ? 2 : 0, false));
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
  const auto first = static_cast<size_t>(std::ranges::find_if_not(text, is_white) - text.begin());
  return parse_digits(text, first + (has_prefix(text, first) ? 2 : 0), true);
}

Result<Address> parse_address(std::string_view text) { return parse_exactly<Address>(text); }
Result<Bytes32> parse_bytes32(std::string_view text) { return parse_exactly<Bytes32>(text); }

} // namespace zvm
