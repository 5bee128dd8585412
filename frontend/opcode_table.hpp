// What is known of a byte-coded VM's opcodes, from the rows of its opcodes.def.
//
// OPCODE(byte, name, immediate, pops, pushes, cost, since, flags, doc)
//   immediate  bytes that follow the opcode and belong to it
//   pops       stack items it needs          pushes  items it leaves in their place
//   cost       static price (gas::Cost)      since   first Ethereum revision that defines it
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "gas/cost_info.hpp"

namespace zvm::frontend {

using OpcodeFlags = uint8_t;
inline constexpr OpcodeFlags NoFlags = 0;
/// Ends straight-line code: nothing falls through it.
inline constexpr OpcodeFlags Ends = 1 << 0;
/// Fails with StaticViolation in a static call.
inline constexpr OpcodeFlags ChangesState = 1 << 1;
/// Takes its destination from the stack.
inline constexpr OpcodeFlags Jumps = 1 << 2;
/// A message call or creation: the driver loop runs it.
inline constexpr OpcodeFlags Calls = 1 << 3;
/// May be jumped to (in the EVM: only these).
inline constexpr OpcodeFlags Destination = 1 << 4;
/// Prepaid static gas ends after it: it may charge what only the state tells, or it shows the gas
/// left.
inline constexpr OpcodeFlags EndsPrepaid = 1 << 5;
/// Served by a host extension; undefined where that is absent.
inline constexpr OpcodeFlags Extension = 1 << 6;
/// Defined where a chain asks for it only: part of a later version of the VM (zvm-1.1).
inline constexpr OpcodeFlags Later = 1 << 7;

struct OpcodeInfo {
  std::string_view name{}; ///< empty: the byte is not assigned
  uint8_t immediate = 0;
  uint8_t pops = 0;
  uint8_t pushes = 0;
  gas::Cost cost = gas::Cost::Zero;
  Revision since = Revision::Frontier;
  OpcodeFlags flags = NoFlags;
  std::string_view doc{};

  [[nodiscard]] constexpr bool is_assigned() const { return !name.empty(); }
  [[nodiscard]] constexpr bool has(OpcodeFlags f) const { return (flags & f) != 0; }
  [[nodiscard]] constexpr bool is_defined(Revision revision, bool with_later = false) const {
    return is_assigned() && since <= revision && (with_later || !has(Later));
  }
  [[nodiscard]] constexpr bool is_defined(const gas::Schedule& schedule) const {
    return is_defined(schedule.revision, schedule.later_opcodes);
  }
};

using OpcodeTable = std::array<OpcodeInfo, 256>;

struct OpcodeRow {
  unsigned byte;
  OpcodeInfo info;
};

// Not constexpr, so that reaching them in make_opcode_table is a compile error that says why.
void opcode_stands_twice();
void doc_is_not_a_sentence();
void class_is_no_static_price();

/// The table of the rows. Fails to compile on a byte that stands twice, a class that is no static
/// price, or a doc that is no sentence.
template <size_t N>
consteval OpcodeTable make_opcode_table(const OpcodeRow (&rows)[N]) {
  OpcodeTable table{};
  for (const OpcodeRow& row : rows) {
    if (table[row.byte].is_assigned())
      opcode_stands_twice();
    if (row.info.doc.empty() || row.info.doc[row.info.doc.size() - 1] != '.')
      doc_is_not_a_sentence();
    if (gas::info(row.info.cost).unit != "op")
      class_is_no_static_price();
    table[row.byte] = row.info;
  }
  return table;
}

} // namespace zvm::frontend
