// Compiled functions among those that are word code.
#pragma once

#include <array>

#include "backend/interp/function/machine.hpp"
#include "backend/native.hpp"

namespace zvm::backend::interp::word {

/// Word code of a function, or of the rest of one, that runs as the compiled code, by `enter`. The
/// last word is for what stood in its place.
inline constexpr unsigned kReplaced = 3;
[[nodiscard]] std::array<Word, kReplaced + 1> native_code(const void* code, EnterFunction enter);
/// Of word code that stands at an entry: what stood there before compiled code did.
[[nodiscard]] const Word* replaced_code(const void* there);
/// What a callee returns to that compiled code has called by leaving.
[[nodiscard]] std::array<Word, 2> return_code(EnterFunction resume);

} // namespace zvm::backend::interp::word
