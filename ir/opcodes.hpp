// The IR's opcodes and what is known of each. The rows are in opcodes.def.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include "base/guest.hpp"
#include "base/status.hpp"

namespace zvm::ir {

enum class Op : uint8_t {
#define OP(name, text, signature, attribute, effects, doc) name,
#include "ir/opcodes.def"
#undef OP
  Count_,
};
inline constexpr unsigned kOpCount = static_cast<unsigned>(Op::Count_);

enum class Attribute : uint8_t {
  None,
  Rate,
  Space,
  Field,
  Access,
  Kind,
  Count,
  Status,
  Ext,
  Index,
  Pair,
  Vector,
  Hash
};

using Effects = uint64_t;
inline constexpr Effects Pure = 0;
inline constexpr Effects MayExit = 1 << 0;
inline constexpr Effects ReadsMemory = 1 << 1;
inline constexpr Effects WritesMemory = 1 << 2;
inline constexpr Effects GrowsMemory = 1 << 3;
inline constexpr Effects Charges = 1 << 4;
inline constexpr Effects ReadsHost = 1 << 5;
inline constexpr Effects WritesHost = 1 << 6;
inline constexpr Effects ReadsGas = 1 << 7;
inline constexpr Effects Terminator = 1 << 8;
inline constexpr Effects ReadsVariables = 1 << 9;
inline constexpr Effects WritesVariables = 1 << 10;
inline constexpr Effects ReadsModule = 1 << 11;
inline constexpr Effects WritesModule = 1 << 12;
inline constexpr Effects kAllEffects = (1 << 13) - 1;
// Facts beside effects.
inline constexpr Effects Computes = 1 << 13;
inline constexpr Effects Commutes = 1 << 14;
inline constexpr Effects Bounded = 1 << 15;
inline constexpr Effects Partial = 1 << 16;

/// A set of outcomes, bit by Status.
using Failures = uint32_t;
[[nodiscard]] constexpr Failures failure(Status s) { return 1u << static_cast<unsigned>(s); }
static_assert(static_cast<unsigned>(Status::HostError) < 32, "all failures of the guest have bits");

inline constexpr unsigned kFailureShift = 32;
/// MayExit, and where nothing takes it up, the message fails with one of these.
[[nodiscard]] consteval Effects fails_with(std::same_as<Status> auto... statuses) {
  return MayExit | Effects{(failure(statuses) | ...)} << kFailureShift;
}

/// What does no more changes nothing but its results: where no one uses them, it may go.
[[nodiscard]] constexpr bool only_read(Effects e) {
  return (e & kAllEffects & ~(ReadsMemory | ReadsHost | ReadsGas | ReadsVariables | ReadsModule)) ==
         0;
}

struct OpInfo {
  std::string_view name;
  std::string_view text;
  std::string_view signature;
  Attribute attribute;
  Effects effects;
  std::string_view doc;

  [[nodiscard]] constexpr bool has(Effects e) const { return (effects & e) != 0; }
  [[nodiscard]] constexpr bool is_pure() const { return !has(kAllEffects); }
  /// Pure but for that: it depends on operands only.
  [[nodiscard]] constexpr bool at_most_fails() const { return !has(kAllEffects & ~MayExit); }
  [[nodiscard]] constexpr Failures failures() const {
    return static_cast<Failures>(effects >> kFailureShift);
  }
  /// Whoever looks at the counter here must find it without what is charged behind it.
  [[nodiscard]] constexpr bool sees_gas() const { return has(Charges | ReadsGas | GrowsMemory); }
};

namespace op_table {
using enum Status;
inline constexpr OpInfo kOps[] = {
#define OP(name, text, signature, attribute, effects, doc)                                         \
  {#name, text, signature, Attribute::attribute, effects, doc},
#include "ir/opcodes.def"
#undef OP
};
} // namespace op_table
using op_table::kOps;

[[nodiscard]] constexpr const OpInfo& info(Op op) { return kOps[static_cast<uint8_t>(op)]; }

} // namespace zvm::ir
