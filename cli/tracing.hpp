// A tracer that is there while something is run, and gone however that ends.
#pragma once

#include "runtime/execution.hpp"

namespace zvm::cli {

class Tracing {
 public:
  /// The tracer may be null; it outlives this.
  Tracing(runtime::Execution& execution, runtime::Tracer* tracer) : execution_(execution) {
    execution_.tracer = tracer;
  }
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;
  ~Tracing() { execution_.tracer = nullptr; }

 private:
  runtime::Execution& execution_;
};

} // namespace zvm::cli
