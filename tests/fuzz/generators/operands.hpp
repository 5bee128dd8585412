// What operands mean, by opcode, and numbers that are interesting as such.
#pragma once

#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "frontend/opcode_table.hpp"
#include "tests/fuzz/generators/choices.hpp"

namespace zvm::fuzz {

/// The kinds of an opcode's operands, top of the stack first, a letter each:
///   w word  o offset of memory  l length  d offset of data  r offset of return data  a address  k storage key
///   g gas   v value             n small number              i index of a byte        b block number   t destination
/// Opcodes of all VMs by name; words where nothing else is known.
[[nodiscard]] std::string_view operand_kinds(const frontend::OpcodeInfo& info);

/// A number that is interesting for arithmetic.
[[nodiscard]] U256 edge_word(Choices& c);
/// A number that is interesting as an operand of that kind; not for addresses and destinations.
[[nodiscard]] U256 edge_operand(Choices& c, char kind);

} // namespace zvm::fuzz
