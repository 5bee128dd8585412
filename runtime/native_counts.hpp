// Counts of machine code: what was made, and how it is entered and left beside the usual way.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace zvm::runtime {

enum class NativeCount : uint8_t {
#define NATIVE_COUNT(name, text) name,
#include "runtime/native_counts.def"
#undef NATIVE_COUNT
  Count_,
};

/// Any thread may read them.
class NativeCounts {
 public:
  [[nodiscard]] uint64_t operator[](NativeCount c) const {
    return counts_[static_cast<size_t>(c)].load(std::memory_order_relaxed);
  }
  /// Of the one thread that writes here.
  void add(NativeCount c) {
    counts_[static_cast<size_t>(c)].store((*this)[c] + 1, std::memory_order_relaxed);
  }
  /// Nobody writes here meanwhile.
  void move_to(NativeCounts& sum) {
    for (size_t c = 0; c < counts_.size(); ++c)
      sum.add_shared(static_cast<NativeCount>(c), counts_[c].exchange(0));
  }
  /// Of any.
  void add_shared(NativeCount c, uint64_t n = 1) {
    counts_[static_cast<size_t>(c)].fetch_add(n, std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<uint64_t>, static_cast<size_t>(NativeCount::Count_)> counts_{};
};

} // namespace zvm::runtime
