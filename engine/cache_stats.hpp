// What the cache of code holds, and how it has served.
#pragma once

#include <cstdint>

namespace zvm::engine {

struct CacheStats {
  uint64_t modules = 0;
  uint64_t bytes = 0; ///< with lowered code
  uint64_t hits = 0;
  uint64_t misses = 0;
  uint64_t evictions = 0;
};

} // namespace zvm::engine
