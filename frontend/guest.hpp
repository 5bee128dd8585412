// What a byte-coded guest (EVM, ZVM) tells the shared lowering: its opcode table, how to lower one
// opcode, where jumps may go. Everything that is common to such guests is in lowering, trace and
// snippets.
#pragma once

#include <cstdint>

#include "base/types.hpp"
#include "frontend/opcode_table.hpp"

namespace zvm::frontend {

class Lowering;

struct Guest {
  Vm vm;
  const OpcodeTable* opcodes;
  /// Order of checks inside one instruction: ZVM charges static gas before it looks at the stack.
  bool gas_before_stack;
  /// Emits one defined opcode. The same function serves snippets and traces.
  void (*lower)(Lowering&, uint8_t opcode);
  /// Sets bit pc for each place a jump may go. `bitmap` has a bit for every byte, all zero.
  /// `strict` asks for explicit markers where the guest can do without.
  void (*find_destinations)(ByteView code, bool strict, uint64_t* bitmap);
};

/// Source bytes of one code object. Behind the end stand at least 33 zero bytes.
struct Source {
  const uint8_t* bytes = nullptr;
  uint64_t size = 0;
  const uint64_t* destinations = nullptr;
  const gas::Schedule* schedule = nullptr;

  [[nodiscard]] bool is_destination(uint64_t pc) const {
    return pc < size && (destinations[pc / 64] >> (pc % 64) & 1) != 0;
  }
};

} // namespace zvm::frontend
