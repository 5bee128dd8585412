#include "engine/native_listing.hpp"

#if ZVM_ASMJIT
#include "backend/asmjit/code.hpp"
#endif

namespace zvm::engine {
namespace {

template <typename... Code>
backend::NativeListing list(const Code&... code) {
#if ZVM_ASMJIT
  return backend::asmjit::list_native_code(code...);
#else
  ((void)code, ...);
  return {.lines = {}, .bytes = {}, .refusal = "this build makes no machine code"};
#endif
}

} // namespace

backend::NativeListing list_native_code(const ir::Function& trace, const gas::Schedule& schedule) {
  return list(trace, schedule);
}
backend::NativeListing list_native_code(const ir::Module& program, const gas::Schedule& schedule) {
  return list(program, schedule);
}
backend::NativeListing list_native_code(const ir::Function& function,
                                        const backend::interp::ModuleSource& module) {
  return list(function, module);
}

} // namespace zvm::engine
