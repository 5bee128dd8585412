#include "base/alloc.hpp"

#include <atomic>
#include <cstdlib>

namespace zvm {
namespace {

std::atomic<AllocationGate> g_gate{nullptr};

} // namespace

void set_allocation_gate(AllocationGate gate) { g_gate.store(gate, std::memory_order_release); }

bool allocation_allowed(size_t size) {
  const AllocationGate gate = g_gate.load(std::memory_order_acquire);
  return gate == nullptr || gate(size);
}

void* try_allocate(size_t size) {
  if (size == 0 || !allocation_allowed(size))
    return nullptr;
  return std::malloc(size);
}

void* try_allocate_zeroed(size_t size) {
  if (size == 0 || !allocation_allowed(size))
    return nullptr;
  return std::calloc(1, size);
}

void deallocate(void* block) { std::free(block); }

} // namespace zvm
