#include "backend/interp/function/code.hpp"

#include <algorithm>
#include <new>

#include "backend/interp/function/handlers_internal.hpp"
#include "backend/interp/function/translate.hpp"
#include "base/alloc.hpp"

namespace zvm::backend::interp {
namespace {

/// Scratch of the thread that lowers.
struct Scratch {
  word::Translator translator;
  ir::Function function;
};
Scratch& scratch() {
  thread_local Scratch s;
  return s;
}

} // namespace

Result<std::unique_ptr<ModuleCode>> ModuleCode::make(const ModuleSource& source) {
  const auto no_memory = [] {
    return fail(ErrorCode::OutOfMemory, 0, "no memory for the code of a module");
  };
  auto code = std::unique_ptr<ModuleCode>(new (std::nothrow) ModuleCode);
  if (code == nullptr)
    return no_memory();
  code->source_ = source;
  // Entries, each beginning with what lowers the function when it is first called.
  const size_t count = source.functions;
  code->entries_ = static_cast<runtime::Entry*>(
      try_allocate(count * (sizeof(runtime::Entry) + 2 * sizeof(word::Word)) + 1));
  if (code->entries_ == nullptr)
    return no_memory();
  auto* stubs = reinterpret_cast<word::Word*>(code->entries_ + count);
  for (size_t i = 0; i < count; ++i) {
    stubs[2 * i] = reinterpret_cast<word::Word>(word::lower_first_handler());
    stubs[2 * i + 1] = i;
    new (code->entries_ + i) runtime::Entry{stubs + 2 * i};
  }
  return code;
}

ModuleCode::~ModuleCode() { deallocate(entries_); }

const void* ModuleCode::lower(uint32_t index) {
  const std::lock_guard lock{mutex_};
  const auto* stub =
      reinterpret_cast<const word::Word*>(entries_ + source_.functions) + size_t{2} * index;
  if (const void* done = entries_[index].load(std::memory_order_acquire); done != stub)
    return done;
  Scratch& s = scratch();
  if (!source_.lower(source_.module, index, s.function) ||
      !s.translator.translate(s.function, source_, entries_))
    return nullptr;
  const auto code = s.translator.code();
  const size_t size = code.size_bytes();
  auto* words = static_cast<word::Word*>(memory_.try_add(size));
  if (words == nullptr)
    return nullptr;
  std::ranges::copy(code, words);
  size_.fetch_add(size, std::memory_order_relaxed);
  entries_[index].store(words, std::memory_order_release);
  return words;
}

} // namespace zvm::backend::interp
