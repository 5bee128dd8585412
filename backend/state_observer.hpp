// For tests and debugging: whoever wants to see where code of messages is as it runs.
#pragma once

#include <span>

#include "base/uint256.hpp"
#include "runtime/frame.hpp"

namespace zvm::backend {

class StateObserver {
 public:
  virtual ~StateObserver() = default;
  /// Machine code is before the instruction at `pc`, where it could be left, or was entered. The frame
  /// has the memory; gas and stack are what step form would find.
  virtual void saw(const runtime::Frame& frame, uint32_t pc, int64_t gas,
                   std::span<const U256> stack) = 0;
};

} // namespace zvm::backend
