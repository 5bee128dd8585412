// The functions that run the precompiles of precompiles.def, each in a file of its family.
#pragma once

#include "runtime/precompiles/precompiles.hpp"

namespace zvm::runtime {

#define PRECOMPILE(name, address, pairing)                                                         \
  [[nodiscard]] Status run_##name(const Precompile&, ByteView input, Buffer& output,               \
                                  PrecompileContext&);
#include "runtime/precompiles/precompiles.def"
#undef PRECOMPILE

/// Output, or HostError where memory ran out.
[[nodiscard]] inline Status give(Buffer& output, ByteView bytes) {
  return output.try_append(bytes) ? Status::Success : Status::HostError;
}

/// The input is well-formed as far as that can be told here.
[[nodiscard]] inline Status needs_pairing(PrecompileContext& context) {
  context.needs_pairing = true;
  return Status::HostError;
}

} // namespace zvm::runtime
