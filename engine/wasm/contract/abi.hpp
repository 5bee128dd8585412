// The contract ABI `zvm-wasm-1`: what a contract may import, one row each in abi.def.
//
// HOST(name, signature, cost, capability, doc)
//   name        imported from the module `zvm`, or `env`; the function of namespace abi that does it
//   signature   operands ':' results; i = i32, l = i64
//   cost        row of the prices that is charged before anything else (Cost::Zero: nothing)
//   capability  what an engine grants or not
//
// A routine checks and charges in the order of the EVM's instructions (docs/determinism.md): the
// ranges it names, gas by length, then what the operation itself asks for. Nothing has happened
// where one of these fails.
//
// Pointers and lengths are i32, read without sign. Addresses are 20 bytes, words 32 bytes,
// big-endian; gas is an i64 read without sign. The host writes only where the contract says. A
// range that leaves memory ends the message with MemoryViolation; a failure that the EVM's
// instruction of the kind would have, with that.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.hpp"
#include "base/vec.hpp"
#include "engine/wasm/contract/rules.hpp"
#include "gas/schedule.hpp"
#include "runtime/frame.hpp"
#include "runtime/module/instance.hpp"

namespace zvm::engine::wasm {

/// How a host function leaves the code for good, or for a message.
enum class Leaving : uint8_t {
  No,
  Finish, ///< the message succeeds; its output is in the frame
  Revert, ///< it reverts, with that output
  Call,   ///< Frame::next is the message to run
};

/// One call of a host function. Its dynamic gas is taken from frame.gas, in gas; the row's has
/// been.
struct HostCall {
  runtime::Frame& frame;
  runtime::LinearMemory& memory;
  uint64_t* slots; ///< operands; results from slots[0] on
  /// With anything but No the function answers Suspended.
  Leaving& leaving;
  /// For Call: where the address of what a creation made goes, if it succeeds; 0: nowhere.
  uint64_t& created_at;
  /// For Revert: output that stands nowhere in memory. Empty: that of the frame counts.
  Buffer& output;

  [[nodiscard]] uint32_t u32(unsigned operand) const {
    return static_cast<uint32_t>(slots[operand]);
  }
  /// `size` bytes of memory at `address`, or nullptr where they are not all inside. They may be
  /// written.
  [[nodiscard]] uint8_t* range(uint64_t address, uint64_t size) const {
    if (address + size > memory.size)
      return nullptr;
    runtime::touch(memory, memory.base + address, size);
    return memory.base + address;
  }
};

using HostRoutine = Status (*)(HostCall& call);

struct HostRow {
  std::string_view name;
  std::string_view signature;
  gas::Cost cost;
  Capability capability;
  HostRoutine routine;
  std::string_view doc;
};

/// By name; nullptr where there is none.
[[nodiscard]] const HostRow* find_host_row(std::string_view name);
[[nodiscard]] std::span<const HostRow> host_rows();

} // namespace zvm::engine::wasm
