// Machine code of byte code, in the table of places that the interpreter's machine reads, and of
// functions of modules.
#pragma once

#include <memory>

#include "backend/backend.hpp"
#include "backend/interp/function/code.hpp"
#include "backend/native_listing.hpp"
#include "backend/state_observer.hpp"
#include "ir/module.hpp"

namespace zvm::backend::asmjit {

/// Whether this machine can run what is written here.
[[nodiscard]] bool is_available();

/// Machine code of a code object, alone or beside slot code, whose places it takes over. Its entries
/// are all places in the code, and the one behind. Null where memory ran out, or it is not available.
[[nodiscard]] std::unique_ptr<Code> make_native_code(const Source& source, bool has_slot_code);

/// Machine code of a module's own functions, open: each is compiled when it is first called. Beside
/// word code, which outlives it, who asks has one compiled. Null where memory ran out, or it is not
/// available.
[[nodiscard]] std::unique_ptr<Code> make_module_code(const Source& source,
                                                     const interp::ModuleSource& module,
                                                     const Code* words = nullptr);

/// What is written for a trace, for a program, or for a function of a module that all passes have
/// seen.
[[nodiscard]] NativeListing list_native_code(const ir::Function& trace,
                                             const gas::Schedule& schedule);
[[nodiscard]] NativeListing list_native_code(const ir::Module& program,
                                             const gas::Schedule& schedule);
[[nodiscard]] NativeListing list_native_code(const ir::Function& function,
                                             const interp::ModuleSource& module);

/// For debugging: all code of messages that is made from here on tells this one where it is, or, if it
/// is null, nobody. Code that is there already tells whoever is the newest.
void observe_states(StateObserver* observer);

} // namespace zvm::backend::asmjit
