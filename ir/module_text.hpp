// The text form of a module (grammar: docs/ir.md): its declarations, then its functions as print()
// writes them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "ir/module.hpp"

namespace zvm::ir {

[[nodiscard]] std::string print(const Module& module);

/// As parse() for functions.
[[nodiscard]] Result<Module> parse_module(std::string_view text);

} // namespace zvm::ir
