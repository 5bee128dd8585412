// Messages that code sends, and the end of its own.
#include "runtime/frame.hpp"
#include "runtime/libcalls.hpp"
#include "runtime/libcalls/memory.hpp"

namespace zvm::runtime::libcall {
namespace {

/// Bytes of memory that have been touched.
ByteView bytes_at(const Frame& frame, const U256& address, const U256& size) {
  return {touched_at(frame, address.low64(), size.low64()), size.low64()};
}

/// Asks the host for the message whose operands stand below `top`, as CallKind lists them.
Status prepare(Frame& frame, CallKind kind, const U256* top) {
  const auto ask = [&](const CallArguments& call) { return frame.host->prepare_call(frame, call); };
  if (is_create(kind)) {
    return ask({.kind = kind,
                .value = top[-1],
                .salt = kind == CallKind::Create2 ? top[-4] : kNoWord,
                .input = bytes_at(frame, top[-2], top[-3])});
  }
  const bool has_value = kind == CallKind::Call || kind == CallKind::CallCode;
  const U256* ranges = top - (has_value ? 4 : 3);
  frame.output_offset = ranges[-2].low64();
  frame.output_size = ranges[-3].low64();
  return ask({.kind = kind,
              .gas = top[-1],
              .address = top[-2],
              .value = has_value ? top[-3] : kNoWord,
              .input = bytes_at(frame, ranges[0], ranges[-1])});
}

} // namespace

Status message_call(Frame& frame, uint64_t kind, const U256* top, uint64_t next_pc) {
  const auto call_kind = static_cast<CallKind>(kind);
  frame.pc = next_pc;
  ZVM_RETURN_UNLESS_SUCCESS(prepare(frame, call_kind, top));
  frame.exit = Exit::Call;
  frame.top = frame.stack + (top - frame.stack) - operand_count(call_kind);
  return Status::Success;
}

void end_message(Frame& frame, Status status, uint64_t address, uint64_t size) {
  const bool has_output = status == Status::Success || status == Status::Revert;
  frame.output_size = has_output ? size : 0;
  frame.output_offset = frame.output_size == 0 ? 0 : address; // empty output is nowhere
  if (kind(status) == StatusKind::Failure)
    frame.gas = 0;
  frame.status = status;
  frame.exit = Exit::Done;
}

} // namespace zvm::runtime::libcall
