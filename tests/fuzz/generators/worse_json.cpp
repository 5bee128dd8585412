#include "tests/fuzz/generators/worse_json.hpp"

#include <vector>

namespace zvm::fuzz {
namespace {

using nlohmann::json;

constexpr const char* kTexts[] = {
    "",
    "0x",
    "0x0",
    "0x00",
    "0x01",
    "0xzz",
    "0x123",
    "10",
    "-1",
    "0x-1",
    "hello",
    "null",
    "nan:canonical",
    "nan:arithmetic",
    "0xffffffffffffffff",
    "0x10000000000000000",
    "18446744073709551616",
    "-9223372036854775809",
    "0x10000000000000000000000000000000000000000000000000000000000000000",
    "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0x0000000000000000000000000000000000000001",
    "0x0000000000000000000000000000000000000000000000000000000000000001",
    "0x:bigint 0x1",
    "0x5b600056",
    "0xef0100",
    "i32",
    "v128",
    "funcref",
    "externref",
    "either",
    "Osaka",
    "Frontier"};
/// Readers that take a number of bytes at its word would ask for gigabytes between these.
constexpr uint64_t kNumbers[] = {
    0,   1,   2,     3,          31,         32,         33,         64,    65, 127, 128,
    255, 256, 65535, 0xffffffff, 1ull << 32, 1ull << 62, 1ull << 63, ~0ull, 12, 25,  1000};

/// All places in a document, the document itself first.
std::vector<json*> places_of(json& root) {
  std::vector<json*> places{&root};
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i]->is_structured()) {
      for (json& child : *places[i])
        places.push_back(&child);
    }
  }
  return places;
}

json other_value(Choices& c) {
  switch (c.below(8)) {
  case 0:
    return nullptr;
  case 1:
    return json::array();
  case 2:
    return json::object();
  case 3:
    return c.one_in(2);
  case 4:
    return -1.5e300;
  case 5:
    return -static_cast<int64_t>(c.pick(kNumbers) >> 1);
  default:
    return c.pick(kNumbers);
  }
}

void edit_text(std::string& text, Choices& c) {
  constexpr std::string_view kCharacters = "0123456789abcdefxX-: \"\\/~[]{}\n";
  const size_t at = text.empty() ? 0 : c.below(static_cast<uint32_t>(text.size()));
  const char character = c.one_in(4)
                             ? static_cast<char>(c.byte())
                             : kCharacters[c.below(static_cast<uint32_t>(kCharacters.size()))];
  switch (c.below(4)) {
  case 0:
    text.resize(at);
    break;
  case 1:
    text.insert(at, 1, character);
    break;
  case 2:
    if (!text.empty())
      text.erase(at, 1);
    break;
  default:
    if (!text.empty())
      text[at] = character;
  }
}

/// Something of an object or a list is missing, stands twice, or has another key.
void edit_members(json& place, Choices& c) {
  if (!place.is_structured() || place.empty())
    return;
  auto at = place.begin();
  std::advance(at, c.below(static_cast<uint32_t>(place.size())));
  const uint32_t how = c.below(3);
  if (how == 0) {
    place.erase(at);
  } else if (place.is_array()) {
    json copy = *at;
    if (place.size() < 64)
      place.push_back(std::move(copy));
  } else {
    std::string key = at.key();
    json value = *at;
    if (how == 1)
      place.erase(at);
    edit_text(key, c);
    place[key] = std::move(value);
  }
}

} // namespace

void make_worse(json& document, Choices& c) {
  constexpr size_t kMaxPlaces = 5000;
  for (unsigned n = 1 + c.below(4); n > 0; --n) {
    const std::vector<json*> places = places_of(document);
    json& place = *c.pick_of(places);
    switch (c.below(8)) {
    case 0:
      place = other_value(c);
      break;
    case 1:
      if (places.size() < kMaxPlaces) {
        json copy = *c.pick_of(places);
        place = std::move(copy);
      }
      break;
    case 2:
    case 3:
      edit_members(place, c);
      break;
    case 4:
    case 5:
      if (place.is_string())
        edit_text(place.get_ref<std::string&>(), c);
      break;
    default:
      place = c.pick(kTexts);
    }
  }
}

void make_worse(std::string& text, Choices& c) {
  for (unsigned n = c.below(4); n > 0; --n)
    edit_text(text, c);
}

} // namespace zvm::fuzz
