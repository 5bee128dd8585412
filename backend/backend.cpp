#include "backend/backend.hpp"

#include <algorithm>
#include <utility>

#include "base/alloc.hpp"

namespace zvm::backend {

Code::~Code() { deallocate(entries_.load(std::memory_order_relaxed)); }

Entry* Code::open() {
  const std::lock_guard lock{mutex_};
  Entry* entries = entries_.load(std::memory_order_acquire);
  if (entries != nullptr)
    return entries;
  // Zeroed memory is an array of null entries.
  const size_t size = std::max<size_t>(source_.entries, 1) * sizeof(Entry);
  entries = static_cast<Entry*>(try_allocate_zeroed(size));
  if (entries == nullptr)
    return nullptr;
  for (uint32_t i = 0; i < source_.entries && waiting(i) != nullptr; ++i)
    entries[i].store(waiting(i), std::memory_order_relaxed);
  add_bytes(size);
  entries_.store(entries, std::memory_order_release);
  return entries;
}

const void* Code::compile(uint32_t entry) {
  Entry& place = entries()[entry];
  const auto is_made = [&](const void* at) { return at != nullptr && at != waiting(entry); };
  if (const void* made = place.load(std::memory_order_acquire); is_made(made))
    return made;
  const std::lock_guard lock{mutex_};
  if (const void* made = place.load(std::memory_order_acquire); is_made(made))
    return made;
  if (!std::exchange(is_prepared_, true)) {
    compile_whole();
    if (const void* made = place.load(std::memory_order_relaxed); is_made(made))
      return made;
  }
  thread_local ir::Function function;
  const void* made = nullptr;
  if (!source_.lower(source_.owner, entry, function) || !translate(entry, function, made))
    made = refusal();
  // Another tier may have taken the place over by now.
  const void* before = waiting(entry);
  if (made != nullptr && !place.compare_exchange_strong(before, made, std::memory_order_acq_rel))
    made = before;
  return made;
}

void Code::take_over(Code& below) {
  Entry *own = entries(), *theirs = below.entries();
  for (uint32_t i = 0; i < source_.entries; ++i) {
    const void* made = own[i].load(std::memory_order_acquire);
    if (made == nullptr || made == waiting(i) || made == refusal())
      continue;
    const void* there = theirs[i].load(std::memory_order_acquire);
    if (there == made)
      continue;
    do {
      keep_replaced(made, there);
    } while (!theirs[i].compare_exchange_weak(there, made, std::memory_order_acq_rel));
  }
}

} // namespace zvm::backend
