// Names of compiled code for profilers: a line of /tmp/perf-PID.map for each piece, as perf reads it.
#pragma once

#include <cstddef>
#include <string_view>

namespace zvm::backend::asmjit {

/// Nothing is said where that fails.
void note_in_perf_map(const void* begin, size_t size, std::string_view name);

} // namespace zvm::backend::asmjit
