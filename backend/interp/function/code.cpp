#include "backend/interp/function/code.hpp"

#include <algorithm>
#include <functional>
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

ModuleCode::~ModuleCode() {
  deallocate(entries_);
  for (Chunk* chunk : chunks_)
    deallocate(chunk);
}

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
  const auto prepaid = s.translator.prepaid();
  const size_t size = sizeof(Chunk) + code.size_bytes() + prepaid.size_bytes();
  if (!chunks_.try_reserve(chunks_.size() + 1))
    return nullptr;
  auto* chunk = static_cast<Chunk*>(try_allocate(size));
  if (chunk == nullptr)
    return nullptr;
  *chunk = {code.size(), prepaid.size()};
  auto* words = reinterpret_cast<word::Word*>(chunk + 1);
  std::ranges::copy(code, words);
  std::ranges::copy(prepaid, reinterpret_cast<word::Prepaid*>(words + code.size()));
  const auto place =
      static_cast<size_t>(std::ranges::lower_bound(chunks_, chunk, std::less{}) - chunks_.begin());
  (void)chunks_.try_push(chunk); // there is room
  std::rotate(chunks_.begin() + place, chunks_.end() - 1, chunks_.end());
  size_.fetch_add(size, std::memory_order_relaxed);
  entries_[index].store(words, std::memory_order_release);
  return words;
}

int64_t ModuleCode::prepaid_at(const void* ip) {
  const std::lock_guard lock{mutex_};
  const auto* at = static_cast<const word::Word*>(ip);
  const auto behind = std::ranges::upper_bound(chunks_, at, std::less{}, [](const Chunk* chunk) {
    return reinterpret_cast<const word::Word*>(chunk);
  });
  if (behind == chunks_.begin())
    return 0;
  const Chunk& chunk = **(behind - 1);
  const auto* words = reinterpret_cast<const word::Word*>(&chunk + 1);
  if (at < words || at >= words + chunk.words)
    return 0;
  const std::span table{reinterpret_cast<const word::Prepaid*>(words + chunk.words), chunk.prepaid};
  const auto place = static_cast<uint32_t>(at - words);
  const auto found = std::ranges::upper_bound(table, place, {}, &word::Prepaid::end);
  return found != table.end() && found->begin <= place ? found->gas : 0;
}

} // namespace zvm::backend::interp
