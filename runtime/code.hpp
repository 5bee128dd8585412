// A piece of executable code as the runtime sees it. Tiers keep what they derived from it beside it.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/types.hpp"
#include "gas/schedule.hpp"

namespace zvm::runtime {

/// Immutable but for the counters. Bytes live at least as long as the object.
struct CodeObject {
  const uint8_t* bytes = nullptr; ///< followed by at least 33 readable zero bytes
  uint64_t size = 0;              ///< bytes
  Bytes32 hash;                   ///< Keccak-256 of the stored bytes; zero for init code
  Vm vm = Vm::Evm;
  const gas::Schedule* schedule = nullptr;
  const uint64_t* jump_bitmap = nullptr; ///< bit pc: a jump may go there
  std::atomic<uint64_t> gas_burnt{0};    ///< gas spent in it by the cold form; decides promotion

  [[nodiscard]] bool is_jump_destination(uint64_t pc) const {
    return pc < size && (jump_bitmap[pc / 64] >> (pc % 64) & 1) != 0;
  }
};

} // namespace zvm::runtime
