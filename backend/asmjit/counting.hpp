// What is counted of code as it is made.
#pragma once

#include <chrono>

#include "runtime/native_counts.hpp"

namespace zvm::backend::asmjit {

/// Where there is anybody to count for.
inline void count(runtime::NativeCounts* counts, runtime::NativeCount c, uint64_t n = 1) {
  if (counts != nullptr)
    counts->add_shared(c, n);
}

/// Counts the time until its scope ends.
class Timer {
 public:
  explicit Timer(runtime::NativeCounts* counts) : counts_(counts) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() {
    using std::chrono::nanoseconds;
    const nanoseconds took = std::chrono::steady_clock::now() - begun_;
    count(counts_, runtime::NativeCount::nanoseconds, static_cast<uint64_t>(took.count()));
  }

 private:
  runtime::NativeCounts* counts_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

} // namespace zvm::backend::asmjit
