#include "runtime/hash/memo.hpp"

#include <cstdlib>

#include "base/hash.hpp"
#include "runtime/hash/keccak.hpp"

namespace zvm::runtime {
namespace {

/// Zeros stand for no entry: no pair is known to hash to 0, and one that did would only never be found.
struct Entry {
  U256 first, second, hash;
};
constexpr size_t kEntries = 1 << 15;
/// A pair has one place. Its tag is left there when it is seen for the first time, the entry at the second: pairs that
/// never come again touch the small array only, which stays in the cache.
struct Places {
  uint32_t tags[kEntries];
  Entry entries[kEntries];
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
  const size_t place = h % kEntries;
  const auto tag = static_cast<uint32_t>(h >> 32);
  if (places->tags[place] != tag) {
    places->tags[place] = tag;
    return keccak256_pair(first, second);
  }
  Entry& entry = places->entries[place];
  if (entry.first != first || entry.second != second || entry.hash.is_zero())
    entry = {first, second, keccak256_pair(first, second)};
  return entry.hash;
}

} // namespace zvm::runtime
