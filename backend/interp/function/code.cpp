#include "backend/interp/function/code.hpp"

#include <algorithm>
#include <new>

#include "backend/interp/function/handlers_internal.hpp"
#include "backend/interp/function/translate.hpp"

namespace zvm::backend::interp {

Result<std::unique_ptr<WordCode>> WordCode::make(const Source& source, const ModuleSource& module) {
  const auto no_memory = [] {
    return fail(ErrorCode::OutOfMemory, 0, "no memory for the code of a module");
  };
  auto code = std::unique_ptr<WordCode>(new (std::nothrow) WordCode(source, module));
  if (code == nullptr)
    return no_memory();
  if (!code->stubs_.try_resize(size_t{2} * source.entries))
    return no_memory();
  for (size_t i = 0; i < source.entries; ++i) {
    code->stubs_[2 * i] = reinterpret_cast<word::Word>(word::lower_first_handler());
    code->stubs_[2 * i + 1] = i;
  }
  if (code->open() == nullptr)
    return no_memory();
  return code;
}

const void* WordCode::waiting(uint32_t entry) const { return &stubs_[size_t{2} * entry]; }

bool WordCode::translate(const ir::Function& function, const void*& code) {
  thread_local word::Translator translator;
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

} // namespace zvm::backend::interp
