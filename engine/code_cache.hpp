// The cache of loaded code by what identifies it: the hash of the stored bytes, and what they run
// under. Bounded in bytes; what was used longest ago goes first, once no frame runs it.
#pragma once

#include <mutex>

#include "engine/cache_stats.hpp"
#include "engine/loaded_code.hpp"

namespace zvm::engine {

class CodeCache {
 public:
  CodeCache() = default;
  CodeCache(const CodeCache&) = delete;
  CodeCache& operator=(const CodeCache&) = delete;
  ~CodeCache();

  void set_limit(uint64_t bytes);
  /// What has that hash, counted as in use, or null.
  [[nodiscard]] LoadedCode* find(const Bytes32& hash);
  /// Adds code that find() did not find, counted as in use. Where another thread was faster, that
  /// one is the answer and this one is gone; where memory runs out, it is used uncached.
  [[nodiscard]] LoadedCode* add(const Bytes32& hash, LoadedCode* code);
  static void release(LoadedCode* code);
  /// The code has grown, and is in use.
  void recount(LoadedCode& code);
  [[nodiscard]] CacheStats stats() const;

 private:
  [[nodiscard]] LoadedCode* lookup(const Bytes32& hash) const;
  void use(LoadedCode& m);
  void unlink(LoadedCode& m);
  void link_newest(LoadedCode& m);
  void account(LoadedCode& m);
  void grow_buckets();
  void evict_over_limit();

  mutable std::mutex mutex_;
  Vec<LoadedCode*> buckets_; ///< heads of chains; the size is a power of two
  LoadedCode* newest_ = nullptr;
  LoadedCode* oldest_ = nullptr;
  uint64_t limit_ = UINT64_MAX;
  CacheStats stats_;
};

} // namespace zvm::engine
