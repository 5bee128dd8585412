// The cache of modules by what identifies code: the hash of the stored bytes, and the semantics they run
// under. Bounded in bytes; what was used longest ago goes first, once no frame runs it.
#pragma once

#include <mutex>

#include "engine/cache_stats.hpp"
#include "engine/module.hpp"

namespace zvm::engine {

class ModuleCache {
 public:
  ModuleCache() = default;
  ModuleCache(const ModuleCache&) = delete;
  ModuleCache& operator=(const ModuleCache&) = delete;
  ~ModuleCache();

  void set_limit(uint64_t bytes);
  /// The module counted as in use, or null.
  [[nodiscard]] Module* find(const Bytes32& hash);
  /// Adds a module that find() did not find, counted as in use. Where another thread was faster, that
  /// one's module is the answer and this one is gone; where memory runs out, it is used uncached.
  [[nodiscard]] Module* add(const Bytes32& hash, Module* module);
  static void release(Module* module);
  [[nodiscard]] CacheStats stats() const;

 private:
  [[nodiscard]] Module* lookup(const Bytes32& hash) const;
  void use(Module& m);
  void unlink(Module& m);
  void link_newest(Module& m);
  void account(Module& m);
  void grow_buckets();
  void evict_over_limit();

  mutable std::mutex mutex_;
  Vec<Module*> buckets_; ///< heads of chains; the size is a power of two
  Module* newest_ = nullptr;
  Module* oldest_ = nullptr;
  uint64_t limit_ = UINT64_MAX;
  CacheStats stats_;
};

} // namespace zvm::engine
