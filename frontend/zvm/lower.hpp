// Each ZVM opcode in terms of the IR.
#pragma once

#include "frontend/lowering.hpp"

namespace zvm::frontend::zvm {

/// Emits one defined opcode.
void lower(Lowering& l, uint8_t opcode);

} // namespace zvm::frontend::zvm
