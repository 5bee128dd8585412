#include "ir/attribute.hpp"

#include <array>
#include <charconv>
#include <span>

#include "base/guest.hpp"
#include "base/status.hpp"

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

} // namespace

bool is_valid_attribute(Attribute kind, uint64_t value) {
  if (const auto names = names_of(kind); !names.empty())
    return value < names.size();
  switch (kind) {
  case Attribute::None:
    return value == 0;
  case Attribute::Width: // up to a vector register
    return value == 1 || value == 2 || value == 4 || value == 8 || value == 16;
  case Attribute::Rate:
  case Attribute::Gas: // added to a signed counter
    return value <= INT64_MAX;
  default:
    return value <= UINT32_MAX;
  }
}

std::string attribute_text(Attribute kind, uint64_t value) {
  if (!is_valid_attribute(kind, value))
    return "?";
  const auto names = names_of(kind);
  return names.empty() ? std::to_string(value) : std::string{names[value]};
}

std::optional<uint64_t> parse_attribute(Attribute kind, std::string_view text) {
  uint64_t value = 0;
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
