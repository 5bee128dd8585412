// expect: ignoring return value .* 'nodiscard'
// Growth may fail; who does not look would go on with memory that is not there.
#include "base/vec.hpp"

bool append(zvm::Buffer& out, unsigned char byte) {
#ifdef ZVM_MISUSE
  out.try_push(byte);
  return true;
#else
  return out.try_push(byte);
#endif
}
