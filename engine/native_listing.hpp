// Machine code as text, for who wants to see it.
#pragma once

#include <string>

#include "ir/module.hpp"

namespace zvm::engine {

/// What the tier asmjit writes for a trace, or for a program; empty where it refuses it.
[[nodiscard]] std::string list_native_code(const ir::Function& trace);
[[nodiscard]] std::string list_native_code(const ir::Module& program);

} // namespace zvm::engine
