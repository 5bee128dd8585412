// The driver loop: runs a message and everything it calls on an explicit stack of frames, of any
// VM. No native recursion: a frame that calls leaves its tier, the loop enters the callee, and
// later resumes it.
#pragma once

#include "runtime/execution.hpp"

namespace zvm::runtime {

/// Runs a message of depth 0 on the execution's journal; its effects stand in the journal unless it
/// fails. For creates the recipient is the new address and the sender's nonce has been raised
/// already. A sender that has not the value ends it as InsufficientBalance, with all gas left.
/// Success, with the message's own outcome in `result`; or a host outcome (is_host), and the
/// journal is as it was before. Misuse names what no message from outside may have.
Status run_message(Execution& execution, const Message& message, MessageResult& result);

/// HostTable::prepare_call over our journal (EIP-150, 2929, 7702 …).
[[nodiscard]] Status prepare_call(Frame& frame, const CallArguments& call);

/// Whether the caller wants the execution to end: Cancelled, or past its deadline.
[[nodiscard]] Status check_stop(const Execution& execution);
/// The gas at which code that has `gas` is to look again.
[[nodiscard]] int64_t next_look(const Execution& execution, int64_t gas);
/// Code begins, or goes on, to run in the context, with this floor: cancel() finds it from here on.
void arm(Execution& execution, Context& context, int64_t floor);
/// Context::poll of frames.
[[nodiscard]] Status poll(Context& frame, int64_t gas);

} // namespace zvm::runtime
