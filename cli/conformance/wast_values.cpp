#include "cli/conformance/wast_values.hpp"

#include <algorithm>
#include <charconv>
#include <iomanip>
#include <sstream>

namespace zvm::cli {
namespace {

using engine::wasm::Value;
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

const LaneType* find_lane_type(std::string_view name) {
  const auto* found = std::ranges::find(kLaneTypes, name, &LaneType::name);
  return found == std::end(kLaneTypes) ? nullptr : found;
}

/// Of what WebAssembly or its converters have, and this engine has not.
constexpr std::string_view kForeignTypes[] = {"anyref",    "eqref",       "i31ref", "i31refshared",
                                              "structref", "arrayref",    "exnref", "nullexnref",
                                              "contref",   "nullcontref", "nullref"};

[[noreturn]] void refuse_type(const std::string& type, const JsonView& value) {
  if (std::ranges::find(kForeignTypes, type) != std::end(kForeignTypes))
    throw UnsupportedValue("values of type " + type + ": not supported");
  value.refuse("there is no type " + type);
}

uint64_t mask(const LaneType& type) { return ~uint64_t{0} >> (64 - type.bits); }

/// Decimal, with or without a sign; what is too wide for the type is cut, as converters print
/// signed numbers unsigned.
uint64_t read_number(const JsonView& value) {
  const std::string& text = value.text();
  const char* const end = text.data() + text.size();
  uint64_t number = 0;
  int64_t negative = 0;
  const auto read = text.starts_with('-') ? std::from_chars(text.data(), end, negative)
                                          : std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end)
    value.refuse("not a number: " + text);
  return negative != 0 ? static_cast<uint64_t>(negative) : number;
}

/// A number, or the name of a set of NaNs.
bool lane_matches(uint64_t found, const LaneType& type, const JsonView& expected) {
  if (expected.text() == "nan:canonical")
    return (found & mask(type) >> 1) == type.quiet;
  if (expected.text() == "nan:arithmetic")
    return (found & type.quiet) == type.quiet;
  return found == (read_number(expected) & mask(type));
}

/// The lanes of a vector and what they are; throws where they are not 128 bits.
struct Lanes {
  explicit Lanes(const JsonView& vector) : values(vector.at("value")) {
    const std::string& name = vector.at("lane_type").text();
    type = find_lane_type(name);
    if (type == nullptr)
      vector.refuse("there are no lanes of " + name);
    if (values.size() * type->bits != 128)
      values.refuse("not the lanes of 128 bits");
  }
  JsonView values;
  const LaneType* type = nullptr;
};

uint64_t lane(const Value& value, unsigned bits, size_t index) {
  const size_t at = index * bits;
  return value.slots[at / 64] >> at % 64 & ~uint64_t{0} >> (64 - bits);
}

bool is_null(const JsonView& value) { return value.is_text() && value.text() == "null"; }

/// Embedders' references of scripts are numbers from 0 on; ours are not 0.
uint64_t external_reference(const JsonView& number) { return read_number(number) + 1; }

/// Null references, by all the names that scripts have for their types.
struct NullType {
  std::string_view name;
  Value value;
};
const NullType kNullTypes[] = {{"nullfuncref", Value::function(nullptr)},
                               {"nullexternref", Value::external(0)}};

const NullType* find_null_type(std::string_view name) {
  const auto* found = std::ranges::find(kNullTypes, name, &NullType::name);
  return found == std::end(kNullTypes) ? nullptr : found;
}

bool function_matches(const Value& found, const JsonView& expected) {
  const bool is_function = found.type == ValueType::FuncRef;
  if (!expected.has("value"))
    return is_function && found.slots[0] != 0;
  const JsonView value = expected.at("value");
  if (value.is_object())
    throw UnsupportedValue("functions by their index: not supported");
  // wast2json prints a number where any function is meant.
  return is_function && (found.slots[0] == 0) == is_null(value);
}

bool external_matches(const Value& found, const JsonView& expected) {
  if (found.type != ValueType::ExternRef)
    return false;
  if (!expected.has("value"))
    return found.slots[0] != 0;
  const JsonView value = expected.at("value");
  return found.slots[0] == (is_null(value) ? 0 : external_reference(value));
}

bool vector_matches(const Value& found, const JsonView& expected) {
  const Lanes lanes{expected};
  for (size_t i = 0; i < lanes.values.size(); ++i) {
    if (!lane_matches(lane(found, lanes.type->bits, i), *lanes.type, lanes.values.at(i)))
      return false;
  }
  return true;
}

} // namespace

Value read_wast_value(const JsonView& value) {
  const std::string& type = value.at("type").text();
  if (const NullType* null = find_null_type(type))
    return null->value;
  if (type == "v128") {
    const Lanes lanes{value};
    Value vector = Value::v128(0, 0);
    for (size_t i = 0; i < lanes.values.size(); ++i) {
      const size_t at = i * lanes.type->bits;
      vector.slots[at / 64] |= (read_number(lanes.values.at(i)) & mask(*lanes.type)) << at % 64;
    }
    return vector;
  }
  if (type == "externref") {
    const JsonView number = value.at("value");
    return Value::external(is_null(number) ? 0 : external_reference(number));
  }
  if (type == "funcref") {
    if (!value.has("value") || !is_null(value.at("value")))
      throw UnsupportedValue("functions as arguments: not supported");
    return Value::function(nullptr);
  }
  const auto* found = std::ranges::find(runtime::kValueTypeNames, type);
  const LaneType* scalar = find_lane_type(type);
  if (scalar == nullptr || found == std::end(runtime::kValueTypeNames))
    refuse_type(type, value);
  return {static_cast<ValueType>(found - runtime::kValueTypeNames),
          {read_number(value.at("value")) & mask(*scalar), 0}};
}

bool matches(const Value& result, const JsonView& expected) {
  const std::string& type = expected.at("type").text();
  if (type == "either") {
    return std::ranges::any_of(expected.at("values").elements(),
                               [&](const JsonView& one) { return matches(result, one); });
  }
  if (type == "refnull")
    return runtime::is_reference(result.type) && result.slots[0] == 0;
  if (const NullType* null = find_null_type(type))
    return result == null->value;
  if (type == "funcref")
    return function_matches(result, expected);
  if (type == "externref")
    return external_matches(result, expected);
  if (type == "v128")
    return result.type == ValueType::V128 && vector_matches(result, expected);
  const LaneType* scalar = find_lane_type(type);
  if (scalar == nullptr ||
      std::ranges::find(runtime::kValueTypeNames, type) == std::end(runtime::kValueTypeNames))
    refuse_type(type, expected);
  return type == runtime::name(result.type) &&
         lane_matches(result.slots[0], *scalar, expected.at("value"));
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
