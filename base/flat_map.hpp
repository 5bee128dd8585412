// FlatMap<K, V>: open-addressing hash map whose growth may fail. Keys and values are trivially copyable;
// iteration is in order of insertion, so that nothing depends on hash values. A removed key keeps its place.
#pragma once

#include <cstdint>

#include "base/vec.hpp"

namespace zvm {

/// Spreads the bits of a key's words; keys come from contracts, so the seed is per process.
extern const uint64_t kHashSeed;
[[nodiscard]] inline uint64_t hash_seed() { return kHashSeed; }

[[nodiscard]] inline uint64_t mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

template <typename K, typename V, typename Hash>
class FlatMap {
 public:
  struct Entry {
    K key;
    V value;
  };

  [[nodiscard]] size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] Entry* begin() { return entries_.begin(); }
  [[nodiscard]] Entry* end() { return entries_.end(); }
  [[nodiscard]] const Entry* begin() const { return entries_.begin(); }
  [[nodiscard]] const Entry* end() const { return entries_.end(); }

  /// The value's place is good until the next insertion.
  [[nodiscard]] V* find(const K& key) {
    if (entries_.empty())
      return nullptr;
    for (size_t i = Hash{}(key)&mask();; i = (i + 1) & mask()) {
      const uint32_t at = index_[i];
      if (at == 0)
        return nullptr;
      if (entries_[at - 1].key == key)
        return &entries_[at - 1].value;
    }
  }
  [[nodiscard]] const V* find(const K& key) const { return const_cast<FlatMap*>(this)->find(key); }

  struct Inserted {
    V* value; ///< nullptr where memory ran out (nothing has changed then)
    bool is_new;
  };
  /// Finds the key, or adds it with `value`.
  [[nodiscard]] Inserted try_insert(const K& key, const V& value) {
    if (index_.empty() && !try_rehash())
      return {nullptr, false};
    size_t i = Hash{}(key)&mask();
    for (; index_[i] != 0; i = (i + 1) & mask()) {
      if (entries_[index_[i] - 1].key == key)
        return {&entries_[index_[i] - 1].value, false};
    }
    const bool grows = (entries_.size() + 1) * 4 > index_.size() * 3;
    if ((grows && !try_rehash()) || !entries_.try_push(Entry{key, value}))
      return {nullptr, false};
    if (grows) {
      place(static_cast<uint32_t>(entries_.size()));
    } else {
      index_[i] = static_cast<uint32_t>(entries_.size());
    }
    return {&entries_.back().value, true};
  }
  /// Takes back the newest insertions until `size` entries are left.
  void truncate(size_t size) {
    while (entries_.size() > size) {
      // The newest entry is the last of its probe run to have been placed, so emptying its cell cuts no run.
      const auto at = static_cast<uint32_t>(entries_.size());
      size_t i = Hash{}(entries_.back().key) & mask();
      while (index_[i] != at)
        i = (i + 1) & mask();
      index_[i] = 0;
      entries_.pop();
    }
  }
  /// Forgets the entries, keeps the memory.
  void clear() {
    if (entries_.empty())
      return;
    if (entries_.size() * 8 < index_.size()) {
      truncate(0);
    } else {
      std::memset(index_.data(), 0, index_.size() * sizeof(uint32_t));
      entries_.clear();
    }
  }

 private:
  [[nodiscard]] size_t mask() const { return index_.size() - 1; }
  void place(uint32_t at) {
    size_t i = Hash{}(entries_[at - 1].key) & mask();
    while (index_[i] != 0)
      i = (i + 1) & mask();
    index_[i] = at;
  }
  [[nodiscard]] bool try_rehash() {
    Vec<uint32_t> grown;
    if (!grown.try_resize(index_.empty() ? 16 : index_.size() * 2))
      return false;
    grown.truncate(index_.empty() ? 16 : index_.size() * 2);
    index_.swap(grown);
    for (uint32_t at = 1; at <= entries_.size(); ++at)
      place(at);
    return true;
  }

  Vec<Entry> entries_;
  Vec<uint32_t> index_; ///< 1-based place in entries_, 0 = empty; size is a power of two
};

} // namespace zvm
