// expect: static assertion failed
// Vec moves its items with memcpy: a type that owns something must be refused.
#include <string>

#include "base/vec.hpp"

#ifdef ZVM_MISUSE
using Item = std::string;
#else
using Item = int;
#endif

size_t count() {
  const zvm::Vec<Item> items;
  return items.size();
}
