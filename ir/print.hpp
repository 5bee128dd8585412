// The text form of a function (grammar: docs/ir.md). Values and blocks are numbered in order of
// layout, so that equal functions print alike whatever ids they have; parse() reads it back
// exactly.
#pragma once

#include <string>

#include "ir/function.hpp"

namespace zvm::ir {

/// The function as text, ending in a newline. Ids that do not exist print as '?'.
[[nodiscard]] std::string print(const Function& function);

} // namespace zvm::ir
