// Tracer: told of every instruction, message and outcome. An execution with a tracer runs in step form.
#pragma once

#include "runtime/frame.hpp"

namespace zvm::runtime {

class Tracer {
 public:
  virtual ~Tracer() = default;
  /// Before an instruction; frame.pc, frame.top and frame.memory are current. `gas` is what is left.
  virtual void step(const Frame& frame, int64_t gas) = 0;
  /// A message begins (also one that runs no code).
  virtual void enter(const Message& message) = 0;
  /// It has ended; `output` is good for the call. That of a creation is what its code returned.
  virtual void exit(const Message& message, Status status, int64_t gas_left, ByteView output) = 0;
  /// The contract that runs says so (the host function debug_log); `text` is any bytes, good for the call.
  virtual void debug([[maybe_unused]] const Message& message, [[maybe_unused]] ByteView text) {}
};

} // namespace zvm::runtime
