// What guest code can name of its surroundings: the vocabulary that the IR and the runtime share.
#pragma once

#include <cstdint>
#include <string_view>

namespace zvm {

/// Read-only byte ranges an instruction can name.
enum class DataSpace : uint8_t { Calldata, Code, ReturnData };

enum class HashKind : uint8_t { Keccak256, Sha256, Ripemd160, Blake2b, Poseidon };
inline constexpr unsigned kHashKinds = 5;

/// The message calls, with their operands, top of the guest stack first.
enum class CallKind : uint8_t {
  Call,         ///< gas, address, value, in offset, in length, out offset, out length
  CallCode,     ///< the same
  DelegateCall, ///< gas, address, in offset, in length, out offset, out length
  StaticCall,   ///< the same
  Create,       ///< value, offset, length
  Create2,      ///< value, offset, length, salt
};
[[nodiscard]] constexpr bool is_create(CallKind kind) { return kind >= CallKind::Create; }
/// Operands on the guest stack.
[[nodiscard]] constexpr unsigned operand_count(CallKind kind) {
  constexpr unsigned kCounts[] = {7, 7, 6, 6, 3, 4};
  return kCounts[static_cast<uint8_t>(kind)];
}

/// A field of the message (the first kMessageFields), the transaction or the block.
enum class ContextField : uint8_t {
#define CONTEXT_FIELD(name, text, doc) name,
#include "base/context_fields.def"
#undef CONTEXT_FIELD
  Count_,
};
inline constexpr unsigned kContextFields = static_cast<unsigned>(ContextField::Count_);
inline constexpr unsigned kMessageFields = 3;

/// What has been touched of expanding memory ends below 2 to this power. Sizes from there on cost
/// more than any gas counter can hold: (2^42 / 32)^2 / 512 is 2^65.
inline constexpr unsigned kMemoryBits = 42;

inline constexpr std::string_view kSpaceNames[] = {"calldata", "code", "returndata"};
inline constexpr std::string_view kHashNames[] = {"keccak256", "sha256", "ripemd160", "blake2b",
                                                  "poseidon"};
inline constexpr std::string_view kCallNames[] = {"call",       "callcode", "delegatecall",
                                                  "staticcall", "create",   "create2"};
inline constexpr std::string_view kFieldNames[] = {
#define CONTEXT_FIELD(name, text, doc) text,
#include "base/context_fields.def"
#undef CONTEXT_FIELD
};

/// What a call between functions of a module takes of the depth that calls may have, in bytes: this, and that for each
/// parameter, local and operand at the highest. Facts of validated code, so every tier finds the same depth.
inline constexpr uint32_t kCallCharge = 16;
inline constexpr uint32_t kCallSlotCharge = 8;

} // namespace zvm
