#include "backend/interp/function/code.hpp"

#include <algorithm>
#include <new>

#include "backend/interp/function/handlers_internal.hpp"
#include "backend/interp/function/stock.hpp"
#include "backend/interp/function/translate.hpp"

namespace zvm::backend::interp {
namespace {

class WordCode final : public Code {
 public:
  WordCode(const Source& source, const ModuleSource& module) : Code(source), stock_(module) {}

  [[nodiscard]] bool prepare() { return stock_.try_prepare(source().entries) && open() != nullptr; }

 private:
  [[nodiscard]] const void* waiting(uint32_t entry) const override { return stock_.waiting(entry); }
  [[nodiscard]] bool translate(uint32_t, ir::Function& function, const void*& code) override {
    size_t size = 0;
    const bool done = stock_.translate(function, entries(), code, size);
    add_bytes(size);
    return done;
  }

  WordStock stock_;
};

} // namespace

bool WordStock::try_prepare(uint32_t functions) {
  if (!stubs_.try_resize(size_t{2} * functions))
    return false;
  for (size_t i = 0; i < functions; ++i) {
    stubs_[2 * i] = reinterpret_cast<word::Word>(word::lower_first_handler());
    stubs_[2 * i + 1] = i;
  }
  return true;
}

namespace {

word::WordTranslator& translator_of_thread() {
  thread_local word::WordTranslator translator;
  return translator;
}

} // namespace

bool WordStock::find_loop(const ir::Function& function, const runtime::Entry* entries,
                          uint32_t place, LoopHead& head) const {
  return translator_of_thread().find_loop(function, module_, entries, place, head);
}

bool WordStock::translate(const ir::Function& function, const runtime::Entry* entries,
                          const void*& code, size_t& size) {
  word::WordTranslator& translator = translator_of_thread();
  if (!translator.translate(function, module_, entries) || !keep(translator.code(), code))
    return false;
  size = translator.code().size_bytes();
  return true;
}

bool WordStock::keep(std::span<const uint64_t> words, const void*& code) {
  auto* kept = static_cast<word::Word*>(memory_.try_add(words.size_bytes()));
  if (kept == nullptr)
    return false;
  std::ranges::copy(words, kept);
  code = kept;
  return true;
}

std::unique_ptr<Code> make_word_code(const Source& source, const ModuleSource& module) {
  std::unique_ptr<WordCode> code{new (std::nothrow) WordCode{source, module}};
  if (code == nullptr || !code->prepare())
    return nullptr;
  return code;
}

} // namespace zvm::backend::interp
