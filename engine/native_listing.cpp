#include "engine/native_listing.hpp"

#if ZVM_ASMJIT
#include "backend/asmjit/code.hpp"
#endif

namespace zvm::engine {

#if ZVM_ASMJIT

std::string list_native_code(const ir::Function& trace) {
  return backend::asmjit::list_native_code(trace);
}
std::string list_native_code(const ir::Module& program) {
  return backend::asmjit::list_native_code(program);
}
std::string list_native_code(const ir::Function& function,
                             const backend::interp::ModuleSource& module) {
  return backend::asmjit::list_native_code(function, module);
}

#else

std::string list_native_code(const ir::Function&) { return {}; }
std::string list_native_code(const ir::Module&) { return {}; }
std::string list_native_code(const ir::Function&, const backend::interp::ModuleSource&) {
  return {};
}

#endif

} // namespace zvm::engine
