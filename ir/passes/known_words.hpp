// Words of expanding memory whose value is known: by the stores and loads since the head of the
// chain.
#pragma once

#include "ir/address.hpp"

namespace zvm::ir {

/// An address as base + distance, which is below kMemoryReach either way; others are not known.
struct Place {
  ValueId base = kNone;
  int64_t distance = 0;
  bool known = false;

  [[nodiscard]] static Place of(const Address& a) {
    if (!a.known)
      return {};
    if (a.offset < U256{kMemoryReach})
      return {a.base, static_cast<int64_t>(a.offset.low64()), true};
    const U256 below = -a.offset;
    if (a.base != kNone && below < U256{kMemoryReach})
      return {a.base, -static_cast<int64_t>(below.low64()), true};
    return {};
  }
};

class KnownWords {
 public:
  void clear() { count_ = 0; }

  /// The word at a place; kNone.
  [[nodiscard]] ValueId find(const Place& at) const {
    for (uint32_t i = 0; i < count_; ++i) {
      if (words_[i].distance == at.distance && words_[i].base == at.base)
        return words_[i].value;
    }
    return kNone;
  }
  /// The place must be known and not be in the table. The oldest word makes room.
  void add(const Place& at, ValueId value) {
    if (count_ < kMost) {
      words_[count_++] = {at.base, value, at.distance};
    } else {
      words_[next_] = {at.base, value, at.distance};
      next_ = (next_ + 1) % kMost;
    }
  }
  /// `bytes` are written there; 0 means as many as it may be. Two bases may be the same address.
  void forget(const Place& at, int64_t bytes) {
    if (!at.known)
      return clear();
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count_; ++i) {
      const Word& w = words_[i];
      const bool survives =
          w.base == at.base &&
          (w.distance + 32 <= at.distance || (bytes != 0 && w.distance >= at.distance + bytes));
      if (survives)
        words_[kept++] = w;
    }
    if (kept != count_)
      next_ = 0;
    count_ = kept;
  }

 private:
  static constexpr uint32_t kMost = 16;
  struct Word {
    ValueId base, value;
    int64_t distance;
  };
  Word words_[kMost];
  uint32_t count_ = 0, next_ = 0;
};

} // namespace zvm::ir
