// Who is told of machine code when it is made.
#pragma once

namespace zvm::backend {

class NativeObserver; // native_listing.hpp

struct Watch {
  bool perf_map = false;              ///< profilers, in /tmp/perf-PID.map
  bool gdb_jit = false;               ///< debuggers, by the JIT interface of GDB
  NativeObserver* observer = nullptr; ///< outlives the code; may be null

  [[nodiscard]] bool is_any() const { return perf_map || gdb_jit || observer != nullptr; }
};

} // namespace zvm::backend
