// The host table over our journal.
// Prices and rules come from the frame's schedule; the static price of the instruction has been
// charged.
#pragma once

#include "gas/schedule.hpp"
#include "runtime/host.hpp"

namespace zvm::runtime {

struct Account;

/// All functions over the journal of the frame's Execution, and `prepare_call` from the caller.
[[nodiscard]] HostTable journal_host(Status (*prepare_call)(Frame&, const CallArguments&));

/// Takes `gas` from the frame, or fails with OutOfGas and takes nothing.
[[nodiscard]] Status charge(Frame& frame, int64_t gas);
/// `count` times the row's price, in both dimensions. Where the second is not enough the message
/// fails.
[[nodiscard]] Status charge_each(Frame& frame, gas::Cost cost, uint64_t count);
/// For each word of 32 bytes begun.
[[nodiscard]] Status charge_words(Frame& frame, gas::Cost cost, uint64_t bytes);

/// Takes `gas` of state gas (EIP-8037), which may take gas too, or fails with OutOfGas and takes
/// nothing.
[[nodiscard]] Status charge_state(Frame& frame, int64_t gas);
/// The same; an amount below 0 is given back.
[[nodiscard]] Status settle_state(Frame& frame, int64_t gas);

/// Reads the account at `address`, warms it, and takes `cold` from the frame's gas if it was cold
/// (EIP-2929; before Berlin nothing is). Where this fails nothing has happened. `with_code` reads
/// the code too.
[[nodiscard]] Status access_account(Frame& frame, const Address& address, int64_t cold,
                                    Account*& account, bool with_code = false);

} // namespace zvm::runtime
