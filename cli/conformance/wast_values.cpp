#include "cli/conformance/wast_values.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <stdexcept>

namespace zvm::cli {
namespace {

using engine::wasm::Value;
using nlohmann::json;
using runtime::ValueType;

struct LaneType {
  std::string_view name;
  unsigned bits;
  uint64_t quiet; ///< of a float: what a canonical NaN has set, its sign aside
};
constexpr LaneType kLaneTypes[] = {
    {"i8", 8, 0},   {"i16", 16, 0},          {"i32", 32, 0},
    {"i64", 64, 0}, {"f32", 32, 0x7fc00000}, {"f64", 64, 0x7ff8000000000000},
};

const LaneType& lane_type(std::string_view name) {
  const auto* found = std::ranges::find(kLaneTypes, name, &LaneType::name);
  if (found == std::end(kLaneTypes))
    throw std::runtime_error("values of type " + std::string{name} + " are not known");
  return *found;
}

uint64_t mask(const LaneType& type) { return ~uint64_t{0} >> (64 - type.bits); }

/// Decimal, with or without a sign.
uint64_t read_number(const std::string& text) {
  return text.starts_with('-') ? static_cast<uint64_t>(std::stoll(text)) : std::stoull(text);
}

/// A number, or the name of a set of NaNs.
bool lane_matches(uint64_t found, const LaneType& type, const std::string& expected) {
  if (expected == "nan:canonical")
    return (found & mask(type) >> 1) == type.quiet;
  if (expected == "nan:arithmetic")
    return (found & type.quiet) == type.quiet;
  return found == (read_number(expected) & mask(type));
}

uint64_t lane(const Value& value, unsigned bits, size_t index) {
  const size_t at = index * bits;
  return value.slots[at / 64] >> at % 64 & ~uint64_t{0} >> (64 - bits);
}

bool is_reference_name(const std::string& type) { return type.ends_with("ref"); }

/// Embedders' references of scripts are numbers from 0 on; ours are not 0.
uint64_t external_reference(const std::string& number) { return read_number(number) + 1; }

bool reference_matches(const Value& found, const std::string& type, const json& expected) {
  const bool is_null = found.slots[0] == 0;
  if (type == "refnull" || type.starts_with("null"))
    return runtime::is_reference(found.type) && is_null;
  if (type != runtime::name(found.type))
    return false;
  if (!expected.contains("value"))
    return !is_null;
  const auto value = expected["value"].get<std::string>();
  return value == "null" ? is_null : found.slots[0] == external_reference(value);
}

} // namespace

Value read_wast_value(const json& value) {
  const auto type = value.at("type").get<std::string>();
  if (type == "v128") {
    const LaneType& lanes = lane_type(value.at("lane_type").get<std::string>());
    Value vector = Value::v128(0, 0);
    size_t at = 0;
    for (const json& one : value.at("value")) {
      vector.slots[at / 64] |= (read_number(one.get<std::string>()) & mask(lanes)) << at % 64;
      at += lanes.bits;
    }
    return vector;
  }
  const auto text = value.at("value").get<std::string>();
  if (type == "externref")
    return Value::external(text == "null" ? 0 : external_reference(text));
  if (type == "funcref" && text == "null")
    return Value::function(nullptr);
  const auto* found = std::ranges::find(runtime::kValueTypeNames, type);
  const LaneType& scalar = lane_type(type);
  return {static_cast<ValueType>(found - runtime::kValueTypeNames),
          {read_number(text) & mask(scalar), 0}};
}

bool matches(const Value& result, const json& expected) {
  const auto type = expected.at("type").get<std::string>();
  if (type == "either") {
    return std::ranges::any_of(expected.at("values"),
                               [&](const json& one) { return matches(result, one); });
  }
  if (type == "refnull" || is_reference_name(type))
    return reference_matches(result, type, expected);
  if (type != runtime::name(result.type))
    return false;
  if (type != "v128")
    return lane_matches(result.slots[0], lane_type(type), expected.at("value").get<std::string>());
  const LaneType& lanes = lane_type(expected.at("lane_type").get<std::string>());
  const json& values = expected.at("value");
  for (size_t i = 0; i < values.size(); ++i) {
    if (!lane_matches(lane(result, lanes.bits, i), lanes, values[i].get<std::string>()))
      return false;
  }
  return values.size() * lanes.bits == 128;
}

std::string describe(const Value& value) {
  std::ostringstream text;
  text << runtime::name(value.type) << " 0x" << std::hex;
  if (value.type == ValueType::V128)
    text << std::setfill('0') << std::setw(16) << value.slots[1] << std::setw(16);
  text << value.slots[0];
  return text.str();
}

} // namespace zvm::cli
