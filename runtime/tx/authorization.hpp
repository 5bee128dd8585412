// EIP-7702 authorisations: delegations that a set-code transaction puts into place before it runs.
#pragma once

#include "runtime/execution.hpp"
#include "runtime/state_gas.hpp"
#include "runtime/tx/transaction.hpp"

namespace zvm::runtime {

/// The account whose key signed the authorisation; false where the signature is bad.
[[nodiscard]] bool recover_authority(const Authorization&, Address& authority);

/// Applies those that are valid, one after the other; the others are skipped. What they cost by
/// what the state holds is refunded, or from Amsterdam on (EIP-2780) charged to the transaction's
/// gas: OutOfGas where that is not enough. Else these changes stay even if the transaction's
/// message fails.
[[nodiscard]] Status apply_authorizations(Execution&, const Transaction&, int64_t& gas, StateGas&);

} // namespace zvm::runtime
