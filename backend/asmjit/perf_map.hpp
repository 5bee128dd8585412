// Names of compiled code for profilers: a line of /tmp/perf-PID.map for each piece, as perf reads it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/types.hpp"

namespace zvm::backend::asmjit {

/// The whole of the code with this hash, or (pc) a trace of it. Nothing is said where that fails.
void note_in_perf_map(const void* begin, size_t size, const Bytes32& hash, const char* what,
                      uint32_t pc);

} // namespace zvm::backend::asmjit
