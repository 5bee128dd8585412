// A module as text, close to the text format: flat instructions, one a line, with the names of the
// name section. Long lists are abbreviated, so the text grows linearly with the module; it is to be
// read, not assembled.
#pragma once

#include <string>
#include <vector>

#include "frontend/wasm/module.hpp"
#include "frontend/wasm/opcodes.hpp"
#include "frontend/wasm/profile.hpp"

namespace zvm::frontend::wasm {

/// Of a decoded module, with the profile that decoded it. Code that does not decode ends its
/// function with a comment that says why; that cannot happen to a valid module.
[[nodiscard]] std::string disassemble(const Module& module, const Profile& profile);

struct InstructionText {
  uint32_t offset = 0, end = 0; ///< in the module
  Op op = Op::Unreachable;
  std::string text;
};

/// The instructions of each function whose code is there.
[[nodiscard]] std::vector<std::vector<InstructionText>>
disassemble_functions(const Module& module, const Profile& profile);

} // namespace zvm::frontend::wasm
