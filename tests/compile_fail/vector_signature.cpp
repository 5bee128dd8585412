// expect: has_signature
#include "base/vector.hpp"

namespace zvm::lanes {

#ifdef ZVM_MISUSE
static_assert(has_signature(&add<i8>, "vi:v"));
#else
static_assert(has_signature(&add<i8>, "vv:v"));
static_assert(has_signature(&replace_lane<f64>, "vd:v"));
#endif

} // namespace zvm::lanes
