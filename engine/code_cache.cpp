#include "engine/code_cache.hpp"

#include "base/hash.hpp"

namespace zvm::engine {
namespace {

uint64_t size_of(const LoadedCode& m) {
  return sizeof(LoadedCode) + m.copy.capacity() + m.destinations.capacity() * sizeof(uint64_t) +
         m.notes_bytes.load(std::memory_order_relaxed) + m.tiers.bytes() +
         (m.contract != nullptr ? m.size + m.contract->size() : 0);
}

} // namespace

CodeCache::~CodeCache() {
  while (oldest_ != nullptr) {
    LoadedCode* gone = oldest_;
    oldest_ = gone->newer;
    release(gone);
  }
}

void CodeCache::set_limit(uint64_t bytes) {
  const std::lock_guard lock{mutex_};
  limit_ = bytes;
  evict_over_limit();
}

LoadedCode* CodeCache::lookup(const Bytes32& hash) const {
  if (buckets_.empty())
    return nullptr;
  LoadedCode* m = buckets_[HashBytes32{}(hash) & (buckets_.size() - 1)];
  while (m != nullptr && m->hash != hash)
    m = m->chain;
  return m;
}

LoadedCode* CodeCache::find(const Bytes32& hash) {
  const std::lock_guard lock{mutex_};
  LoadedCode* found = lookup(hash);
  if (found == nullptr) {
    ++stats_.misses;
    return nullptr;
  }
  ++stats_.hits;
  use(*found);
  return found;
}

LoadedCode* CodeCache::add(const Bytes32& hash, LoadedCode* code) {
  const std::lock_guard lock{mutex_};
  code->hash = hash;
  code->users.store(1, std::memory_order_relaxed);
  if (LoadedCode* earlier = lookup(hash)) {
    delete code;
    use(*earlier);  // which counts it: eviction leaves it be
    return earlier; // NOLINT(clang-analyzer-cplusplus.NewDelete)
  }
  grow_buckets();
  if (buckets_.empty())
    return code;
  code->users.store(2, std::memory_order_relaxed);
  LoadedCode*& head = buckets_[HashBytes32{}(hash) & (buckets_.size() - 1)];
  code->chain = head;
  head = code;
  link_newest(*code);
  ++stats_.modules;
  account(*code);
  evict_over_limit();
  return code; // NOLINT(clang-analyzer-cplusplus.NewDelete): counted twice
}

void CodeCache::release(LoadedCode* code) {
  if (code->users.fetch_sub(1, std::memory_order_acq_rel) == 1)
    delete code;
}

void CodeCache::recount(LoadedCode& code) {
  const std::lock_guard lock{mutex_};
  if (code.accounted == 0)
    return; // not, or no longer, in the cache
  account(code);
  evict_over_limit();
}

CacheStats CodeCache::stats() const {
  const std::lock_guard lock{mutex_};
  return stats_;
}

/// Counts another frame, and what the code has grown by since it was last looked at.
void CodeCache::use(LoadedCode& m) {
  m.users.fetch_add(1, std::memory_order_relaxed);
  if (newest_ != &m) {
    unlink(m);
    link_newest(m);
  }
  account(m);
  evict_over_limit();
}

void CodeCache::unlink(LoadedCode& m) {
  (m.newer != nullptr ? m.newer->older : newest_) = m.older;
  (m.older != nullptr ? m.older->newer : oldest_) = m.newer;
}

void CodeCache::link_newest(LoadedCode& m) {
  m.newer = nullptr;
  m.older = newest_;
  (newest_ != nullptr ? newest_->newer : oldest_) = &m;
  newest_ = &m;
}

void CodeCache::account(LoadedCode& m) {
  const uint64_t size = size_of(m);
  stats_.bytes += size - m.accounted;
  m.accounted = size;
}

/// Where memory for more chains is short, those there are grow longer.
void CodeCache::grow_buckets() {
  if (stats_.modules < buckets_.size())
    return;
  Vec<LoadedCode*> grown;
  const size_t count = buckets_.empty() ? 64 : buckets_.size() * 2;
  if (!grown.try_resize(count))
    return;
  buckets_.swap(grown);
  for (LoadedCode* m = newest_; m != nullptr; m = m->older) {
    LoadedCode*& head = buckets_[HashBytes32{}(m->hash) & (count - 1)];
    m->chain = head;
    head = m;
  }
}

void CodeCache::evict_over_limit() {
  while (stats_.bytes > limit_ && oldest_ != nullptr) {
    LoadedCode& gone = *oldest_;
    unlink(gone);
    LoadedCode** at = &buckets_[HashBytes32{}(gone.hash) & (buckets_.size() - 1)];
    while (*at != &gone)
      at = &(*at)->chain;
    *at = gone.chain;
    stats_.bytes -= gone.accounted;
    gone.accounted = 0;
    gone.is_given_up.store(true, std::memory_order_relaxed);
    --stats_.modules;
    ++stats_.evictions;
    release(&gone);
  }
}

} // namespace zvm::engine
