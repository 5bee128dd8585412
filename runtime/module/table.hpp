// Tables of references: on the heap, with room that doubles as they grow.
#pragma once

#include "runtime/module/instance.hpp"
#include "runtime/module/sizes.hpp"

namespace zvm::runtime {

/// Items that a table of this type may grow to, where none may have more than `limit`.
[[nodiscard]] uint64_t largest_table(const Sizes& items, uint64_t limit);

/// A table of `items.min` null references. False where these are more than it may have, or the
/// budget or the system does not have them.
[[nodiscard]] bool open_table(Table& table, ValueType type, const Sizes& items, uint64_t limit,
                              Budget& budget);
void close_table(Table& table);

} // namespace zvm::runtime
