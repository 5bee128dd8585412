// Executor: what the driver loop needs of the engine above it. Code objects for bytes, and a tier
// that runs a frame.
#pragma once

#include "runtime/frame.hpp"

namespace zvm::runtime {

struct Activation;

class Executor {
 public:
  virtual ~Executor() = default;

  /// The object of stored code, counted as in use until it is released. `bytes` are padded and live
  /// as long as the execution. HostError where memory ran out.
  [[nodiscard]] virtual Status acquire(Execution& execution, const Bytes32& hash, ByteView bytes,
                                       CodeObject*& code) = 0;
  /// The same for init code, which is neither hashed nor kept, and copied where it must be padded.
  [[nodiscard]] virtual Status acquire_init(Execution& execution, const Message& message,
                                            CodeObject*& code) = 0;
  virtual void release(CodeObject* code) = 0;

  /// The prices and limits of init code: those of the VM that its bytes are for.
  [[nodiscard]] virtual const gas::Schedule& schedule_of(ByteView init_code) const = 0;

  /// Decides in which form code that `frame`'s init code returned is stored, as a pure function of
  /// its bytes and that VM. `stored` becomes the bytes to store: `code` itself, or a copy in
  /// `wrapped`. InvalidCode refuses (EIP-3541, broken containers), HostError: no memory.
  [[nodiscard]] virtual Status prepare_deployment(const Frame& frame, ByteView code,
                                                  Buffer& wrapped, ByteView& stored) = 0;

  /// Runs until the message is done or calls; arms the context that the code runs in.
  [[nodiscard]] virtual Exit run(Frame& frame) = 0;
  /// A frame has polled with this gas, in the activation where its code is that of a module. The gas at
  /// which it is to poll again.
  [[nodiscard]] virtual int64_t polled(Frame& frame, Activation* activation, int64_t gas);
  /// The frame, which has a `run`, is closed.
  virtual void close(Frame& frame) = 0;
};

} // namespace zvm::runtime
