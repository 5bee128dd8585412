#include "ir/attribute.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <span>

#include "base/guest.hpp"
#include "base/status.hpp"
#include "base/vector.hpp"
#include "ir/access.hpp"

namespace zvm::ir {
namespace {

constexpr auto kStatusNames = [] {
  std::array<std::string_view, std::size(kStatusInfo)> names;
  for (size_t i = 0; i < names.size(); ++i)
    names[i] = kStatusInfo[i].name;
  return names;
}();

/// The names of a kind whose values are an enumeration; empty for numbers.
std::span<const std::string_view> names_of(Attribute kind) {
  switch (kind) {
  case Attribute::Space:
    return kSpaceNames;
  case Attribute::Field:
    return kFieldNames;
  case Attribute::Kind:
    return kCallNames;
  case Attribute::Hash:
    return kHashNames;
  case Attribute::Status:
    return kStatusNames;
  default:
    return {};
  }
}

/// "s4", "u8 +16", "u1 memory 2", "u32 be touched".
std::string access_text(const Access& a) {
  std::string text = a.is_signed ? "s" : "u";
  text += std::to_string(a.width);
  if (a.is_big_endian)
    text += " be";
  if (a.offset != 0)
    text += " +" + std::to_string(a.offset);
  if (a.memory != 0)
    text += " memory " + std::to_string(a.memory);
  if (a.is_touched)
    text += " touched";
  return text;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix))
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Takes `prefix` and the number behind it off the text.
bool take_number(std::string_view& text, std::string_view prefix, uint64_t& value) {
  if (!text.starts_with(prefix))
    return false;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + prefix.size(), end, value);
  if (read.ec != std::errc{})
    return false;
  text = {read.ptr, static_cast<size_t>(end - read.ptr)};
  return true;
}

std::optional<uint64_t> parse_access(std::string_view text) {
  uint64_t width = 0, offset = 0, memory = 0;
  const bool is_signed = text.starts_with('s');
  if (!take_number(text, is_signed ? "s" : "u", width))
    return std::nullopt;
  const bool is_big_endian = take(text, " be");
  (void)take_number(text, " +", offset);
  (void)take_number(text, " memory ", memory);
  const bool is_touched = take(text, " touched");
  if (!text.empty() || offset > kMostOffset || memory > 255 || !std::has_single_bit(width) ||
      width > 32)
    return std::nullopt;
  return encode({offset, static_cast<uint32_t>(memory), static_cast<uint8_t>(width), is_signed,
                 is_big_endian, is_touched});
}

std::optional<uint64_t> parse_pair(std::string_view text) {
  uint64_t first = 0, second = 0;
  if (!take_number(text, "", first) || !take_number(text, " ", second) || !text.empty() ||
      first > UINT32_MAX || second > UINT32_MAX)
    return std::nullopt;
  return encode(IndexPair{static_cast<uint32_t>(first), static_cast<uint32_t>(second)});
}

std::optional<uint64_t> parse_vector(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(' '));
  for (uint64_t op = 0; op < kVectorOpCount; ++op) {
    if (kVectorInfo[op].text != name)
      continue;
    text.remove_prefix(name.size());
    uint64_t lane = 0;
    if (kVectorInfo[op].lanes != 0 && !take_number(text, " ", lane))
      return std::nullopt;
    return text.empty() && lane <= 0xff ? std::optional{op | lane << 8} : std::nullopt;
  }
  return std::nullopt;
}

} // namespace

bool is_valid_attribute(Attribute kind, uint64_t value) {
  if (const auto names = names_of(kind); !names.empty())
    return value < names.size();
  switch (kind) {
  case Attribute::None:
    return value == 0;
  case Attribute::Access:
    return is_valid_access(value);
  case Attribute::Pair:
    return true;
  case Attribute::Vector:
    return (value & 0xff) < kVectorOpCount && value >> 8 <= 0xff &&
           (value >> 8 == 0 || value >> 8 < info(static_cast<VectorOp>(value & 0xff)).lanes);
  case Attribute::Rate: // multiplied, and taken off a signed counter
    return value <= INT64_MAX;
  default:
    return value <= UINT32_MAX;
  }
}

std::string attribute_text(Attribute kind, uint64_t value) {
  if (!is_valid_attribute(kind, value))
    return "?";
  if (kind == Attribute::Access)
    return access_text(decode_access(value));
  if (kind == Attribute::Pair) {
    const auto [first, second] = decode_pair(value);
    return std::to_string(first) + " " + std::to_string(second);
  }
  if (kind == Attribute::Vector) {
    const VectorInfo& op = info(static_cast<VectorOp>(value & 0xff));
    return std::string{op.text} + (op.lanes != 0 ? " " + std::to_string(value >> 8) : "");
  }
  const auto names = names_of(kind);
  return names.empty() ? std::to_string(value) : std::string{names[value]};
}

std::optional<uint64_t> parse_attribute(Attribute kind, std::string_view text) {
  uint64_t value = 0;
  if (kind == Attribute::Access || kind == Attribute::Pair || kind == Attribute::Vector) {
    const auto read = kind == Attribute::Access ? parse_access(text)
                      : kind == Attribute::Pair ? parse_pair(text)
                                                : parse_vector(text);
    return read && is_valid_attribute(kind, *read) ? read : std::nullopt;
  }
  if (const auto names = names_of(kind); !names.empty()) {
    while (value < names.size() && names[value] != text)
      ++value;
  } else {
    const char* begin = std::to_address(text.begin());
    const char* end = begin + text.size();
    const auto read = std::from_chars(begin, end, value);
    if (read.ec != std::errc{} || read.ptr != end)
      return std::nullopt;
  }
  if (!is_valid_attribute(kind, value))
    return std::nullopt;
  return value;
}

} // namespace zvm::ir
