#include "tests/support/fault_gate.hpp"

#include <atomic>

#include "base/alloc.hpp"

namespace zvm::test {
namespace {

std::atomic<uint64_t> g_seen{0};
uint64_t g_first = 0, g_count = 0;

bool gate(size_t) {
  const uint64_t number = g_seen.fetch_add(1, std::memory_order_relaxed);
  return number < g_first || number - g_first >= g_count;
}

} // namespace

AllocationFault::AllocationFault(uint64_t first, uint64_t count) {
  g_seen.store(0);
  g_first = first;
  g_count = count;
  set_allocation_gate(gate);
}
AllocationFault::~AllocationFault() { set_allocation_gate(nullptr); }

uint64_t AllocationFault::seen() const { return g_seen.load(); }

} // namespace zvm::test
