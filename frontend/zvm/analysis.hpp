// What can be known of ZVM code without running it: where jumps may go, and what looks wrong.
//
// Code is never refused: an undefined byte or a bad jump fails when it is reached. What `validate`
// finds is for tools, which print it.
#pragma once

#include <string>
#include <vector>

#include "base/types.hpp"

namespace zvm::frontend::zvm {

/// Sets bit pc of `bitmap` (all zero, a bit for every byte) for each place a jump may go: where an
/// instruction begins; under `strict` (STRICT_JUMPDEST) where a JUMPDEST does.
void find_destinations(ByteView code, bool strict, uint64_t* bitmap);

enum class WarningKind : uint8_t {
  UndefinedOpcode, ///< fails with InvalidOpcode when reached
  TruncatedPush,   ///< the immediate runs past the end; zeros are read
  BadJump,         ///< a jump to a constant that is no destination
  Underflow,       ///< fails however it is reached from the JUMPDEST (or the beginning) before it
  Overflow,        ///< the same
};

struct Warning {
  uint64_t offset = 0; ///< in the code, in bytes
  WarningKind kind = WarningKind::UndefinedOpcode;
  std::string text;
};

/// In order of offset; at most `limit`.
[[nodiscard]] std::vector<Warning> validate(ByteView code, bool strict, size_t limit = 1000);

} // namespace zvm::frontend::zvm
