// expect: deleted (copy )?constructor
// A copy allocates, and could not report that it failed.
#include "base/vec.hpp"

size_t count(zvm::Buffer& from) {
#ifdef ZVM_MISUSE
  const zvm::Buffer copy = from;
#else
  const zvm::Buffer copy = std::move(from);
#endif
  return copy.size();
}
