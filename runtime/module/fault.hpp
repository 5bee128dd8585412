// Faults of guest code. An access that leaves a guarded area's memory hits pages that nobody may
// touch; the code goes on where the access says it then does. Every other fault is passed to
// whoever handled it before.
//
// The handler of SIGSEGV is installed with the first area. It keeps to what a signal handler may
// do, runs on the alternate stack where the thread has one, and needs nothing that a fork would
// leave behind.
#pragma once

#include <cstdint>

#if defined(__x86_64__) && defined(__linux__)
#define ZVM_CAN_GUARD 1
#else
#define ZVM_CAN_GUARD 0
#endif

namespace zvm::runtime {

/// Whether faults can become traps on this platform.
inline constexpr bool kCanGuard = ZVM_CAN_GUARD;

/// From now on an access that is noted (guarded_x64.hpp) and faults between `area` and `area +
/// size` goes on at its landing. False where the handler cannot be installed, or kMostAreas are
/// guarded.
[[nodiscard]] bool guard(const void* area, uint64_t size);
void unguard(const void* area);

inline constexpr unsigned kMostAreas = 4096;

/// The same for code that is made at run time, of which every access of a guarded area goes on at
/// `landing` where it faults: all such code has one. False where there is too much code.
[[nodiscard]] bool guard_code(const void* code, uint64_t size, const void* landing);
void unguard_code(const void* code, uint64_t size);

} // namespace zvm::runtime
