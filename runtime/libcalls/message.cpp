// Messages that code sends, and the end of its own.
#include "runtime/frame.hpp"
#include "runtime/libcalls.hpp"

namespace zvm::runtime::libcall {
namespace {

/// Where a range of memory is. Its length has been touched, or is zero.
void set_range(uint64_t& offset, uint64_t& size, const U256& offset_word, const U256& size_word) {
  size = size_word.low64();
  offset = size == 0 ? 0 : offset_word.low64();
}

/// The operands as CallKind lists them.
void set_arguments(CallArguments& call, CallKind kind, const U256* top) {
  call = {};
  call.kind = kind;
  if (is_create(kind)) {
    call.value = top[-1];
    set_range(call.input_offset, call.input_size, top[-2], top[-3]);
    if (kind == CallKind::Create2)
      call.salt = top[-4];
    return;
  }
  call.gas = top[-1];
  call.address = top[-2];
  const bool has_value = kind == CallKind::Call || kind == CallKind::CallCode;
  const U256* range = top - (has_value ? 4 : 3);
  if (has_value)
    call.value = top[-3];
  set_range(call.input_offset, call.input_size, range[0], range[-1]);
  set_range(call.output_offset, call.output_size, range[-2], range[-3]);
}

} // namespace

Status message_call(Frame& frame, uint64_t kind, const U256* top, uint64_t next_pc) {
  const auto call_kind = static_cast<CallKind>(kind);
  set_arguments(frame.request, call_kind, top);
  frame.pc = next_pc;
  const Status status = frame.host->prepare_call(frame, frame.request);
  if (status == Status::Suspended)
    frame.pc = next_pc - 1;
  if (status != Status::Success)
    return status;
  frame.exit = Exit::Call;
  frame.top = frame.stack + (top - frame.stack) - operand_count(call_kind);
  return status;
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
