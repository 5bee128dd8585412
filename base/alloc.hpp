// The one door to the heap for everything a contract can size. It may fail, and says so by nullptr.
#pragma once

#include <cstddef>

namespace zvm {

/// `size` bytes aligned for any scalar, or nullptr. Size 0 gives nullptr.
[[nodiscard]] void* try_allocate(size_t size);
/// As try_allocate, zeroed; large blocks come as untouched zero pages.
[[nodiscard]] void* try_allocate_zeroed(size_t size);
/// Takes what the two above gave, or nullptr.
void deallocate(void* block);

/// Size of what this thread was refused last, in bytes, 0 where nothing was since it was forgotten.
[[nodiscard]] size_t last_refused_allocation();
void forget_refused_allocation();

/// Test hook: asked before each allocation, and before each growth of mapped memory; false makes it fail.
/// nullptr (the default) lets all pass. Set only while no execution runs.
using AllocationGate = bool (*)(size_t size);
void set_allocation_gate(AllocationGate gate);
[[nodiscard]] bool allocation_allowed(size_t size);

} // namespace zvm
