// How compiled code is left where it cannot go on: what is noted of each such place, and the one
// routine that brings the guest's stack to where step form expects it.
#pragma once

#include "backend/asmjit/registers_x64.hpp"
#include "backend/native.hpp"
#include "base/vec.hpp"
#include "ir/function.hpp"

namespace zvm::backend::asmjit {

/// Where code is left.
struct Site {
  enum class Why : uint8_t {
    State, ///< by its frame state
    Trap,  ///< the message ends with `status`
    // What a libcall has answered stands in frame.status.
    Before,  ///< by its state; for good where the host has failed
    Pending, ///< by its state where a read is pending, else for good
    Final,   ///< for good
  };
  Why why = Why::State;
  Status status{};
  ir::StateId state = ir::kNone;
  /// Which limb of which value each register holds: value * 4 + limb, or kNone.
  std::array<uint32_t, kRegisters> registers;
};

/// Where a value is that is not in registers.
struct Place {
  int32_t offset = 0; ///< bytes from the operand base, or in the frame; a constant's number
  enum class In : uint8_t { Nowhere, Operands, Frame, Constants } in = In::Nowhere;
  uint8_t zero_limbs = 0; ///< bit by limb: it is 0, and stands nowhere
};

/// What is kept of a compiled function beside its code.
struct Exits {
  Vec<Site> sites;
  Vec<Place> places; ///< by value
  Vec<ir::FrameState> states;
  Vec<ir::StackItem> items;
  Vec<U256> constants;

  [[nodiscard]] size_t bytes() const {
    return sites.size() * sizeof(Site) + places.size() * sizeof(Place) +
           states.size() * sizeof(ir::FrameState) + items.size() * sizeof(ir::StackItem) +
           constants.size() * sizeof(U256);
  }
};

/// Called by code that is left at a site. Gas and top stand in the frame, registers in `saved`.
Answer leave_at(runtime::Frame& frame, const Exits& exits, uint32_t site, const uint64_t* saved);

} // namespace zvm::backend::asmjit
