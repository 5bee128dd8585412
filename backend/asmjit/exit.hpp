// How compiled code is left where it cannot go on: what is noted of each such place, and the one
// routine that brings the guest's stack to where step form expects it.
#pragma once

#include <atomic>

#include "backend/asmjit/where.hpp"
#include "backend/native.hpp"
#include "base/vec.hpp"

namespace zvm::backend::asmjit {

/// An item of the guest's stack that memory does not hold, and where each of its limbs is.
struct ExitItem {
  struct Limb {
    Where::In in = Where::In::Constant;
    Reg reg = kNoReg;
    int32_t offset = 0; ///< bytes, or the number of the constant
  };
  int32_t position; ///< from the operand base
  std::array<Limb, 4> limbs;
};

/// Where code is left.
struct Site {
  enum class Why : uint8_t {
    State,     ///< by its frame state
    Elsewhere, ///< the same, to go on in whatever form there is
    Refused,   ///< the same, of an entry: as if it had not been taken
    Trap,      ///< the message ends with `status`
    // What a libcall has answered stands in frame.status.
    Before,  ///< by its state; for good where the host has failed
    Pending, ///< by its state where a read is pending, else for good
    Final,   ///< for good
  };
  Why why = Why::State;
  Status status{};
  bool has_state = false;
  uint32_t pc = 0;
  int32_t height = 0; ///< of the stack, from the operand base
  int64_t unused = 0; ///< gas that is given back
  uint32_t first_item = 0, items = 0;
};

/// What is kept of compiled code beside the code.
struct Exits {
  Vec<Site> sites;
  Vec<ExitItem> items;
  Vec<uint64_t> constants;
  /// Set once all is written. A sanitizer of threads does not see by which load compiled code came to
  /// the code that this belongs to.
  std::atomic<bool> is_complete{false};

  [[nodiscard]] size_t bytes() const {
    return sites.size() * sizeof(Site) + items.size() * sizeof(ExitItem) +
           constants.size() * sizeof(uint64_t);
  }
};

/// Called by code that is left at a site. Gas and operand base (as top) stand in the frame,
/// registers in `saved`, the function's own frame at `native`.
Answer leave_at(runtime::Frame& frame, const Exits& exits, uint32_t site, const uint64_t* saved,
                const uint8_t* native);
/// Called as it is by code that goes on, and tells where it is.
void tell_at(runtime::Frame& frame, const Exits& exits, uint32_t site, const uint64_t* saved,
             const uint8_t* native);
[[nodiscard]] bool observes_states();

} // namespace zvm::backend::asmjit
