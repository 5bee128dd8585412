#include "engine/module_cache.hpp"

#include "base/hash.hpp"

namespace zvm::engine {
namespace {

uint64_t size_of(const Module& m) {
  return sizeof(Module) + m.copy.capacity() + m.destinations.capacity() * sizeof(uint64_t) +
         m.notes_bytes.load(std::memory_order_relaxed) + (m.slots ? m.slots->bytes() : 0) +
         (m.contract != nullptr ? m.size + m.contract->size() : 0);
}

} // namespace

ModuleCache::~ModuleCache() {
  while (oldest_ != nullptr) {
    Module* gone = oldest_;
    oldest_ = gone->newer;
    release(gone);
  }
}

void ModuleCache::set_limit(uint64_t bytes) {
  const std::lock_guard lock{mutex_};
  limit_ = bytes;
  evict_over_limit();
}

Module* ModuleCache::lookup(const Bytes32& hash) const {
  if (buckets_.empty())
    return nullptr;
  Module* m = buckets_[HashBytes32{}(hash) & (buckets_.size() - 1)];
  while (m != nullptr && m->hash != hash)
    m = m->chain;
  return m;
}

Module* ModuleCache::find(const Bytes32& hash) {
  const std::lock_guard lock{mutex_};
  Module* found = lookup(hash);
  if (found == nullptr) {
    ++stats_.misses;
    return nullptr;
  }
  ++stats_.hits;
  use(*found);
  return found;
}

Module* ModuleCache::add(const Bytes32& hash, Module* module) {
  const std::lock_guard lock{mutex_};
  module->hash = hash;
  module->users.store(1, std::memory_order_relaxed);
  if (Module* earlier = lookup(hash)) {
    delete module;
    use(*earlier);  // which counts it: eviction leaves it be
    return earlier; // NOLINT(clang-analyzer-cplusplus.NewDelete)
  }
  grow_buckets();
  if (buckets_.empty())
    return module;
  module->users.store(2, std::memory_order_relaxed);
  Module*& head = buckets_[HashBytes32{}(hash) & (buckets_.size() - 1)];
  module->chain = head;
  head = module;
  link_newest(*module);
  ++stats_.modules;
  account(*module);
  evict_over_limit();
  return module; // NOLINT(clang-analyzer-cplusplus.NewDelete): counted twice
}

void ModuleCache::release(Module* module) {
  if (module->users.fetch_sub(1, std::memory_order_acq_rel) == 1)
    delete module;
}

CacheStats ModuleCache::stats() const {
  const std::lock_guard lock{mutex_};
  return stats_;
}

/// Counts another frame, and what the module has grown by since it was last looked at.
void ModuleCache::use(Module& m) {
  m.users.fetch_add(1, std::memory_order_relaxed);
  if (newest_ != &m) {
    unlink(m);
    link_newest(m);
  }
  account(m);
  evict_over_limit();
}

void ModuleCache::unlink(Module& m) {
  (m.newer != nullptr ? m.newer->older : newest_) = m.older;
  (m.older != nullptr ? m.older->newer : oldest_) = m.newer;
}

void ModuleCache::link_newest(Module& m) {
  m.newer = nullptr;
  m.older = newest_;
  (newest_ != nullptr ? newest_->newer : oldest_) = &m;
  newest_ = &m;
}

void ModuleCache::account(Module& m) {
  const uint64_t size = size_of(m);
  stats_.bytes += size - m.accounted;
  m.accounted = size;
}

/// Where memory for more chains is short, those there are grow longer.
void ModuleCache::grow_buckets() {
  if (stats_.modules < buckets_.size())
    return;
  Vec<Module*> grown;
  const size_t count = buckets_.empty() ? 64 : buckets_.size() * 2;
  if (!grown.try_resize(count))
    return;
  buckets_.swap(grown);
  for (Module* m = newest_; m != nullptr; m = m->older) {
    Module*& head = buckets_[HashBytes32{}(m->hash) & (count - 1)];
    m->chain = head;
    head = m;
  }
}

void ModuleCache::evict_over_limit() {
  while (stats_.bytes > limit_ && oldest_ != nullptr) {
    Module& gone = *oldest_;
    unlink(gone);
    Module** at = &buckets_[HashBytes32{}(gone.hash) & (buckets_.size() - 1)];
    while (*at != &gone)
      at = &(*at)->chain;
    *at = gone.chain;
    stats_.bytes -= gone.accounted;
    --stats_.modules;
    ++stats_.evictions;
    release(&gone);
  }
}

} // namespace zvm::engine
