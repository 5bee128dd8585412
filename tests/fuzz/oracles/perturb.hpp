// Machine code that does by chance what nothing asks for, where there is any.
#pragma once

#if ZVM_ASMJIT
#include "backend/asmjit/perturb.hpp"
#endif

namespace zvm::fuzz {

#if ZVM_ASMJIT
using backend::asmjit::perturb;
#else
inline void perturb(unsigned long long) {}
#endif

} // namespace zvm::fuzz
