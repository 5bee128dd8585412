// expect: unknown_letter_in_signature
#include "frontend/wasm/opcodes.hpp"

namespace zvm::frontend::wasm {

#ifdef ZVM_MISUSE
constexpr Signature kSignature = parse_signature("iq:i");
#else
constexpr Signature kSignature = parse_signature("il:i");
#endif
static_assert(kSignature.parameters == 2);

} // namespace zvm::frontend::wasm
