// The operations on V128, from the rows of vector.def, by number and by function.
//
// VECTOR(name, text, signature, function, doc)
//   text        WebAssembly's instruction
//   signature   operands, deepest first, a colon, the result: v V128, i uint32_t, l uint64_t, f float, d double
//   function    of namespace lanes; it takes what the signature says, and behind that the lane where one is named
#pragma once

#include <string_view>

#include "base/lanes_float.hpp"
#include "base/lanes_integer.hpp"

namespace zvm {

enum class VectorOp : uint8_t {
#define VECTOR(name, text, signature, function, doc) name,
#include "base/vector.def"
#undef VECTOR
};

/// What an operation takes, and so how it is called.
enum class VectorShape : uint8_t {
  Unary,   ///< V128 (V128)
  Binary,  ///< V128 (V128, V128)
  Ternary, ///< V128 (V128, V128, V128)
  Shift,   ///< V128 (V128, uint32_t)
  Test,    ///< uint32_t (V128)
  Splat,   ///< V128 (scalar)
  Extract, ///< scalar (V128, uint8_t lane)
  Replace, ///< V128 (V128, scalar, uint8_t lane)
};

struct VectorInfo {
  std::string_view name;
  std::string_view text;
  std::string_view signature;
  std::string_view doc;
  VectorShape shape;
  uint8_t lanes; ///< among which the immediate of Extract and Replace chooses; else 0
};

namespace lanes {

template <typename T>
inline constexpr char kLetter = 0;
template <>
inline constexpr char kLetter<V128> = 'v';
template <>
inline constexpr char kLetter<u32> = 'i';
template <>
inline constexpr char kLetter<u64> = 'l';
template <>
inline constexpr char kLetter<f32> = 'f';
template <>
inline constexpr char kLetter<f64> = 'd';

template <typename R, typename... Operands>
consteval bool takes_lane(R (*)(Operands...)) {
  return (std::same_as<Operands, uint8_t> || ...);
}
/// Whether the function has the signature, but for the lane.
template <typename R, typename... Operands>
consteval bool has_signature(R (*function)(Operands...), std::string_view signature) {
  const char letters[] = {kLetter<Operands>..., ':', kLetter<R>};
  const std::string_view expected{letters, std::size(letters)};
  if (!takes_lane(function))
    return signature == expected;
  const size_t lane = sizeof...(Operands) - 1;
  return signature.starts_with(expected.substr(0, lane)) &&
         signature.substr(lane) == expected.substr(lane + 1);
}
template <typename R, typename... Operands>
consteval VectorShape shape_of(R (*function)(Operands...)) {
  constexpr size_t kVectors = (size_t{std::same_as<Operands, V128>} + ...);
  if (takes_lane(function))
    return sizeof...(Operands) == 2 ? VectorShape::Extract : VectorShape::Replace;
  if (kVectors < sizeof...(Operands))
    return kVectors == 0 ? VectorShape::Splat : VectorShape::Shift;
  if (!std::same_as<R, V128>)
    return VectorShape::Test;
  return kVectors == 1   ? VectorShape::Unary
         : kVectors == 2 ? VectorShape::Binary
                         : VectorShape::Ternary;
}
/// Of what the text names first, as in i8x16.
consteval uint8_t lanes_of(std::string_view text) {
  uint8_t lanes = 0;
  for (const char digit : text.substr(text.find('x') + 1)) {
    if (digit == '.')
      break;
    lanes = static_cast<uint8_t>(10 * lanes + (digit - '0'));
  }
  return lanes;
}

template <VectorOp op>
inline constexpr std::nullptr_t kFunction = nullptr;
#define VECTOR(name, text, signature, function, doc)                                               \
  template <>                                                                                      \
  inline constexpr auto* kFunction<VectorOp::name> = &function;                                    \
  static_assert(has_signature(&function, signature));                                              \
  static_assert(std::string_view{doc}.ends_with('.'));
#include "base/vector.def"
#undef VECTOR

inline constexpr VectorInfo kVectorInfo[] = {
#define VECTOR(name, text, signature, function, doc)                                               \
  {#name,                                                                                          \
   text,                                                                                           \
   signature,                                                                                      \
   doc,                                                                                            \
   shape_of(&function),                                                                            \
   takes_lane(&function) ? lanes_of(text) : uint8_t{0}},
#include "base/vector.def"
#undef VECTOR
};

} // namespace lanes

using lanes::kVectorInfo;
inline constexpr size_t kVectorOpCount = std::size(kVectorInfo);
static_assert(kVectorOpCount <= 256, "VectorOp is a byte");

[[nodiscard]] constexpr const VectorInfo& info(VectorOp op) {
  return kVectorInfo[static_cast<uint8_t>(op)];
}

/// The operation's function; lanes must be below info(op).lanes.
template <VectorOp op>
inline constexpr auto apply = lanes::kFunction<op>;

} // namespace zvm
