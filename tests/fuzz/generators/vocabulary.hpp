// Vocabulary: a VM as the generators see it. Opcodes that both VMs have are named alike.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "frontend/opcode_table.hpp"
#include "gas/schedule.hpp"

namespace zvm::fuzz {

struct Vocabulary {
  Vm vm;
  const frontend::OpcodeTable* table;
  /// What operands mean, by opcode.
  std::array<std::string_view, 256> kinds;
  /// Largest n of DUPn and SWAPn.
  int reach;
  /// The narrowest push with an immediate of at least that many bytes.
  std::array<uint8_t, 33> pushes;

  // Opcodes that are written one after the other, in groups from which one is drawn.
  std::vector<uint8_t> pure;    ///< words to a word
  std::vector<uint8_t> context; ///< nothing to a word
  std::vector<uint8_t> memory;
  std::vector<uint8_t> state;
  std::vector<uint8_t> logs;
  std::vector<uint8_t> extensions;
  std::vector<uint8_t> items; ///< those whose immediate names items of the stack (EIP-8024)

  // Bytes by name.
#define LOWER(name, call) uint8_t name = 0;
#include "frontend/common_ops.def"
#undef LOWER
  uint8_t PUSH1 = 0, PUSH2 = 0, DUP1 = 0, SWAP1 = 0, STOP = 0;

  [[nodiscard]] const frontend::OpcodeInfo& row(uint8_t opcode) const { return (*table)[opcode]; }
};

[[nodiscard]] const Vocabulary& vocabulary(Vm vm);

} // namespace zvm::fuzz
