#include "backend/interp/function/code.hpp"

#include <algorithm>
#include <new>

#include "backend/interp/code_memory.hpp"
#include "backend/interp/function/handlers_internal.hpp"
#include "backend/interp/function/translate.hpp"

namespace zvm::backend::interp {
namespace {

class WordCode final : public Code {
 public:
  WordCode(const Source& source, const ModuleSource& module) : Code(source), module_(module) {}

  [[nodiscard]] bool prepare() {
    if (!stubs_.try_resize(size_t{2} * source().entries))
      return false;
    for (size_t i = 0; i < source().entries; ++i) {
      stubs_[2 * i] = reinterpret_cast<word::Word>(word::lower_first_handler());
      stubs_[2 * i + 1] = i;
    }
    return open() != nullptr;
  }

 private:
  [[nodiscard]] const void* waiting(uint32_t entry) const override {
    return &stubs_[size_t{2} * entry];
  }
  [[nodiscard]] bool translate(const ir::Function& function, const void*& code) override {
    thread_local word::WordTranslator translator;
    if (!translator.translate(function, module_, entries()))
      return false;
    const auto words = translator.code();
    auto* kept = static_cast<word::Word*>(memory_.try_add(words.size_bytes()));
    if (kept == nullptr)
      return false;
    std::ranges::copy(words, kept);
    add_bytes(words.size_bytes());
    code = kept;
    return true;
  }

  ModuleSource module_;
  Vec<uint64_t> stubs_; ///< two words for each entry
  CodeMemory memory_;
};

} // namespace

std::unique_ptr<Code> make_word_code(const Source& source, const ModuleSource& module) {
  std::unique_ptr<WordCode> code{new (std::nothrow) WordCode{source, module}};
  if (code == nullptr || !code->prepare())
    return nullptr;
  return code;
}

} // namespace zvm::backend::interp
