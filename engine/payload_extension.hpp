// PayloadExtension: a host extension (Hedera, post-quantum signatures) that is given payloads instead of words
// and addresses in guest memory. Derive from it and hand it to Execution::extension.
#pragma once

#include "runtime/execution.hpp"

namespace zvm::engine {

class PayloadExtension : public runtime::HostExtension {
 public:
  /// Opcodes that change state fail in static messages without having been asked; numbers that are no extension
  /// opcode of the ZVM are InvalidOpcode.
  Status run(runtime::Frame& frame, uint32_t number, std::span<const U256> operands,
             U256& result) final;

 protected:
  /// Performs one operation for the account that runs. `payload` is laid out as frontend/zvm/extension.hpp says
  /// and good for the call only; `result` is what the program gets. Success, InvalidOpcode where the operation is
  /// not supported, or HostError. What an operation does is not undone when its message reverts: that is up to
  /// the extension, which can look at the frame's journal checkpoint.
  [[nodiscard]] virtual Status perform(runtime::Frame& frame, uint8_t opcode, ByteView payload,
                                       U256& result) = 0;

 private:
  Buffer payload_;
};

} // namespace zvm::engine
