// ZVM's opcode table. The rows are in opcodes.def.
#pragma once

#include "frontend/opcode_table.hpp"

namespace zvm::frontend::zvm {

enum Opcode : uint8_t {
#define OPCODE(byte, name, immediate, pops, pushes, cost, since, flags, doc) OP_##name = byte,
#include "frontend/zvm/opcodes.def"
#undef OPCODE
};

inline constexpr OpcodeRow kRows[] = {
#define OPCODE(byte, name, immediate, pops, pushes, cost, since, flags, doc)                       \
  {byte, {#name, immediate, pops, pushes, gas::Cost::cost, Revision::since, flags, doc}},
#include "frontend/zvm/opcodes.def"
#undef OPCODE
};

inline constexpr OpcodeTable kOpcodes = make_opcode_table(kRows);

} // namespace zvm::frontend::zvm
