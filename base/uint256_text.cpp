#include "base/uint256_text.hpp"

#include <algorithm>

#include "base/hex.hpp"

namespace zvm {
namespace {

constexpr uint64_t kChunk =
    10'000'000'000'000'000'000u; // 10^19, the largest power of ten in a limb
constexpr unsigned kChunkDigits = 19;

std::unexpected<Error> not_a_digit(std::string_view text, size_t at, std::string_view kind) {
  std::string detail = "not a ";
  detail += kind;
  detail += " digit at character ";
  detail += std::to_string(at + 1);
  detail += " of \"";
  // Whatever was given as a number may be long and may not be text.
  for (const char c : text.substr(0, 80))
    detail += c >= ' ' && c <= '~' ? c : '?';
  detail += text.size() > 80 ? "…\"" : "\"";
  return fail(ErrorCode::BadNumber, at, std::move(detail));
}

std::unexpected<Error> too_large() {
  return fail(ErrorCode::LimitExceeded, 0, "the number is 2^256 or more");
}

Result<U256> parse_hexadecimal(std::string_view text) {
  U256 value;
  bool is_large = false;
  for (size_t i = 2; i < text.size(); ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0)
      return not_a_digit(text, i, "hexadecimal");
    is_large = is_large || value.limbs[3] >> 60 != 0;
    value = value << 4 | U256{static_cast<uint64_t>(digit)};
  }
  if (is_large)
    return too_large();
  return value;
}

Result<U256> parse_decimal(std::string_view text) {
  U256 value;
  bool is_large = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9')
      return not_a_digit(text, i, "decimal");
    const U256 digit{static_cast<uint64_t>(text[i] - '0')};
    is_large = is_large || value > div(~U256{} - digit, 10);
    value = value * 10 + digit;
  }
  if (is_large)
    return too_large();
  return value;
}

} // namespace

std::string to_hex(const U256& value) {
  std::string out = "0x";
  const unsigned digits = std::max(1u, (value.bit_width() + 3) / 4);
  for (unsigned i = digits; i-- > 0;)
    out += "0123456789abcdef"[value.limbs[i / 16] >> (i % 16 * 4) & 15];
  return out;
}

std::string to_decimal(const U256& value) {
  std::string out;
  U256 rest = value;
  do {
    const U256Division part = div_mod(rest, kChunk);
    rest = part.quotient;
    uint64_t digits = part.remainder.low64();
    for (unsigned i = 0; i < kChunkDigits && (digits != 0 || !rest.is_zero() || i == 0); ++i) {
      out += static_cast<char>('0' + digits % 10);
      digits /= 10;
    }
  } while (!rest.is_zero());
  std::ranges::reverse(out);
  return out;
}

Result<U256> parse_u256(std::string_view text) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (text.size() == (is_hex ? 2u : 0u))
    return fail(ErrorCode::BadNumber, 0, "the number has no digits");
  return is_hex ? parse_hexadecimal(text) : parse_decimal(text);
}

} // namespace zvm
