// Machine code as text, for who wants to see it.
#pragma once

#include <string>

#include "backend/interp/function/code.hpp"
#include "ir/module.hpp"

namespace zvm::engine {

/// What the tier asmjit writes for a trace, for a program, or for a function of a module that all
/// passes have seen; empty where it refuses it.
[[nodiscard]] std::string list_native_code(const ir::Function& trace);
[[nodiscard]] std::string list_native_code(const ir::Module& program);
[[nodiscard]] std::string list_native_code(const ir::Function& function,
                                           const backend::interp::ModuleSource& module);

} // namespace zvm::engine
