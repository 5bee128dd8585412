// How large a memory or a table is and may become, as its type says.
#pragma once

#include <cstdint>

namespace zvm::runtime {

inline constexpr uint64_t kNoMax = UINT64_MAX;

/// Of a memory in pages, of a table in items.
struct Sizes {
  uint64_t min = 0;
  uint64_t max = kNoMax;
  bool is_64 = false; ///< addressed by i64
};

} // namespace zvm::runtime
