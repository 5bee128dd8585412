// Linear memories: address space reserved once, made usable as they grow. What is closed is cleared
// and kept by the thread for the next one, so a module of few pages starts without a system call.
#pragma once

#include "runtime/module/instance.hpp"
#include "runtime/module/sizes.hpp"

namespace zvm::runtime {

/// Behind the limit, and never usable: the reach of the largest access at the last address, and a
/// page.
inline constexpr uint64_t kMemoryGuard = 2 * kPage;

/// Bytes that a memory of this type may grow to, where none may have more than `limit` bytes.
[[nodiscard]] uint64_t largest_memory(const Sizes& pages, uint64_t limit);

/// A zeroed memory of `pages.min` pages. False where these are more than it may have, or the budget
/// or the system does not have them. Bounds::Guard is for memories addressed by i32, where the
/// platform can; others are Explicit.
[[nodiscard]] bool open_memory(LinearMemory& memory, const Sizes& pages, uint64_t limit,
                               Bounds bounds, Budget& budget);
void close_memory(LinearMemory& memory);
/// Zeros, where nobody but code, or with touch(), has written, and `pages`, which are no more than
/// it has. False where the system does not do it.
[[nodiscard]] bool reset_memory(LinearMemory& memory, uint64_t pages);

} // namespace zvm::runtime
