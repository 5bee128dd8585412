// expect: ignoring return value .* 'nodiscard'
// A refusal is a value: one that is made must be returned.
#include "base/result.hpp"

zvm::Result<int> half(int n) {
#ifdef ZVM_MISUSE
  if (n % 2 != 0)
    zvm::fail(zvm::ErrorCode::BadNumber, 0, "odd");
#else
  if (n % 2 != 0)
    return zvm::fail(zvm::ErrorCode::BadNumber, 0, "odd");
#endif
  return n / 2;
}
