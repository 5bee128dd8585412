// What an engine's code takes, and how it has served.
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

/// Of machine code; the rows of runtime/native_counts.def say what each is.
struct NativeStats {
#define NATIVE_COUNT(name, text) uint64_t name = 0;
#include "runtime/native_counts.def"
#undef NATIVE_COUNT
};

struct EngineStats {
  CacheStats cache;
  NativeStats native;
};

} // namespace zvm::engine
