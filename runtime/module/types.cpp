#include "runtime/module/types.hpp"

#include <algorithm>

namespace zvm::runtime {

bool is_same(const Signature& a, const Signature& b) {
  return &a == &b || (std::ranges::equal(a.parameters(), b.parameters()) &&
                      std::ranges::equal(a.results(), b.results()));
}

} // namespace zvm::runtime
