#include "runtime/module/stack.hpp"

#include <sys/mman.h>

#include "base/alloc.hpp"
#include "runtime/module/instance.hpp"

namespace zvm::runtime {
namespace {

constexpr uint64_t kGuard = kPage;
constexpr uint64_t kMapped = kGuard + kGuestStack + kGuard;

/// Stands while the thread's stacks do.
thread_local bool t_has_stacks = false;

struct Stacks {
  /// Messages nest deeper, but most not by much; what stays in use is up to kGuestStack for each.
  static constexpr size_t kKept = 16;
  uint8_t* stacks[kKept] = {};
  size_t count = 0;

  Stacks() { t_has_stacks = true; }
  Stacks(const Stacks&) = delete;
  Stacks& operator=(const Stacks&) = delete;
  ~Stacks() {
    t_has_stacks = false;
    for (size_t i = 0; i < count; ++i)
      munmap(stacks[i] - kGuard, kMapped);
  }
};

thread_local Stacks t_stacks;

} // namespace

uint64_t* take_stack() {
  if (t_stacks.count != 0)
    return reinterpret_cast<uint64_t*>(t_stacks.stacks[--t_stacks.count]);
  if (!allocation_allowed(kGuestStack))
    return nullptr;
  void* at = mmap(nullptr, kMapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED)
    return nullptr;
  uint8_t* stack = static_cast<uint8_t*>(at) + kGuard;
  if (mprotect(stack, kGuestStack, PROT_READ | PROT_WRITE) != 0) {
    munmap(at, kMapped);
    return nullptr;
  }
  return reinterpret_cast<uint64_t*>(stack);
}

uint64_t* top_of(uint64_t* stack) { return stack + kGuestStack / sizeof(uint64_t); }

void keep_stack(uint64_t* stack) {
  auto* bytes = reinterpret_cast<uint8_t*>(stack);
  if (t_has_stacks && t_stacks.count < Stacks::kKept) {
    t_stacks.stacks[t_stacks.count++] = bytes;
    return;
  }
  munmap(bytes - kGuard, kMapped);
}

} // namespace zvm::runtime
