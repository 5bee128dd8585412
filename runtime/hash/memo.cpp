#include "runtime/hash/memo.hpp"

#include <cstdlib>

#include "base/hash.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

/// Zeros stand for no entry: no pair is known to hash to 0, and one that did would only never be
/// found.
struct Entry {
  U256 first, second, hash;
  [[nodiscard]] bool holds(const U256& a, const U256& b) const {
    return first == a && second == b && !hash.is_zero();
  }
};
constexpr size_t kSets = 1 << 13;
constexpr unsigned kWays = 5;
/// The last few, for a transaction that comes back to a place (to read, then to write it).
constexpr size_t kRecent = 16;
/// A pair has one set, and in it any of the ways. At its first sighting only a tag is left; at the
/// second, if no other pair has been there in between, it gets the way whose turn it is. So pairs
/// that never come again touch the small array only, which stays in the cache, and drive out
/// nothing.
struct Tags {
  uint16_t ways[kWays];
  uint16_t seen;
  uint32_t turn;
};
struct Places {
  Entry recent[kRecent];
  Tags tags[kSets];
  Entry entries[kSets][kWays];
};
static_assert(sizeof(Places) <= kKeccakMemoSize);

/// Gives a thread's table back at its end. The size does not depend on what contracts do.
struct Table {
  Places* places = static_cast<Places*>(std::calloc(1, sizeof(Places)));
  Table() = default;
  Table(const Table&) = delete;
  ~Table();
};
/// Without a constructor, so that reading it asks nothing.
constinit thread_local Places* t_places = nullptr;
constinit thread_local bool t_is_over = false; ///< the thread ends: no table any more

Table::~Table() {
  t_places = nullptr;
  t_is_over = true;
  std::free(places);
}

[[gnu::cold, gnu::noinline]] Places* make_table() {
  if (t_is_over)
    return nullptr;
  thread_local Table table;
  return t_places = table.places;
}

} // namespace

U256 keccak256_pair_memo(const U256& first, const U256& second) {
  Places* places = t_places;
  if (places == nullptr) [[unlikely]] {
    places = make_table();
    if (places == nullptr)
      return keccak256_pair(first, second);
  }
  const HashWord hash;
  const uint64_t h =
      hash({hash(first), second.limb(1) ^ second.limb(2), second.limb(0), second.limb(3)});
  Entry& recent = places->recent[h / kSets % kRecent];
  if (recent.holds(first, second))
    return recent.hash;
  const size_t set = h % kSets;
  const auto tag = static_cast<uint16_t>(h >> 48);
  Tags& tags = places->tags[set];
  unsigned way = kWays;
  for (unsigned w = 0; w < kWays; ++w)
    way = tags.ways[w] == tag ? w : way;
  if (way != kWays && places->entries[set][way].holds(first, second))
    return places->entries[set][way].hash;
  recent = {first, second, keccak256_pair(first, second)};
  if (way == kWays) {
    if (tags.seen != tag) {
      tags.seen = tag;
      return recent.hash;
    }
    way = tags.turn++ % kWays;
    tags.ways[way] = tag;
  }
  places->entries[set][way] = recent;
  return recent.hash;
}

} // namespace zvm::runtime
