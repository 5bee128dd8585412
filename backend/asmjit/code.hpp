// Machine code of byte code: traces by pc, in the table of places that the interpreter's machine
// reads.
#pragma once

#include <memory>
#include <string>

#include "backend/backend.hpp"
#include "ir/module.hpp"

namespace zvm::backend::asmjit {

/// Whether this machine can run what is written here.
[[nodiscard]] bool is_available();

/// Machine code of a code object, alone or beside slot code, whose places it takes over. Its entries
/// are all places in the code, and the one behind. Null where memory ran out, or it is not available.
[[nodiscard]] std::unique_ptr<Code> make_native_code(const Source& source, bool has_slot_code);

/// The text of what is written for a trace, or for a program; empty where it is refused.
[[nodiscard]] std::string list_native_code(const ir::Function& trace);
[[nodiscard]] std::string list_native_code(const ir::Module& program);

} // namespace zvm::backend::asmjit
