// AllocationFault: makes allocations fail while it lives. One at a time, and set up while no
// execution runs.
#pragma once

#include <cstdint>

namespace zvm::test {

class AllocationFault {
 public:
  /// Fails the allocation number `first` (from 0) and `count` - 1 more after it.
  explicit AllocationFault(uint64_t first, uint64_t count = 1);
  AllocationFault(const AllocationFault&) = delete;
  AllocationFault& operator=(const AllocationFault&) = delete;
  ~AllocationFault();

  /// Allocations that were asked for.
  [[nodiscard]] uint64_t seen() const;
};

} // namespace zvm::test
