#include "runtime/module/table.hpp"

#include <algorithm>
#include <cstring>

#include "base/alloc.hpp"

namespace zvm::runtime {
namespace {

/// Room for at least `wanted` items. False where memory ran out.
[[nodiscard]] bool make_room(Table& table, uint64_t wanted) {
  if (wanted <= table.capacity)
    return true;
  const uint64_t capacity = std::max(wanted, std::min(table.capacity * 2, table.max));
  auto* items = static_cast<Reference*>(try_allocate(capacity * sizeof(Reference)));
  if (items == nullptr)
    return false;
  if (table.size != 0)
    std::memcpy(items, table.items, table.size * sizeof(Reference));
  deallocate(table.items);
  table.items = items;
  table.capacity = capacity;
  return true;
}

} // namespace

uint64_t largest_table(const Sizes& items, uint64_t limit) {
  constexpr uint64_t kAddressable = UINT64_MAX / sizeof(Reference) / 2;
  return std::min({items.max, limit, items.is_64 ? kAddressable : uint64_t{UINT32_MAX}});
}

bool open_table(Table& table, ValueType type, const Sizes& items, uint64_t limit, Budget& budget) {
  table = {.max = largest_table(items, limit),
           .declared_max = items.max,
           .type = type,
           .is_64 = items.is_64,
           .budget = &budget};
  return items.min <= table.max && grow(table, items.min, 0) != UINT64_MAX;
}

void close_table(Table& table) {
  if (table.budget != nullptr)
    table.budget->left += table.size * sizeof(Reference);
  deallocate(table.items);
  table = {};
}

uint64_t grow(Table& table, uint64_t items, Reference value) {
  const uint64_t before = table.size;
  if (items > table.max - before)
    return UINT64_MAX;
  const uint64_t bytes = items * sizeof(Reference);
  if (bytes > table.budget->left || !make_room(table, before + items)) {
    table.budget->fail(
        bytes > table.budget->left ? HostCause::StoreBytesLimit : HostCause::Allocation, bytes);
    return UINT64_MAX;
  }
  table.budget->left -= bytes;
  table.size += items;
  std::fill_n(table.items + before, items, value);
  return before;
}

} // namespace zvm::runtime
