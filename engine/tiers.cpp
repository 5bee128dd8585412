#include "engine/tiers.hpp"

#include "backend/interp/code.hpp"

namespace zvm::engine {

bool Tiers::make(const backend::Source& source) {
  interpreted_ = backend::interp::make_slot_code(source);
  return interpreted_ != nullptr;
}

bool Tiers::make(const backend::Source& source, const backend::interp::ModuleSource& module) {
  interpreted_ = backend::interp::make_word_code(source, module);
  return interpreted_ != nullptr;
}

uint64_t Tiers::bytes() const { return interpreted_ == nullptr ? 0 : interpreted_->bytes(); }

} // namespace zvm::engine
