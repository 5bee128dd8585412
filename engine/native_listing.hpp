// Machine code for who wants to see it.
#pragma once

#include "backend/interp/function/code.hpp"
#include "backend/native_listing.hpp"
#include "gas/schedule.hpp"
#include "ir/module.hpp"

namespace zvm::engine {

/// What the tiers asmjit and auto run for a trace, for a program, or for a function of a module that
/// all passes have seen.
[[nodiscard]] backend::NativeListing list_native_code(const ir::Function& trace,
                                                      const gas::Schedule& schedule);
[[nodiscard]] backend::NativeListing list_native_code(const ir::Module& program,
                                                      const gas::Schedule& schedule);
[[nodiscard]] backend::NativeListing list_native_code(const ir::Function& function,
                                                      const backend::interp::ModuleSource& module);

} // namespace zvm::engine
