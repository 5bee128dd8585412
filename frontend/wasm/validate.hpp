// Validation: a decoded module is sound, or it is refused with the offset of what is not.
#pragma once

#include "base/result.hpp"
#include "frontend/wasm/module.hpp"
#include "frontend/wasm/profile.hpp"

namespace zvm::frontend::wasm {

/// What validation finds out about a function that lowering and the charge for call depth need.
struct FunctionFacts {
  Range code;                ///< instructions, with the end
  uint32_t locals = 0;       ///< with the parameters
  uint32_t max_operands = 0; ///< most operands at a time
  uint32_t max_nesting = 0;  ///< most blocks in each other, the body itself among them
};

/// The facts of the functions that are not imported, in order. Refuses InvalidModule, and what only
/// reading the bodies shows: MalformedModule, Unsupported, LimitExceeded; or OutOfMemory. The
/// profile must be the one the module was decoded with. Time is linear in the module's size, memory
/// in the limits `operands` and `nesting`. WebAssembly core specification, chapter 3 and the
/// appendix "Validation Algorithm".
[[nodiscard]] Result<Vec<FunctionFacts>> validate(const Module& module, const Profile& profile);

} // namespace zvm::frontend::wasm
