// What generated code addresses of whatever it runs in: a message's frame, or an activation of
// functions of modules. Both begin with it, so that code of all VMs has it at the same offsets.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/status.hpp"

namespace zvm::runtime {

struct HostTable;

struct Context {
  int64_t gas = 0;               ///< left, in the units of the code
  std::atomic<int64_t> floor{0}; ///< polls leave when gas is below it; INT64_MAX = stop
  uint8_t* memory = nullptr;     ///< base of expanding memory, or of memory 0 of the instance
  uint64_t memory_size = 0;      ///< bytes of it in use
  const HostTable* host = nullptr;
  Status status = Status::Success; ///< how the code ended
  /// Gas, once what comes next is paid, is below the floor, not below zero. Success: go on, with a
  /// new floor that is not above it; else the outcome.
  Status (*poll)(Context& context, int64_t gas) = nullptr;
};

} // namespace zvm::runtime
