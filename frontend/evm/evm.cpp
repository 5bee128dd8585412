#include "frontend/evm/evm.hpp"

#include "frontend/evm/lower.hpp"
#include "frontend/evm/opcodes.hpp"

namespace zvm::frontend::evm {
namespace {

/// JUMPDEST bytes that are not part of an immediate (Yellow Paper 9.4.3).
void find_destinations(ByteView code, bool /*strict*/, uint64_t* bitmap) {
  for (size_t pc = 0; pc < code.size(); ++pc) {
    const uint8_t byte = code[pc];
    if (byte == OP_JUMPDEST) {
      bitmap[pc / 64] |= uint64_t{1} << (pc % 64);
    } else if (byte >= OP_PUSH1 && byte <= OP_PUSH32) {
      pc += byte - OP_PUSH1 + 1u;
    }
  }
}

} // namespace

const Guest kGuest{Vm::Evm, &kOpcodes, /*gas_before_stack=*/false, lower, find_destinations};

} // namespace zvm::frontend::evm
