// Tracer: told of every instruction, message and outcome. An execution with a tracer runs in step form.
#pragma once

#include "runtime/frame.hpp"

namespace zvm::runtime {

/// How a message has ended.
struct MessageEnd {
  Status status = Status::Success;
  int64_t gas_left = 0;
  StateGas
      state_gas; ///< EIP-8037: the reservoir that is left, and what has been spent, nothing where the message failed
  ByteView output; ///< good for the call; that of a creation is what its code returned
};

class Tracer {
 public:
  virtual ~Tracer() = default;
  /// Before an instruction; frame.pc, frame.top and frame.memory are current. `gas` is what is left.
  virtual void step(const Frame& frame, int64_t gas) = 0;
  /// A message begins (also one that runs no code).
  virtual void enter(const Message& message) = 0;
  /// It has ended.
  virtual void exit(const Message& message, const MessageEnd& end) = 0;
  /// The contract that runs says so (the host function debug_log); `text` is any bytes, good for the call.
  virtual void debug([[maybe_unused]] const Message& message, [[maybe_unused]] ByteView text) {}
};

} // namespace zvm::runtime
