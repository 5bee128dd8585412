// Reads the text form of a function (grammar: docs/ir.md).
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "ir/function.hpp"

namespace zvm::ir {

/// The function in the text. Any bytes are safe. Refusals are SyntaxError, with the line as offset,
/// and OutOfMemory. What is returned follows the grammar; whether it is correct is for verify() to
/// say.
[[nodiscard]] Result<Function> parse(std::string_view text);

} // namespace zvm::ir
