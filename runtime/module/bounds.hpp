// How an access of a module is kept inside its memory. No result and no gas depends on it.
#pragma once

#include <cstdint>

namespace zvm::runtime {

enum class Bounds : uint8_t {
  Explicit, ///< by comparing; the address space of a memory ends with its limit and a guard
  /// An access by an i32 is not compared: all that it reaches is address space of the memory, 4 GiB and a guard, and
  /// what is beyond its size faults (fault.hpp).
  Guard,
};

} // namespace zvm::runtime
