#include "base/alloc.hpp"

#include <atomic>
#include <cstdlib>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace zvm {
namespace {

std::atomic<AllocationGate> g_gate{nullptr};
thread_local size_t t_refused = 0;

void* noting(void* block, size_t size) {
  if (block == nullptr) [[unlikely]]
    t_refused = size;
  return block;
}

/// Tables of millions of entries are looked up at random: with pages of 4 KiB each look-up misses
/// the TLB too.
constexpr size_t kHugePage = size_t{2} << 20;

void* allocate_huge(size_t size) {
  void* block = std::aligned_alloc(kHugePage, (size + kHugePage - 1) & ~(kHugePage - 1));
#if defined(__linux__)
  if (block != nullptr)
    madvise(block, size, MADV_HUGEPAGE); // a wish
#endif
  return block;
}

} // namespace

void set_allocation_gate(AllocationGate gate) { g_gate.store(gate, std::memory_order_release); }

bool allocation_allowed(size_t size) {
  const AllocationGate gate = g_gate.load(std::memory_order_acquire);
  if (gate == nullptr || gate(size)) [[likely]]
    return true;
  t_refused = size;
  return false;
}

void* try_allocate(size_t size) {
  if (size == 0 || !allocation_allowed(size))
    return nullptr;
  return noting(size < 8 * kHugePage ? std::malloc(size) : allocate_huge(size), size);
}

void* try_allocate_zeroed(size_t size) {
  if (size == 0 || !allocation_allowed(size))
    return nullptr;
  return noting(std::calloc(1, size), size);
}

size_t last_refused_allocation() { return t_refused; }
void forget_refused_allocation() { t_refused = 0; }

void deallocate(void* block) { std::free(block); }

} // namespace zvm
