// Compiled functions among those that are word code.
#pragma once

#include <array>

#include "backend/interp/function/machine.hpp"
#include "backend/native.hpp"

namespace zvm::backend::interp::word {

/// Word code of a function that runs as the compiled code, by `enter`.
[[nodiscard]] std::array<Word, 3> native_code(const void* code, EnterFunction enter);
/// What a callee returns to that compiled code has called by leaving.
[[nodiscard]] std::array<Word, 2> return_code(EnterFunction resume);

} // namespace zvm::backend::interp::word
