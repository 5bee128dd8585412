// Each EVM opcode in terms of the IR.
#pragma once

#include "frontend/lowering.hpp"

namespace zvm::frontend::evm {

/// Emits one defined opcode.
void lower(Lowering& l, uint8_t opcode);

} // namespace zvm::frontend::evm
