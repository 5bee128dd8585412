// The functions that run the precompiles of precompiles.def, each in a file of its family.
#pragma once

#include "base/host_failure.hpp"
#include "runtime/precompiles/precompiles.hpp"

namespace zvm::runtime {

#define PRECOMPILE(name, address)                                                                  \
  [[nodiscard]] Status run_##name(const Precompile&, ByteView input, Buffer& output,               \
                                  PrecompileContext&);
#include "runtime/precompiles/precompiles.def"
#undef PRECOMPILE

/// Output, or HostError where memory ran out.
[[nodiscard]] inline Status give(Buffer& output, ByteView bytes) {
  return output.try_append(bytes) ? Status::Success : out_of_memory();
}

} // namespace zvm::runtime
