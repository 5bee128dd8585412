#include "engine/tiers.hpp"

#include "backend/interp/code.hpp"
#if ZVM_ASMJIT
#include "backend/asmjit/code.hpp"
#endif

namespace zvm::engine {

bool Tiers::make(const backend::Source& source, [[maybe_unused]] Tier tier) {
#if ZVM_ASMJIT
  if (tier == Tier::Asmjit && backend::asmjit::is_available()) {
    code_ = backend::asmjit::make_native_code(source);
    return code_ != nullptr;
  }
#endif
  code_ = backend::interp::make_slot_code(source);
  return code_ != nullptr;
}

bool Tiers::make(const backend::Source& source, const backend::interp::ModuleSource& module) {
  code_ = backend::interp::make_word_code(source, module);
  return code_ != nullptr;
}

uint64_t Tiers::bytes() const { return code_ == nullptr ? 0 : code_->bytes(); }

} // namespace zvm::engine
